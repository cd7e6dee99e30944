"""A server's tables in memory: the engine's store, its one write and its pull reads.

The tables are a storage fake: a commit that does not ask to be flushed is lost when the power goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sync.batch import Batch, Held, Key, LedgerRow, Rights
from sync.codec import JsonValue
from sync.merge import Entry
from sync.numbering import Counter, Numbering, touched_scopes
from sync.op import read_op
from sync.pull import Head
from sync.record import Mark, Record, gone, load
from tests.sync.simulator import kinds
from tests.sync.simulator.durable import Durability, Log, Table


@dataclass(slots=True)
class Row:
    """One stored record."""

    wire: str
    scope_id: str
    seq: int
    deleted: bool


@dataclass(slots=True)
class Place:
    """One scope: its counter, which life of it this is, and what of it was collected."""

    kind: str
    counter: Counter = field(default_factory=lambda: Counter(0, 0))
    min_seq: int = 0
    closed: bool = False
    gen: int = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A conflict row."""

    value: JsonValue
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Told:
    """A decision that a client will pull."""

    n: int
    client_id: str
    mid: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """What is kept of one client database."""

    user: str
    last_mid: int = 0
    skew: int = 0
    backed_up_mid: int | None = None


class Memory:
    """Everything the server keeps. Reads return copies; ``commit`` is the only write of records."""

    def __init__(self) -> None:
        self.log = Log()
        self.rights: Table[str, dict[str, kinds.Held]] = Table(self.log)
        self.rows: Table[Key, Row] = Table(self.log)
        self.places_by_id: Table[str, Place] = Table(self.log)
        self.tombstones: Table[tuple[str, str, str], tuple[int, str]] = Table(self.log)
        self.moved: Table[Key, frozenset[str]] = Table(self.log)
        self.lines: Table[int, LedgerRow] = Table(self.log)
        self.by_mark: Table[Mark, LedgerRow] = Table(self.log)
        self.conflicts: Table[tuple[str, str, str, Mark], Kept] = Table(self.log)
        self.told: Table[int, Told] = Table(self.log)
        self.waits: Table[Mark, frozenset[str]] = Table(self.log)
        self.clients: Table[str, Client] = Table(self.log)
        self.lost_values: Table[tuple[str, str, str, str, Mark | None], JsonValue] = Table(
            self.log
        )  # what devices say the restored server lacks: scope, kind, id, field, by whom
        self.meta: Table[str, str] = Table(self.log)

    @property
    def ledger(self) -> list[LedgerRow]:
        return [self.lines[n] for n in sorted(self.lines)]

    @property
    def decisions(self) -> list[Told]:
        return [self.told[n] for n in sorted(self.told)]

    # -- the engine's store ----------------------------------------------------------------------

    def records(self, wanted: Mapping[str, set[str]]) -> dict[Key, Record]:
        found: dict[Key, Record] = {}
        for kind, ids in wanted.items():
            for id_ in sorted(ids):
                row = self.rows.get((kind, id_))
                if row is not None:
                    found[(kind, id_)] = load(row.wire, row.scope_id)
        return found

    def places(self, wanted: Mapping[str, set[str]]) -> dict[Key, str]:
        keys = [(kind, id_) for kind, ids in wanted.items() for id_ in sorted(ids)]
        return {key: self.rows[key].scope_id for key in keys if key in self.rows}

    def moved_from(self, kind: str, record_id: str) -> list[str]:
        return sorted(self.moved.get((kind, record_id), ()))

    def entry(self, mark: Mark) -> Entry | None:
        row = self.by_mark.get(mark)
        return None if row is None else Entry(row.op.at_corrected, row.op.bases)

    def losers(self, kind: str, record_id: str, field: str) -> list[Mark]:
        return [key[3] for key in self.conflicts if key[:3] == (kind, record_id, field)]

    def waiting(self, ids: set[str]) -> list[Held]:
        return [self.held(mark) for mark, wanted in sorted(self.waits.items()) if wanted & ids]

    def group(self, client_id: str, txn: str) -> list[Held]:
        marks = sorted(
            mark for mark, row in self.by_mark.items() if mark[0] == client_id and row.op.txn == txn
        )
        return [self.held(mark) for mark in marks]

    def held(self, mark: Mark) -> Held:
        """Return an op read back from its line, with its first version."""
        row = self.by_mark[mark]
        op = read_op(row.op.raw, *mark)
        op.at_corrected = row.op.at_corrected
        return Held(op, row.actor_id)

    def rights_of(self, actor_id: str | None) -> Rights | None:
        return None if actor_id is None else self.rights_now(actor_id)

    def rights_now(self, actor_id: str) -> dict[str, kinds.Held]:
        """Return what a person may do now, closed scopes marked."""
        return {
            scope_id: replace(right, closed=self.places_by_id[scope_id].closed)
            for scope_id, right in self.rights.get(actor_id, {}).items()
        }

    # -- the pull's reads ------------------------------------------------------------------------

    def heads(self, scope_ids: Sequence[str]) -> dict[str, Head]:
        return {
            id_: Head(place.kind, place.gen, place.counter.seq, place.min_seq)
            for id_ in scope_ids
            if (place := self.places_by_id.get(id_)) is not None
        }

    def rows_after(self, scope_id: str, after: int) -> list[tuple[int, str]]:
        live = [
            (row.seq, row.wire)
            for row in self.rows.values()
            if row.scope_id == scope_id and not row.deleted and row.seq > after
        ]
        dead = [
            (seq, gone(kind, id_, seq, reason, "[]"))
            for (scope, kind, id_), (seq, reason) in self.tombstones.items()
            if scope == scope_id and seq > after
        ]
        return sorted(live + dead)

    # -- the one write ---------------------------------------------------------------------------

    def commit(self, batch: Batch, durability: Durability = "strict") -> None:
        self.write(batch)
        self.log.commit("batch", durability)

    def write(self, batch: Batch) -> None:
        """Write a batch inside a transaction that somebody else ends."""
        for row in batch.ledger:
            self.lines[len(self.lines) + 1] = row
            self.by_mark[row.op.mark] = row
        for made in batch.losers:
            self.conflicts[(made.kind, made.id, made.field, made.by)] = Kept(made.value)
        for kind, id_, name, by in batch.closed:
            kept = self.conflicts.get((kind, id_, name, by))
            if kept is not None and kept.state == "open":
                self.conflicts[(kind, id_, name, by)] = Kept(kept.value, "superseded")
        for said in batch.decisions:
            n = len(self.told) + 1
            self.told[n] = Told(n, said.client_id, said.mid, said.outcome, said.reason)
        for mark in sorted({mark for _, mark in batch.waits} | set(batch.done_waiting)):
            self.waits.drop(mark)
        for wanted, mark in batch.waits:
            if mark not in batch.done_waiting:
                self.waits[mark] = self.waits.get(mark, frozenset()) | {wanted}
        if batch.changed:
            self._store(list(batch.changed.values()))

    def _store(self, records: list[Record]) -> None:
        ids = touched_scopes(records)
        numbering = Numbering({id_: replace(self.places_by_id[id_].counter) for id_ in ids})
        for record in records:
            made = numbering.number(record)
            key = (record.kind, record.id)
            self.rows[key] = Row(made.wire, record.scope_id, made.seq, record.deleted)
        for key3 in numbering.back:
            self.tombstones.drop(key3)
        for left in numbering.gone:
            self.tombstones[(left.scope_id, left.kind, left.id)] = (left.seq, left.reason)
            if left.reason == "moved":
                key = (left.kind, left.id)
                self.moved[key] = self.moved.get(key, frozenset()) | {left.scope_id}
        for id_, counter in numbering.counters.items():
            self.places_by_id[id_] = replace(self.places_by_id[id_], counter=counter)

    # -- backup and restore ----------------------------------------------------------------------

    def backup(self) -> dict[str, dict[object, object]]:
        """Return a copy of every table: what a restore puts back."""
        return {name: dict(table) for name, table in self._tables().items()}

    def restore(self, image: dict[str, dict[object, object]], epoch: str) -> None:
        for name, table in self._tables().items():
            table.fill(image[name])
        self.log.entries.clear()
        self.meta["epoch"] = epoch
        self.log.commit("restore", "strict")

    def _tables(self) -> dict[str, Table[object, object]]:
        return {name: found for name, found in vars(self).items() if isinstance(found, Table)}


class Snapshot:
    """The pull's port on a memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def heads(self, scope_ids: Sequence[str]) -> dict[str, Head]:
        return self.memory.heads(scope_ids)

    def rows(self, scope_id: str, kind: str, after: int, limit: int) -> list[tuple[int, str]]:
        del kind
        return self.memory.rows_after(scope_id, after)[:limit]
