"""The merge rules: what one op does to one record, field by field, decided in one place.

In this order for each field: superseded, causal, concurrent (sync/README.md, section Merging).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sync.codec import JsonValue
from sync.mutants import NONE, Mutants
from sync.record import Mark, Record, Ver


@dataclass(slots=True)
class Entry:
    """What ancestry needs of a ledger row, whatever became of it. Not frozen: each op has one."""

    at: int
    bases: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Loser:
    """A conflict row: the value that lost, who wrote it, and what stands in its place."""

    kind: str
    id: str
    field: str
    value: JsonValue
    by: Mark
    winner: Mark


class Ancestry(Protocol):
    """Reads of the ledger and of the kept conflicts."""

    def entry(self, mark: Mark) -> Entry | None: ...

    def losers(self, kind: str, record_id: str, field: str) -> list[Mark]:
        """Return who lost on this field and was kept, settled or not."""
        ...


@dataclass(slots=True)
class Merged:
    """What an op did: did it change the record, which conflicts it made and which it closed."""

    changed: bool = False
    losers: list[Loser] = field(default_factory=list)
    # (field, who): conflicts whose loser turned out to be an ancestor of this op
    closed: list[tuple[str, Mark]] = field(default_factory=list)
    refused: str | None = None  # deleted


def descends(name: str, start: Mark, target: Mark, entry: Callable[[Mark], Entry | None]) -> bool:
    """Say whether the value ``start`` of a field is ``target`` or was made on top of it.

    A base that the ledger lacks ends the walk.
    """
    seen: set[Mark] = set()
    here: Mark | None = start
    while here is not None and here not in seen:
        if here == target:
            return True
        seen.add(here)
        found = entry(here)
        here = found.bases.get(name) if found is not None else None
    return False


def corrected(
    at: int, bases: Mapping[str, Mark], record: Record | None, entry: Callable[[Mark], Entry | None]
) -> int:
    """Return a time above that of every base, so that a child never looks older than its parent."""
    for name, base in bases.items():
        ver = record.vers.get(name) if record is not None else None
        if ver is not None and ver[1] == base[0] and ver[2] == base[1]:
            at = max(at, ver[0] + 1)
        else:
            found = entry(base)
            if found is not None:
                at = max(at, found.at + 1)
    return at


class Merge:
    """One op against one record. ``immutable``: fields of which the first write wins."""

    def __init__(
        self,
        record: Record,
        immutable: frozenset[str],
        ancestry: Ancestry,
        mutants: Mutants = NONE,
    ) -> None:
        self.record = record
        self.immutable = immutable
        self.ancestry = ancestry
        self.mutants = mutants
        self.done = Merged()

    def apply(self, ver: Ver, values: Mapping[str, JsonValue], bases: Mapping[str, Mark]) -> Merged:
        """Merge the op into the record (changed in place) and return what happened."""
        if values.get("deleted") is True:
            self._delete(ver, values, bases)
        elif self.record.deleted:
            self._edit_deleted(ver, values, bases)
        else:
            for name, value in values.items():
                self._field(name, value, ver, bases.get(name))
        return self.done

    def _field(self, name: str, value: JsonValue, ver: Ver, base: Mark | None) -> bool:
        """Merge one field; return whether this op's value now stands."""
        record = self.record
        current = record.vers.get(name)
        if current is None:
            record.put(name, value, ver)
            self.done.changed = True
            return True
        if name in self.immutable:
            return self._immutable(name, value, ver, current)
        if "wall_clock_order" in self.mutants:
            return self._by_clock(name, value, ver, current)
        if base is not None and base[1] == current[2] and base[0] == current[1]:
            record.put(name, value, ver)
            self.done.changed = True
            return True
        return self._apart(name, value, ver, base, current)

    def _immutable(self, name: str, value: JsonValue, ver: Ver, current: Ver) -> bool:
        if same(self.record.fields[name], value) or current == ver:
            return False
        self._lose(name, value, ver, current)
        return False

    def _by_clock(self, name: str, value: JsonValue, ver: Ver, current: Ver) -> bool:
        if ver < current:
            return False
        self.record.put(name, value, ver)
        self.done.changed = True
        return True

    def _apart(
        self, name: str, value: JsonValue, ver: Ver, base: Mark | None, current: Ver
    ) -> bool:
        """Merge a field whose base is not the value that stands: the rare road."""
        record, mine, theirs = self.record, (ver[1], ver[2]), (current[1], current[2])
        entry = self.ancestry.entry
        losers = self.ancestry.losers(record.kind, record.id, name)
        if any(descends(name, made, mine, entry) for made in (theirs, *losers)):
            return False  # superseded: something applied was made on top of it
        if base is not None:
            self.done.closed += [(name, by) for by in losers if descends(name, base, by, entry)]
        causal = base is not None and descends(name, base, theirs, entry)
        if causal:
            record.put(name, value, ver)
            self.done.changed = True
            return True
        if same(record.fields[name], value):
            if ver > current:
                record.put(name, value, ver)
                self.done.changed = True
            return ver > current
        if ver > current:
            self._lose(name, record.fields[name], current, ver)
            record.put(name, value, ver)
            self.done.changed = True
            return True
        self._lose(name, value, ver, current)
        return False

    def _lose(self, name: str, value: JsonValue, by: Ver, winner: Ver) -> None:
        if "loser_dropped" in self.mutants:
            return
        record = self.record
        self.done.losers.append(
            Loser(record.kind, record.id, name, value, (by[1], by[2]), (winner[1], winner[2]))
        )

    def _delete(self, ver: Ver, values: Mapping[str, JsonValue], bases: Mapping[str, Mark]) -> None:
        """Delete, if the version of every field that stands was seen; else keep a conflict."""
        record, entry = self.record, self.ancestry.entry
        mine = (ver[1], ver[2])
        standing = record.vers.get("deleted")
        made = self.ancestry.losers(record.kind, record.id, "deleted")
        if standing is not None:
            made = [(standing[1], standing[2]), *made]
        if any(descends("deleted", by, mine, entry) for by in made):
            return
        unseen = [
            current
            for name, current in record.vers.items()
            if not (name == "deleted" and record.deleted)
            and not _saw(name, bases.get(name), (current[1], current[2]), entry)
        ]
        if unseen:
            if not record.deleted:
                self._lose("deleted", values["deleted"], ver, max(unseen))
            return
        kept = self.ancestry.losers(record.kind, record.id, "deleted")
        self.done.closed += [("deleted", by) for by in kept]
        if standing is None or not record.deleted or ver > standing:
            record.put("deleted", values["deleted"], ver)
            self.done.changed = True

    def _edit_deleted(
        self, ver: Ver, values: Mapping[str, JsonValue], bases: Mapping[str, Mark]
    ) -> None:
        """Edit a deleted record: refused if it saw the delete, else it may bring it back."""
        record, entry = self.record, self.ancestry.entry
        gone = record.vers["deleted"]
        delete: Mark = (gone[1], gone[2])
        saw = bases.get("deleted")
        if saw is not None and descends("deleted", saw, delete, entry):
            if values.get("deleted") is not False:
                self.done.refused = "deleted"
                return
            for name, value in values.items():
                self._field(name, value, ver, bases.get(name))
            return
        asked = entry(delete)
        back = False
        for name, value in values.items():
            stands = self._field(name, value, ver, bases.get(name))
            if name == "deleted":
                continue
            known = asked.bases.get(name) if asked is not None else None
            if stands and not (known and descends(name, known, (ver[1], ver[2]), entry)):
                back = True
        if back and record.deleted:
            self._lose("deleted", value=True, by=gone, winner=ver)
            record.put("deleted", value=False, ver=ver)


def _saw(
    name: str, base: Mark | None, current: Mark, entry: Callable[[Mark], Entry | None]
) -> bool:
    return base is not None and (base == current or descends(name, base, current, entry))


def same(one: JsonValue, other: JsonValue) -> bool:
    """Say whether two values are equal as JSON: true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
