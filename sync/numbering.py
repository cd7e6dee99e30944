"""Numbers changed records by their scopes' counters, keeps digests, and says what left a scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sync.codec import canonical
from sync.record import DIGEST_MOD, Record, Writer, digest_of, digest_of_stored, item


@dataclass(slots=True)
class Counter:
    """A scope's counter and digest, while nobody else may move them."""

    seq: int
    digest: int

    def take(self) -> int:
        self.seq += 1
        return self.seq

    def add(self, bits: int) -> None:
        self.digest = (self.digest + bits) % DIGEST_MOD


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that leaves a scope: deleted, or moved to another."""

    scope_id: str
    kind: str
    id: str
    seq: int
    reason: str
    fver: str


@dataclass(slots=True)
class Written:
    """A record with its new number, ready to be stored. Not frozen: each change has one."""

    record: Record
    seq: int
    wire: str
    fver: str


@dataclass(slots=True)
class Numbering:
    """The numbers of one batch. ``back``: (scope, kind, id) whose tombstone goes."""

    counters: Mapping[str, Counter]
    write: Writer = canonical
    gone: list[Gone] = field(default_factory=list)
    back: list[tuple[str, str, str]] = field(default_factory=list)

    def number(self, record: Record) -> Written:
        """Give a changed record the next number of its scope."""
        counter = self.counters[record.scope_id]
        moved = bool(record.stored_scope) and record.stored_scope != record.scope_id
        if record.stored is not None and not record.stored_deleted:
            self.counters[record.stored_scope].add(-digest_of_stored(record))
        seq = record.seq = counter.take()
        wire, fver = item(record, seq, self.write)
        kind, id_ = record.kind, record.id
        if record.deleted:
            self.gone.append(Gone(record.scope_id, kind, id_, seq, "deleted", fver))
        else:
            counter.add(digest_of(wire, kind, id_, seq, fver))
            if record.stored is not None and (record.stored_deleted or moved):
                self.back.append((record.scope_id, kind, id_))
        if moved:
            left = record.stored_scope
            self.gone.append(Gone(left, kind, id_, self.counters[left].take(), "moved", fver))
        return Written(record, seq, wire, fver)


def touched_scopes(records: Iterable[Record]) -> list[str]:
    """Return the scopes whose counters a batch needs, in the order in which to lock them."""
    wanted: set[str] = set()
    for record in records:
        wanted.add(record.scope_id)
        if record.stored_scope:
            wanted.add(record.stored_scope)
    return sorted(wanted)
