"""One change as it arrives: a line of NDJSON read into an Op, or the code that refuses it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sync.codec import MAX_INT, CodecError, JsonValue, canonical, read
from sync.record import Mark

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
CLIENT = re.compile(r"(?:server:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
KIND = re.compile(r"[a-z][a-z_]{0,39}\Z")
MAX_FIELDS = 500
MAX_NAME = 120

# Reads a line as codec.read does; also gives the canonical JSON of its ``set`` if that is at hand.
Reader = Callable[[bytes], tuple[JsonValue, str | None]]

GROUP_OPS = 200
GROUP_BYTES = 256 * 1024


@dataclass(slots=True)
class Op:
    """One line: what it sets, what stood on the screen, and the bytes that prove it."""

    client_id: str
    mid: int
    raw: bytes
    sha256: bytes
    kind: str = ""
    id: str = ""
    scope_id: str = ""
    sv: int = 1
    at: int | None = None
    set: dict[str, JsonValue] = field(default_factory=dict)
    bases: dict[str, Mark] = field(default_factory=dict)
    txn: str | None = None
    txn_n: int = 1
    fault: str | None = None  # malformed or bad_value: nothing else in it may be trusted
    at_corrected: int = 0
    as_it_stands: bool = False  # a server change whose base is whatever stands now
    moves: bool = False  # a server change whose scope is where the record shall be
    is_lifted: bool = False  # its values and bases have today's names (sync/upcast.py)
    text: str | None = None  # ``set`` as the line has it, if that is canonical JSON
    # What it names (kind and id; True: must be near), once it is known and cannot change.
    names: list[tuple[tuple[str, str], bool]] | None = None

    @property
    def mark(self) -> Mark:
        return (self.client_id, self.mid)


def strictly(raw: bytes) -> tuple[JsonValue, str | None]:
    """Read a line with the standard library alone."""
    return read(raw), None


def read_op(raw: bytes, client_id: str, mid: int, reader: Reader = strictly) -> Op:
    """Return the op of a line; ``fault`` says why it cannot be read. Never raises."""
    op = Op(client_id, mid, raw, hashlib.sha256(raw).digest())
    try:
        line, op.text = reader(raw)
    except CodecError as error:
        op.fault = error.code
        return op
    op.fault = _fill(op, line)
    return op


def _fill(op: Op, line: JsonValue) -> str | None:
    """Fill the op from its line; return the code of the first fault of its shape."""
    if not isinstance(line, dict) or not _is(line.get("mid"), op.mid):
        return "malformed"
    kind = line.get("kind")
    if kind == "void":
        op.kind = kind
        return None
    get = line.get
    record_id, scope_id, sv, at = get("id"), get("scope"), get("sv"), get("at")
    if not (
        type(kind) is str
        and KIND.match(kind)
        and type(record_id) is str
        and UUID.match(record_id)
        and type(scope_id) is str
        and UUID.match(scope_id)
        and type(sv) is int
        and 0 <= sv <= MAX_INT
        and type(at) is int
        and 0 <= at <= MAX_INT
    ):
        return "malformed"
    op.kind, op.id, op.scope_id, op.sv, op.at = kind, record_id, scope_id, sv, at
    return _fill_values(op, line) or _fill_txn(op, line.get("txn"))


def _fill_values(op: Op, line: dict[str, JsonValue]) -> str | None:
    values, bases = line.get("set"), line.get("base", {})
    if not isinstance(values, dict) or not 0 < len(values) <= MAX_FIELDS:
        return "malformed"
    if not isinstance(bases, dict) or len(bases) > MAX_FIELDS:
        return "malformed"
    for name, base in bases.items():
        mark = _mark(base)
        if mark is None or len(name) > MAX_NAME:
            return "malformed"
        op.bases[name] = mark
    op.set = values
    return None


def _mark(base: JsonValue) -> Mark | None:
    if not isinstance(base, list) or len(base) != 2:
        return None
    client, mid = base
    if not (isinstance(client, str) and CLIENT.match(client)):
        return None
    if not isinstance(mid, int) or not _count(mid):
        return None
    return (client, mid)


def _fill_txn(op: Op, txn: JsonValue) -> str | None:
    if txn is None:
        return None
    if not isinstance(txn, dict):
        return "malformed"
    txn_id, n = txn.get("id"), txn.get("n")
    if not (isinstance(txn_id, str) and UUID.match(txn_id)):
        return "malformed"
    if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= 100_000:
        return "malformed"
    op.txn, op.txn_n = txn_id, n
    return None


def _is(value: JsonValue, wanted: int) -> bool:
    return type(value) is int and value == wanted


def _count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INT


def write_line(op: Op) -> None:
    """Give a server's own op the line that a device would have sent, and its hash."""
    line: dict[str, object] = {
        "at": op.at,
        "base": {name: list(base) for name, base in op.bases.items()},
        "id": op.id,
        "kind": op.kind,
        "mid": op.mid,
        "scope": op.scope_id,
        "set": op.set,
        "sv": op.sv,
    }
    if op.txn is not None:
        line["txn"] = {"id": op.txn, "n": op.txn_n}
    try:
        text = canonical(line)
    except ValueError:  # NaN has no JSON: it was refused, and what is kept says at least that
        text = canonical({**line, "set": {}})
    op.raw = text.encode("utf-8", "surrogatepass")
    op.sha256 = hashlib.sha256(op.raw).digest()
