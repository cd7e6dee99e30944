"""A record as the engine sees it: field values, the version of each, and the item pull sends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sync.codec import JsonValue, canonical

# The version of one field value: corrected time, client, mid. The greater tuple wins a tie.
Ver = tuple[int, str, int]
# Who made a value: the part of its version that a base names.
Mark = tuple[str, int]
# Reads JSON that canonical wrote, and writes as canonical does: a server has quicker ones.
Reader = Callable[[str], Any]
Writer = Callable[[object], str]

DIGEST_MOD = 2**48


@dataclass(slots=True)
class Record:
    """One record of one scope. ``fields`` and ``vers`` always have the same names."""

    kind: str
    id: str
    scope_id: str
    fields: dict[str, JsonValue] = field(default_factory=dict)
    vers: dict[str, Ver] = field(default_factory=dict)
    seq: int = 0
    stored: str | None = None  # the item as the store holds it; None for a record not yet stored
    stored_scope: str = ""  # where it was when loaded; differs from scope_id after a move
    stored_deleted: bool = False
    text: str | None = None  # ``fields`` as canonical JSON, while one change alone has made them
    touched: set[str] = field(default_factory=set)  # fields that were put since it was loaded

    @property
    def deleted(self) -> bool:
        return self.fields.get("deleted") is True

    def copy(self) -> Record:
        return Record(
            self.kind,
            self.id,
            self.scope_id,
            dict(self.fields),
            dict(self.vers),
            self.seq,
            self.stored,
            self.stored_scope,
            self.stored_deleted,
            self.text,
            set(self.touched),
        )

    def put(self, name: str, value: JsonValue, ver: Ver) -> None:
        self.fields[name] = value
        self.vers[name] = ver
        self.text = None
        self.touched.add(name)


def grouped(vers: Mapping[str, Ver]) -> list[list[object]]:
    """Return versions as they travel: ``[[at, client, mid, [field…]]…]``, sorted throughout."""
    groups: dict[Ver, list[str]] = {}
    for name, ver in vers.items():
        groups.setdefault(ver, []).append(name)
    return [[*ver, sorted(groups[ver])] for ver in sorted(groups)]


def versions(vers: Mapping[str, Ver], write: Writer = canonical) -> str:
    """Return the grouped versions as canonical JSON."""
    if len(set(vers.values())) != 1:
        return write(grouped(vers))
    return _same_for_all(vers)


def _same_for_all(vers: Mapping[str, Ver]) -> str:
    """Return the versions of a record that one change made, as most are."""
    at, client, mid = next(iter(vers.values()))
    return f'[[{at},"{client}",{mid},{_names(tuple(vers))}]]'


@lru_cache(maxsize=1024)
def _names(names: tuple[str, ...]) -> str:
    return canonical(sorted(names))


def item(record: Record, seq: int, write: Writer = canonical) -> tuple[str, str]:
    """Return (wire, fver): the item as pull sends it, and its versions alone."""
    if record.text is None:
        fver, values = versions(record.vers, write), write(record.fields)
    else:
        fver, values = _same_for_all(record.vers), record.text
    return f'{{"f":{values},"id":"{record.id}","k":"{record.kind}","seq":{seq},"v":{fver}}}', fver


def gone(kind: str, record_id: str, seq: int, reason: str, fver: str) -> str:
    """Return the item of a record that left its scope, ``deleted`` or ``moved``."""
    return f'{{"gone":"{reason}","id":"{record_id}","k":"{kind}","seq":{seq},"v":{fver}}}'


def load(wire: str, scope_id: str, reader: Reader = json.loads) -> Record:
    """Return the record of a stored item."""
    read = reader(wire)
    vers: dict[str, Ver] = {}
    for at, client, mid, names in read["v"]:
        ver = (at, client, mid)
        for name in names:
            vers[name] = ver
    return Record(
        read["k"],
        read["id"],
        scope_id,
        read["f"],
        vers,
        read["seq"],
        wire,
        scope_id,
        read["f"].get("deleted") is True,
    )


def digest_of(wire: str, kind: str, record_id: str, seq: int, fver: str) -> int:
    """Return the 48 bits that one live item adds to its scope's digest."""
    tail = len(f',"id":"{record_id}","k":"{kind}","seq":{seq},"v":{fver}}}')
    values = wire[len('{"f":') : len(wire) - tail]
    return digest(f'["{kind}","{record_id}",{seq},{values},{fver}]')


def digest(text: str) -> int:
    """Return the 48 bits of an item as the digest says it: kind, id, seq, values, versions."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def digest_of_stored(record: Record) -> int:
    """Return the same for a record's item as it was loaded, which is cut and not read again.

    Quotes inside of strings are escaped and versions hold no object: what is looked for is there
    once behind the values.
    """
    wire = record.stored or ""
    middle = f',"id":"{record.id}","k":"{record.kind}","seq":{record.seq},"v":'
    cut = wire.rfind(middle)
    if cut < 0:
        return digest_of_wire(wire)
    values, fver = wire[len('{"f":') : cut], wire[cut + len(middle) : -1]
    return digest(f'["{record.kind}","{record.id}",{record.seq},{values},{fver}]')


def digest_of_wire(wire: str) -> int:
    """Return the same for a stored item of which only the text is at hand."""
    read = json.loads(wire)
    return digest_of(wire, read["k"], read["id"], read["seq"], canonical(read["v"]))
