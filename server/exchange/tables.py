"""The SQL of each synced kind, compiled once per database; the one filler of typed columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    Executable,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from server.core.statements import Prepared, compiled, one_of_ids
from server.core.types import IdType
from server.exchange.registry import Synced
from sync.codec import JsonValue, canonical
from sync.collections import Field
from sync.record import Record

KEY = ("organisation_id", "id")
MOVING = ("scope_id", "sync_seq", "deleted_at", "fver", "wire")

Fields = Mapping[str, JsonValue]
Fill = Callable[[Fields], object]


@dataclass(frozen=True, slots=True)
class Bulk:
    """A statement for many rows, and how to put a row given in another order into its own."""

    sql: str
    pick: Callable[[Sequence[object]], tuple[object, ...]]


def bulk(statement: Executable, dialect: Dialect, names: tuple[str, ...]) -> Bulk:
    """Return a statement that takes rows whose values come in the order of ``names``."""
    found = compiled(statement, dialect)
    return Bulk(found.sql, itemgetter(*(names.index(name) for name in found.names)))


def run_many(connection: Connection, statement: Bulk, rows: Sequence[Sequence[object]]) -> None:
    """Execute one statement for many rows, straight on the driver."""
    if rows:
        pick = statement.pick
        connection.exec_driver_sql(statement.sql, [pick(row) for row in rows])


@dataclass(frozen=True, slots=True)
class KindTable:
    """One kind's table: how to insert a row, how to change it, how to fill its columns."""

    kind: str
    table: Table
    insert: Bulk
    update: Bulk
    plain: tuple[str, ...]  # columns that hold the field as it is
    fills: tuple[Fill, ...]  # the others
    filled: tuple[str, ...]  # the names of those
    derive: Callable[[Mapping[str, object]], Mapping[str, object]] | None
    derived: tuple[str, ...]
    records: Prepared  # (item, scope) of p_ids, locked in order
    places: Prepared  # (id, scope) of p_ids

    def columns(self, record: Record) -> list[object]:
        """Return the typed columns of a record, plain ones first."""
        fields = record.fields
        get = fields.get
        row: list[object] = [get(name) for name in self.plain]
        row += [fill(fields) for fill in self.fills]
        if self.derive is not None:
            found = self.derive(fields)
            row += [found[name] for name in self.derived]
        return row


def _fallback(column: Column[Any], declared: Field) -> object:
    """Return what a NOT NULL column holds while its field has no value."""
    if column.nullable:
        return None
    if column.default is not None and column.default.is_scalar:
        return cast("Any", column.default).arg
    if declared.type == "choice":
        return declared.choices[0]
    return {"json": "[]", "bool": False, "int": 0, "time": 0}.get(declared.type, "")


def _is_plain(column: Column[Any], declared: Field) -> bool:
    return bool(column.nullable) and not declared.map and declared.type != "json"


def _fill(name: str, column: Column[Any], declared: Field) -> Fill:
    fallback = _fallback(column, declared)
    if declared.map:
        return _fill_map(name + "/", whole=declared.type != "bool")
    if declared.type == "json":
        return lambda f: fallback if f.get(name) is None else canonical(f[name])
    if fallback is None:
        return lambda f: f.get(name)
    return lambda f: fallback if f.get(name) is None else f[name]


def _fill_map(stem: str, *, whole: bool) -> Fill:
    """Gather ``faults/hinge`` and its like into one JSON column; a set keeps what is true."""

    def gather(fields: Fields) -> object:
        if "/" not in "".join(fields):  # quicker than asking each name
            return None
        found = {
            name[len(stem) :]: value
            for name, value in fields.items()
            if name.startswith(stem) and (value is not None if whole else value is True)
        }
        return canonical(found) if found else None

    return gather


def kind_table(synced: Synced, dialect: Dialect) -> KindTable:
    """Compile one kind for one database."""
    table = cast("Table", synced.model.__table__)
    fields = synced.collection.fields
    on_row = {n: fields[n] for n in fields if n in table.c}
    plain = tuple(n for n, declared in on_row.items() if _is_plain(table.c[n], declared))
    others = tuple(n for n in on_row if n not in plain)
    derived: tuple[str, ...] = tuple(sorted(synced.derive({}))) if synced.derive else ()
    values = (*plain, *others, *derived)
    inserted = (*KEY, *MOVING, *values)
    keyed = (
        update(table)
        .where(table.c.organisation_id == bindparam("b_organisation"))
        .where(table.c.id == bindparam("b_id"))
        .values({name: bindparam(name) for name in (*MOVING, *values)})
    )
    own = table.c.organisation_id == bindparam("p_organisation", type_=IdType())
    wanted = one_of_ids(table.c.id, dialect)
    records = select(table.c.wire, table.c.scope_id).where(own, wanted).order_by(table.c.id)
    return KindTable(
        kind=synced.collection.kind,
        table=table,
        insert=bulk(insert(table).values({n: bindparam(n) for n in inserted}), dialect, inserted),
        update=bulk(keyed, dialect, (*MOVING, *values, "b_organisation", "b_id")),
        plain=plain,
        fills=tuple(_fill(n, table.c[n], on_row[n]) for n in others),
        filled=others,
        derive=synced.derive,
        derived=derived,
        records=Prepared(records.with_for_update()),
        places=Prepared(select(table.c.id, table.c.scope_id).where(own, wanted)),
    )
