"""A server in memory: the engine's store, its writer and its pull reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.batch import Batch, Held, Key, LedgerRow, Rights
from sync.codec import JsonValue
from sync.merge import Entry
from sync.numbering import Counter, Numbering, touched_scopes
from sync.op import read_op
from sync.pull import Head
from sync.record import Mark, Record, gone, load


@dataclass(slots=True)
class Row:
    """One stored record."""

    wire: str
    scope_id: str
    seq: int
    deleted: bool


@dataclass(slots=True)
class Place:
    """One scope: its counter, and what of it was collected."""

    kind: str
    counter: Counter = field(default_factory=lambda: Counter(0, 0))
    min_seq: int = 0
    closed: bool = False


@dataclass(slots=True)
class Kept:
    """A conflict row."""

    value: JsonValue
    state: str = "open"


@dataclass(slots=True)
class Told:
    """A decision that a client will pull."""

    n: int
    client_id: str
    mid: int
    outcome: str


@dataclass
class Memory:
    """Everything the server keeps. Reads return copies; ``commit`` is the only write."""

    rights: dict[str, dict[str, Rights]] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)
    places_by_id: dict[str, Place] = field(default_factory=dict)
    tombstones: dict[tuple[str, str, str], tuple[int, str]] = field(default_factory=dict)
    moved: dict[Key, set[str]] = field(default_factory=dict)
    ledger: list[LedgerRow] = field(default_factory=list)
    by_mark: dict[Mark, LedgerRow] = field(default_factory=dict)
    conflicts: dict[tuple[str, str, str, Mark], Kept] = field(default_factory=dict)
    decisions: list[Told] = field(default_factory=list)
    waits: dict[Mark, set[str]] = field(default_factory=dict)
    last_mid: dict[str, int] = field(default_factory=dict)
    skew: dict[str, int] = field(default_factory=dict)

    # -- the engine's store ----------------------------------------------------------------------

    def records(self, wanted: Mapping[str, set[str]]) -> dict[Key, Record]:
        found: dict[Key, Record] = {}
        for kind, ids in wanted.items():
            for id_ in ids:
                row = self.rows.get((kind, id_))
                if row is not None:
                    found[(kind, id_)] = load(row.wire, row.scope_id)
        return found

    def places(self, wanted: Mapping[str, set[str]]) -> dict[Key, str]:
        keys = [(kind, id_) for kind, ids in wanted.items() for id_ in ids]
        return {key: self.rows[key].scope_id for key in keys if key in self.rows}

    def moved_from(self, kind: str, record_id: str) -> list[str]:
        return sorted(self.moved.get((kind, record_id), ()))

    def entry(self, mark: Mark) -> Entry | None:
        row = self.by_mark.get(mark)
        return None if row is None else Entry(row.op.at_corrected, row.op.bases)

    def losers(self, kind: str, record_id: str, field: str) -> list[Mark]:
        return [key[3] for key in self.conflicts if key[:3] == (kind, record_id, field)]

    def waiting(self, ids: set[str]) -> list[Held]:
        return [self._held(mark) for mark, wanted in sorted(self.waits.items()) if wanted & ids]

    def group(self, client_id: str, txn: str) -> list[Held]:
        marks = sorted(
            mark for mark, row in self.by_mark.items() if mark[0] == client_id and row.op.txn == txn
        )
        return [self._held(mark) for mark in marks]

    def _held(self, mark: Mark) -> Held:
        row = self.by_mark[mark]
        op = read_op(row.op.raw, *mark)
        op.at_corrected = row.op.at_corrected
        return Held(op, row.actor_id)

    def rights_of(self, actor_id: str | None) -> Rights | None:
        return None if actor_id is None else self.rights_now(actor_id)

    def rights_now(self, actor_id: str) -> Rights:
        """Return what a person may do now, closed scopes marked."""
        from dataclasses import replace

        return {
            scope_id: replace(right, closed=self.places_by_id[scope_id].closed)  # type: ignore[type-var]
            for scope_id, right in self.rights.get(actor_id, {}).items()
        }

    # -- the pull's reads ------------------------------------------------------------------------

    def heads(self, scope_ids: Sequence[str]) -> dict[str, Head]:
        return {
            id_: Head(place.kind, 1, place.counter.seq, place.min_seq)
            for id_ in scope_ids
            if (place := self.places_by_id.get(id_)) is not None
        }

    def rows_after(self, scope_id: str) -> list[tuple[int, str]]:
        live = [
            (row.seq, row.wire)
            for row in self.rows.values()
            if row.scope_id == scope_id and not row.deleted
        ]
        dead = [
            (seq, gone(kind, id_, seq, reason, "[]"))
            for (scope, kind, id_), (seq, reason) in self.tombstones.items()
            if scope == scope_id
        ]
        return sorted(live + dead)

    # -- the one write ---------------------------------------------------------------------------

    def commit(self, batch: Batch) -> None:
        for row in batch.ledger:
            self.ledger.append(row)
            self.by_mark[row.op.mark] = row
        for made in batch.losers:
            self.conflicts[(made.kind, made.id, made.field, made.by)] = Kept(made.value)
        for kind, id_, name, by in batch.closed:
            kept = self.conflicts.get((kind, id_, name, by))
            if kept is not None and kept.state == "open":
                kept.state = "superseded"
        for made_ in batch.decisions:
            n = len(self.decisions) + 1
            self.decisions.append(Told(n, made_.client_id, made_.mid, made_.outcome))
        for mark in {mark for _, mark in batch.waits} | set(batch.done_waiting):
            self.waits.pop(mark, None)
        for wanted, mark in batch.waits:
            if mark not in batch.done_waiting:
                self.waits.setdefault(mark, set()).add(wanted)
        self._store(list(batch.changed.values()))

    def _store(self, records: list[Record]) -> None:
        counters = {id_: self.places_by_id[id_].counter for id_ in touched_scopes(records)}
        numbering = Numbering(counters)
        for record in records:
            made = numbering.number(record)
            key = (record.kind, record.id)
            self.rows[key] = Row(made.wire, record.scope_id, made.seq, record.deleted)
        for key3 in numbering.back:
            self.tombstones.pop(key3, None)
        for left in numbering.gone:
            self.tombstones[(left.scope_id, left.kind, left.id)] = (left.seq, left.reason)
            if left.reason == "moved":
                self.moved.setdefault((left.kind, left.id), set()).add(left.scope_id)


class Snapshot:
    """The pull's port on a memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def heads(self, scope_ids: Sequence[str]) -> dict[str, Head]:
        return self.memory.heads(scope_ids)

    def rows(self, scope_id: str, kind: str, after: int, limit: int) -> list[tuple[int, str]]:
        del kind
        found = [row for row in self.memory.rows_after(scope_id) if row[0] > after]
        return found[:limit]
