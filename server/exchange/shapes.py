"""How new records are stored: a statement for each set of fields, so that nothing binds a NULL.

Most records of a batch set the same fields and leave half of the columns empty. The driver of
SQLite looks for an adapter for each None and each bool it is given, which cost more than the insert
itself (docs/decisions/0050-sync-speed.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import Boolean, Dialect, bindparam, insert

from server.core.statements import compiled
from server.exchange.tables import KindTable
from sync.codec import JsonValue
from sync.numbering import Written

HEAD = ("organisation_id", "id", "scope_id", "sync_seq")
TAIL = ("fver", "wire")
# Names come from devices, so what is kept of them has an end.
MOST_SHAPES = 500

Fields = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One set of fields: its statement, and how to find the columns between head and tail."""

    sql: str
    columns: tuple[str, ...]  # in the statement's order
    middle: Callable[[Mapping[str, object]], tuple[object, ...]]
    fixed: Mapping[str, object]  # what NOT NULL columns hold whose field is not set
    fills: tuple[tuple[str, Callable[[Fields], object]], ...]
    flags: tuple[str, ...]  # booleans that the driver would have to adapt
    derive: Callable[[Mapping[str, object]], Mapping[str, object]] | None

    def row(self, organisation_id: str, written: Written) -> tuple[object, ...]:
        """Return the row of a new record, in the order of ``columns``."""
        record = written.record
        values: dict[str, object] = {**record.fields, **self.fixed}
        for name, fill in self.fills:
            values[name] = fill(record.fields)
        for name in self.flags:
            values[name] = 1 if values[name] else 0
        if self.derive is not None:
            values.update(self.derive(record.fields))
        head = (organisation_id, record.id, record.scope_id, written.seq)
        return (*head, *self.middle(values), written.fver, written.wire)


class Shapes:
    """The shapes of one kind on one database, each made when it is first met."""

    def __init__(self, table: KindTable, dialect: Dialect) -> None:
        self.table = table
        self.dialect = dialect
        self._known: dict[tuple[str, ...], Shape] = {}

    def of(self, fields: Fields) -> Shape:
        """Return the shape of these fields; a cleared field is one that is not set."""
        names = tuple(fields)
        if None in fields.values():
            names = tuple(name for name in names if fields[name] is not None)
        found = self._known.get(names)
        if found is None:
            if len(self._known) >= MOST_SHAPES:
                self._known.clear()
            found = self._known[names] = self._make(frozenset(names))
        return found

    def _make(self, names: frozenset[str]) -> Shape:
        table = self.table
        stems = {name.partition("/")[0] for name in names if "/" in name}
        plain = [name for name in table.plain if name in names]
        fills = dict(zip(table.filled, table.fills, strict=True))
        fixed = {name: fill({}) for name, fill in fills.items()}
        live = {name: fill for name, fill in fills.items() if name in names or name in stems}
        fixed = {n: value for n, value in fixed.items() if n not in live and value is not None}
        middle = {*plain, *fixed, *live, *table.derived}
        columns = (*HEAD, *(c.name for c in table.table.c if c.name in middle), *TAIL)
        statement = insert(table.table).values({name: bindparam(name) for name in columns})
        made = compiled(statement, self.dialect)
        assert made.names == columns, made.names
        is_flag = {c.name for c in table.table.c if isinstance(c.type, Boolean)}
        flags = tuple(sorted(is_flag & middle)) if self.dialect.name == "sqlite" else ()
        return Shape(
            sql=made.sql,
            columns=columns,
            middle=_getter(columns[len(HEAD) : -len(TAIL)]),
            fixed=fixed,
            fills=tuple(live.items()),
            flags=flags,
            derive=table.derive,
        )


def _getter(names: tuple[str, ...]) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    """Return a function that takes these values out of a mapping as a tuple."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)
