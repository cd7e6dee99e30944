"""How changed records are stored: a statement for each set of fields that an edit puts.

Most edits set one or two of forty fields. Writing the others again would bind a NULL for each that
is empty and write every index anew (docs/decisions/0050-sync-speed.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Boolean, Dialect, bindparam, update

from server.exchange.tables import Bulk, Fill, KindTable, bulk
from sync.codec import JsonValue
from sync.numbering import Written

KEY = ("b_organisation", "b_id")
MOVING = ("sync_seq", "fver", "wire")
# Names come from devices, so what is kept of them has an end.
MOST_CHANGES = 500


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One set of fields that were put: its statement, and what their columns hold."""

    statement: Bulk
    fills: tuple[Fill, ...]
    derive: Callable[[Mapping[str, object]], Mapping[str, object]] | None
    derived: tuple[str, ...]

    def row(self, organisation_id: str, written: Written) -> tuple[object, ...]:
        """Return the row of a changed record, in the order in which the statement is given it."""
        record = written.record
        fields = record.fields
        row = [written.seq, written.fver, written.wire, *[fill(fields) for fill in self.fills]]
        if self.derive is not None:
            found = self.derive(fields)
            row += [found[name] for name in self.derived]
        return (*row, organisation_id, record.id)


class Changes:
    """The changes of one kind on one database, each made when it is first met."""

    def __init__(self, table: KindTable, dialect: Dialect) -> None:
        self.table = table
        self.dialect = dialect
        self._known: dict[frozenset[str], Change] = {}

    def of(self, names: frozenset[str]) -> Change:
        """Return the change of these fields."""
        found = self._known.get(names)
        if found is None:
            if len(self._known) >= MOST_CHANGES:
                self._known.clear()
            found = self._known[names] = self._make(names)
        return found

    def _make(self, names: frozenset[str]) -> Change:
        kind = self.table
        columns = kind.table.c
        stems = {name.partition("/")[0] for name in names}
        every: dict[str, Fill] = {name: _get(name) for name in kind.plain}
        every |= zip(kind.filled, kind.fills, strict=True)
        fills = {name: fill for name, fill in every.items() if name in names or name in stems}
        if self.dialect.name == "sqlite":  # whose driver would have to adapt a bool
            for name, fill in fills.items():
                if isinstance(columns[name].type, Boolean):
                    fills[name] = _as_number(fill)
        values = (*MOVING, *fills, *kind.derived)
        statement = (
            update(kind.table)
            .where(columns.organisation_id == bindparam("b_organisation"))
            .where(columns.id == bindparam("b_id"))
            .values({name: bindparam(name) for name in values})
        )
        return Change(
            statement=bulk(statement, self.dialect, (*values, *KEY)),
            fills=tuple(fills.values()),
            derive=kind.derive,
            derived=kind.derived,
        )


def _get(name: str) -> Fill:
    return lambda fields: fields.get(name)


def _as_number(fill: Fill) -> Fill:
    def number(fields: Mapping[str, JsonValue]) -> object:
        found = fill(fields)
        return None if found is None else int(bool(found))

    return number
