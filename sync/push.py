"""The push engine: takes numbered lines in order, decides each, and returns one batch of effects.

Nothing a line holds can stop the lines after it. Time and the store are passed in; nothing is
written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync.batch import (
    APPLIED,
    WORST,
    Batch,
    Held,
    Key,
    LedgerRow,
    Outcome,
    Rights,
    Sender,
    Store,
    refuse,
)
from sync.checks import Checks
from sync.groups import bad_group, in_failed_group, units
from sync.merge import Entry, Loser, Merge, corrected
from sync.mutants import NONE, Mutants
from sync.op import Op, write_line
from sync.record import Mark, Record
from sync.upcast import UPCASTERS, Upcasters, lift
from sync.values import KindRules


@dataclass(frozen=True, slots=True)
class _Marks:
    """How far the batch had come when a group began."""

    losers: int
    closed: int
    created: set[str]
    changed: set[Key]


class Push:
    """One push of one sender. Use once: ``take`` and then write ``batch``."""

    def __init__(
        self,
        store: Store,
        kinds: Mapping[str, KindRules],
        organisation_id: str,
        sender: Sender,
        mutants: Mutants = NONE,
        *,
        upcasters: Upcasters = UPCASTERS,
    ) -> None:
        self.store = store
        self.kinds = kinds
        self.sender = sender
        self.mutants = mutants
        self.upcasters = upcasters
        self.checks = Checks(kinds, organisation_id, mutants)
        self.batch = Batch()
        self.created: set[str] = set()
        self.wants: dict[Mark, set[str]] = {}  # what each held: missing_parent op waits for
        self._records: dict[Key, Record] = {}
        self._places: dict[Key, str | None] = {}
        self._entries: dict[Mark, Entry] = {}
        self._saved: dict[Key, Record | None] | None = None

    # -- Ancestry, with what this batch has added ------------------------------------------------

    def entry(self, mark: Mark) -> Entry | None:
        return self._entries.get(mark) or self.store.entry(mark)

    def losers(self, kind: str, record_id: str, field: str) -> list[Mark]:
        key = (kind, record_id, field)
        ours = [made.by for made in self.batch.losers if (made.kind, made.id, made.field) == key]
        return [*self.store.losers(*key), *ours]

    # -- the batch -------------------------------------------------------------------------------

    def take(self, ops: Sequence[Op]) -> list[Outcome]:
        """Decide the ops in order and return their outcomes; the effects are in ``batch``."""
        lift(ops, self.kinds, self.upcasters)
        self._fetch(ops)
        outcomes: list[Outcome] = []
        for unit in units(ops):
            if "poison_blocks" in self.mutants and unit[0].fault:
                break
            decided = self._unit(unit, self.sender.rights)
            for op, outcome in zip(unit, decided, strict=True):
                self._record(op, outcome)
            outcomes += decided
        self._replay_waiting()
        return outcomes

    def replay(self, held: Sequence[Held], rights: Rights | None) -> list[Outcome]:
        """Decide held ops again with their first versions, as one unit; nothing is recorded."""
        ops = [item.op for item in held]
        lift(ops, self.kinds, self.upcasters)
        self._fetch(ops)
        return self._unit(ops, rights)

    def arrived(self, ids: set[str]) -> None:
        """Decide again what waits for these records, without any new op: they may be there now."""
        self.created |= ids
        self._replay_waiting()

    def _fetch(self, ops: Iterable[Op]) -> None:
        """Load, in one read per table, every record the ops touch and name."""
        wanted: dict[str, set[str]] = {}
        named: dict[str, set[str]] = {}
        known, checks = self._records, self.checks
        for op in ops:
            if op.fault is not None or op.kind not in self.kinds:
                continue
            if (op.kind, op.id) not in known:
                wanted.setdefault(op.kind, set()).add(op.id)
            for key, _ in checks.references(op, None):
                if key not in self._places:
                    named.setdefault(key[0], set()).add(key[1])
        if wanted:
            known.update(self.store.records(wanted))
        if named:
            found = self.store.places(named)
            for kind, ids in named.items():
                self._places.update(((kind, i), found.get((kind, i))) for i in ids)

    def _unit(self, ops: Sequence[Op], rights: Rights | None) -> list[Outcome]:
        """Decide one op, or one group: all of it or none."""
        if len(ops) == 1 and ops[0].txn is None:
            return [self._one(ops[0], rights)]
        refused = bad_group(ops)
        if refused is not None:
            return [refuse(op.fault) if op.fault else refused for op in ops]
        self._saved = {}
        marks = _Marks(
            len(self.batch.losers),
            len(self.batch.closed),
            set(self.created),
            set(self.batch.changed),
        )
        outcomes = [self._one(op, rights) for op in ops]
        worst = max(outcomes, key=lambda found: WORST[found.status])
        if WORST[worst.status] >= WORST["held"] and "group_split" not in self.mutants:
            self._undo(marks)
            outcomes = [in_failed_group(found, worst) for found in outcomes]
        self._saved = None
        return outcomes

    def _undo(self, marks: _Marks) -> None:
        """Go back to where a group began."""
        assert self._saved is not None
        changed = self.batch.changed
        for key, before in self._saved.items():
            if before is None:
                del self._records[key]
            else:
                self._records[key] = before
            if key in marks.changed and before is not None:
                changed[key] = before
            else:
                changed.pop(key, None)
        del self.batch.losers[marks.losers :]
        del self.batch.closed[marks.closed :]
        self.created = marks.created

    # -- one op ----------------------------------------------------------------------------------

    def _one(self, op: Op, rights: Rights | None) -> Outcome:
        """Decide one op by asking in order: readable, known, allowed, valid, complete, merged."""
        if op.fault is not None:
            return refuse(op.fault)
        if op.kind == "void":
            return APPLIED
        if op.kind not in self.kinds:
            return refuse("unknown_kind")
        record = self._records.get((op.kind, op.id))
        placed = self.checks.place(op, record, rights, self.store.moved_from)
        refused = placed if isinstance(placed, Outcome) else self.checks.values(op, placed)
        return refused or self._complete(op, record, rights)

    def _complete(self, op: Op, record: Record | None, rights: Rights | None) -> Outcome:
        """Merge an op that has all it needs; otherwise note what it waits for."""
        if record is None and self.checks.lacks_required(op):
            self.wants.setdefault(op.mark, set()).add(op.id)
            return refuse("missing_parent")
        missing = self._missing(op, record, rights)
        if missing:
            self.wants.setdefault(op.mark, set()).update(missing)
            return refuse("missing_parent")
        return self._merge(op, record)

    def _missing(self, op: Op, record: Record | None, rights: Rights | None) -> list[str]:
        """Return the references that resolve to nothing the sender may read, or too far away."""
        missing: list[str] = []
        for key, is_near in self.checks.references(op, record):
            here = self._records.get(key)
            place = here.scope_id if here is not None else self._place(key)
            is_here = place is not None and self._reads(place, rights)
            if is_here and is_near and rights is not None:
                is_here = place in _homes(op, record, rights)
            if not is_here:
                missing.append(key[1])
        return missing

    def _place(self, key: Key) -> str | None:
        if key not in self._places:
            self._places[key] = self.store.places({key[0]: {key[1]}}).get(key)
        return self._places[key]

    def _reads(self, scope_id: str, rights: Rights | None) -> bool:
        if rights is None or "tenant_filter_removed" in self.mutants:
            return True
        right = rights.get(scope_id)
        return right is not None and right.can_read

    def _merge(self, op: Op, record: Record | None) -> Outcome:
        key = (op.kind, op.id)
        if record is None:
            return self._create(op, key)
        if op.as_it_stands:
            vers = record.vers
            asked = vers if op.set.get("deleted") is True else op.set
            op.bases = {name: vers[name][1:] for name in asked if name in vers}
        op.at_corrected = op.at_corrected or corrected(self._at(op), op.bases, record, self.entry)
        self._save(key, record)
        merge = Merge(record, self.kinds[op.kind].immutable, self, self.mutants)
        ver = (op.at_corrected, op.client_id, op.mid)
        done = merge.apply(ver, op.set, op.bases)
        if done.refused is not None:
            return refuse(done.refused)
        if op.moves and op.scope_id != record.scope_id:
            record.scope_id = op.scope_id
            done.changed = True
        if done.changed:
            self.batch.changed[key] = record
        self.batch.losers += done.losers
        self.batch.closed += [(op.kind, op.id, name, by) for name, by in done.closed]
        return _merged(done.losers)

    def _create(self, op: Op, key: Key) -> Outcome:
        op.at_corrected = op.at_corrected or corrected(self._at(op), op.bases, None, self.entry)
        self._save(key, None)
        ver = (op.at_corrected, op.client_id, op.mid)
        record = Record(op.kind, op.id, op.scope_id, dict(op.set), dict.fromkeys(op.set, ver))
        if op.sv >= self.kinds[op.kind].collection.schema_version:  # not lifted: as it was written
            record.text = op.text
        self._records[key] = self.batch.changed[key] = record
        self.created.add(op.id)
        return APPLIED

    def _at(self, op: Op) -> int:
        """Return the op's time by the server's clock: never later than it arrived."""
        now = self.sender.received_at
        return now if op.at is None else min(op.at + self.sender.skew_ms, now)

    def _save(self, key: Key, record: Record | None) -> None:
        if self._saved is not None and key not in self._saved:
            self._saved[key] = record.copy() if record is not None else None

    # -- the ledger, and what waited -------------------------------------------------------------

    def _record(self, op: Op, outcome: Outcome) -> None:
        if not op.at_corrected and op.at is not None:
            op.at_corrected = corrected(self._at(op), op.bases, None, self.entry)
        if not op.sha256:  # the server's own; even an empty line of a device has its hash
            write_line(op)
        self._entries[op.mark] = Entry(op.at_corrected, op.bases)
        sender = self.sender
        self.batch.ledger.append(LedgerRow(op, outcome, sender.actor_id, sender.received_at))
        if outcome.code == "missing_parent":
            self.batch.waits += [
                (wanted, op.mark) for wanted in sorted(self.wants.get(op.mark, ()))
            ]

    def _replay_waiting(self) -> None:
        from sync.replay import replay_waiting

        replay_waiting(self)


def _homes(op: Op, record: Record | None, rights: Rights) -> tuple[str | None, ...]:
    """Return where a near reference may point: the record's own scope, and a visit's school."""
    scope_id = op.scope_id if record is None or op.moves else record.scope_id
    right = rights.get(scope_id)
    return scope_id, right.school_id if right is not None else None


def _merged(losers: Sequence[Loser]) -> Outcome:
    if not losers:
        return APPLIED
    return Outcome("merged", None, tuple(sorted({made.field for made in losers})))
