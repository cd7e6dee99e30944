"""A push from a device: read, deduplicated, decided and written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError, OperationalError

from server.accounts.access import Principal
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.clients import Client, add_client, find_client, note_sent, server_epoch
from server.exchange.commit import current_build, rights_reader
from server.exchange.lines import quickly
from server.exchange.models import SyncOp
from server.exchange.plain import Plain, ShortRoad
from server.exchange.store import SqlStore
from server.exchange.transaction import in_transaction, turn
from server.exchange.wake import wake, wake_for
from server.exchange.write import Writer
from sync.batch import APPLIED, Batch, Outcome, Sender
from sync.codec import CodecError, JsonValue, read
from sync.op import UUID
from sync.probe import undecided
from sync.push import Push
from sync.receive import Fork, Fresh, Gap, Stored, sort_lines

MAX_OPS = 500
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a push."""

    client_id: str
    server_epoch: str
    device_now: int
    first_mid: int
    n: int
    probe: bool
    organisation_id: JsonValue  # for which the tablet believes it is signed in


@dataclass(frozen=True, slots=True)
class Received:
    """What the server answers to a push."""

    epoch: str
    last_mid: int
    results: list[tuple[int, Outcome]]
    heads: dict[str, int] = field(default_factory=dict)


def split_push(body: bytes) -> tuple[Header, list[bytes]]:
    """Return the header and the op lines of a push. Raises bad_request or too_large."""
    lines = body.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    if not lines:
        raise Problem("bad_request", "The push is empty.")
    header = _header(lines[0])
    if header.n != len(lines) - 1:
        raise Problem("bad_request", "The push was cut short.")
    if header.n > MAX_OPS:
        raise Problem("too_large", f"Send at most {MAX_OPS} changes at once.")
    return header, lines[1:]


def _header(line: bytes) -> Header:
    try:
        said = read(line)
    except CodecError:
        raise Problem("bad_request", "The first line of a push must be its header.") from None
    if not isinstance(said, dict):
        raise Problem("bad_request", "The first line of a push must be its header.")
    client_id, epoch = said.get("client_id"), said.get("server_epoch")
    if not (isinstance(client_id, str) and UUID.match(client_id)):
        raise Problem("bad_request", "client_id must be a UUID.")
    return Header(
        client_id,
        epoch if isinstance(epoch, str) else "",
        _number(said, "device_now", 0),
        _number(said, "first_mid", 1),
        _number(said, "n", 0),
        said.get("probe") is True,
        said.get("organisation_id"),
    )


def _number(said: dict[str, JsonValue], name: str, least: int) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**53:
        raise Problem("bad_request", f"{name} must be a whole number.")
    return value


def receive(principal: Principal, header: Header, lines: Sequence[bytes]) -> Received:
    """Take a push. Raises gap, epoch, fork or client_taken; no single op can make it fail.

    A batch that makes the server itself fail is answered with 500, until the client has cut it down
    to one op or group and sends that as a probe: then it is kept as held: server_error.
    """
    with turn():
        return _receive(principal, header, lines)


def _receive(principal: Principal, header: Header, lines: Sequence[bytes]) -> Received:
    tries = count()  # the short road is tried once: what is done again may meet what it met

    def take(connection: Connection) -> Received:
        receiver = _Receiver(connection, principal)
        return receiver.take(header, lines, short=next(tries) == 0)

    try:
        try:
            return in_transaction(take)
        except IntegrityError:  # an id that is taken, found by writing it
            return in_transaction(take)
    except (Problem, OperationalError):
        raise
    except Exception:
        if not header.probe:
            raise
        return in_transaction(
            lambda connection: _Receiver(connection, principal).keep(header, lines)
        )


class _Receiver:
    """One push inside one try of its transaction."""

    def __init__(self, connection: Connection, principal: Principal) -> None:
        self.connection = connection
        self.principal = principal
        self.organisation_id = principal.organisation_id
        self.build = current_build(connection)
        self.now = now_ms()
        self.epoch = server_epoch(connection)

    def take(self, header: Header, lines: Sequence[bytes], *, short: bool) -> Received:
        client = self._client(header)
        user_id, last_mid = self.principal.user_id, client.last_mid
        sender = Sender(header.client_id, user_id, self.principal.grants, self.now, client.skew_ms)
        rights_of = rights_reader(self.organisation_id)
        store = SqlStore(self.connection, self.build, self.organisation_id, rights_of)
        if short and header.first_mid == last_mid + 1 and lines:
            road = ShortRoad(self.connection, self.build, self.organisation_id, sender, store)
            plain = road.read(header.first_mid, lines)
            if plain is not None:
                return self._take_plain(road, plain, last_mid + len(lines))
        sorted_lines = self._sort(header, lines, last_mid)
        push = Push(store, self.build.rules, self.organisation_id, sender)
        outcomes = push.take(sorted_lines.ops)
        heads = self._end(header, last_mid, push.batch)
        wake(push.batch, push.created, actor_id=user_id)
        fresh = [(op.mid, found) for op, found in zip(sorted_lines.ops, outcomes, strict=True)]
        last_mid += len(fresh)
        return Received(self.epoch, last_mid, [*sorted_lines.known, *fresh], heads)

    def _take_plain(self, road: ShortRoad, plain: Plain, last: int) -> Received:
        """Write a batch of plain new records."""
        client_id, user_id = road.sender.client_id, self.principal.user_id
        heads = road.write(plain)
        note_sent(self.connection, self.organisation_id, client_id, last)
        wake_for(plain.made, plain.photos, actor_id=user_id)
        results = [(made.mid, APPLIED) for made in plain.made.values()]
        return Received(self.epoch, last, results, heads)

    def keep(self, header: Header, lines: Sequence[bytes]) -> Received:
        """Keep a probe that the server cannot decide, so that the client can go on."""
        client = self._client(header)
        last_mid, sorted_lines = client.last_mid, self._sort(header, lines, client.last_mid)
        sender = Sender(header.client_id, self.principal.user_id, {}, self.now, client.skew_ms)
        batch = undecided(sorted_lines.ops, self.build.rules, sender)
        self._end(header, last_mid, batch)
        fresh = [(row.op.mid, row.outcome) for row in batch.ledger]
        return Received(self.epoch, last_mid + len(fresh), [*sorted_lines.known, *fresh])

    def _client(self, header: Header) -> Client:
        """Lock the client's row, made on its first push."""
        if header.server_epoch != self.epoch:
            raise Problem("epoch", extra=self._facts())
        user_id, client_id = self.principal.user_id, header.client_id
        found = find_client(self.connection, self.organisation_id, client_id, user_id, lock=True)
        if found is not None:
            return found
        skew_ms = self.now - header.device_now
        return add_client(
            self.connection, self.organisation_id, client_id, user_id, skew_ms=skew_ms
        )

    def _sort(self, header: Header, lines: Sequence[bytes], last_mid: int) -> Fresh:
        """Sort what the client sends into known and new."""
        stored = self._stored(header, last_mid)
        found = sort_lines(
            header.client_id, header.first_mid, lines, last_mid, stored, reader=quickly
        )
        if isinstance(found, Gap):
            raise Problem("gap", extra={"expected": found.expected, **self._facts()})
        if isinstance(found, Fork):
            raise Problem("fork", extra=self._fork(found))
        return found

    def _end(self, header: Header, last_mid: int, batch: Batch) -> dict[str, int]:
        writer = Writer(self.connection, self.build, self.organisation_id)
        writer.write(batch, self.now)
        if batch.ledger:
            last = last_mid + len(batch.ledger)
            note_sent(self.connection, self.organisation_id, header.client_id, last)
        return writer.heads

    def _stored(self, header: Header, last_mid: int) -> dict[int, Stored]:
        """Return what the ledger holds of the numbers that were taken before."""
        if header.first_mid > last_mid:
            return {}
        rows = self.connection.execute(
            select(SyncOp.mid, SyncOp.sha256, SyncOp.status, SyncOp.code, SyncOp.fields).where(
                SyncOp.organisation_id == self.organisation_id,
                SyncOp.client_id == header.client_id,
                SyncOp.mid >= header.first_mid,
                SyncOp.mid < header.first_mid + header.n,
            )
        )
        return {
            mid: Stored(bytes(sha256), Outcome(status, code, stored_fields(fields)))
            for mid, sha256, status, code, fields in rows
        }

    def _facts(self) -> dict[str, object]:
        return {"server_epoch": self.epoch, "server_now": self.now}

    def _fork(self, found: Fork) -> dict[str, object]:
        return {
            "first_differing_mid": found.first_differing_mid,
            "results": [result_json(mid, outcome) for mid, outcome in found.before],
            **self._facts(),
        }


def stored_fields(text: str | None) -> tuple[str, ...]:
    """Return the field names that a ledger row names."""
    if text is None:
        return ()
    found = read(text.encode())
    return tuple(str(name) for name in found) if isinstance(found, list) else ()


def result_json(mid: int, outcome: Outcome) -> dict[str, object]:
    """Return one result as it travels."""
    said: dict[str, object] = {"mid": mid, "status": outcome.status}
    if outcome.code is not None:
        said["code"] = outcome.code
    if outcome.fields:
        said["fields"] = list(outcome.fields)
    return said
