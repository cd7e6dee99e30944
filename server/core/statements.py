"""Statements written once and asked often: SQL as text for the driver, compiled on first use."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    UUID,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with positional parameters, and the names of those in order."""

    sql: str
    names: tuple[str, ...]


def compiled(statement: Executable, dialect: Dialect) -> Statement:
    """Return a statement as text for exec_driver_sql, with positional parameters."""
    plain = dialect if dialect.positional else cast("Any", type(dialect))(paramstyle="format")
    found = cast("Any", statement).compile(dialect=plain)
    return Statement(str(found), tuple(found.positiontup or ()))


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A statement that every request asks: nothing of it is built anew.

    Rows come as the driver gives them: on PostgreSQL an id is a UUID, not its text.
    """

    statement: Executable
    known: dict[str, Statement] = field(default_factory=dict)

    def rows(self, connection: Connection, given: Mapping[str, object]) -> Sequence[Any]:
        """Execute with these parameters, straight on the driver, and return every row.

        Within the connection's transaction, which begins here if it has not yet.
        """
        found = self.known.get(connection.dialect.name)
        if found is None:
            found = compiled(self.statement, connection.dialect)
            self.known[connection.dialect.name] = found
        # SQLite is also asked for an offset: nought.
        values = tuple([given.get(name, 0) for name in found.names])
        if not connection.in_transaction():
            connection.begin()
        cursor = connection.connection.cursor()
        try:
            cursor.execute(found.sql, values)
            return cursor.fetchall()
        except Exception as fault:
            raise as_sqlalchemy(fault, found.sql, connection.dialect) from fault
        finally:
            cursor.close()


def one_of_ids(column: ColumnElement[str], dialect: Dialect) -> ColumnElement[bool]:
    """Return the test that a column is one of ``p_ids``: one parameter, however many ids."""
    if dialect.name == "sqlite":
        each = func.json_each(bindparam("p_ids")).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(cast_to(bindparam("p_ids"), ARRAY(UUID)))


def ids_given(ids: Sequence[str], connection: Connection) -> object:
    """Return ids as the parameter that ``one_of_ids`` takes. What is no UUID must be left out."""
    return json.dumps(ids) if connection.dialect.name == "sqlite" else ids


def as_sqlalchemy(fault: Exception, sql: str, dialect: Dialect) -> Exception:
    """Return a driver's fault as callers know it: retries and 503 go by that."""
    base = dialect.loaded_dbapi.Error
    if not isinstance(fault, base):
        return fault
    return DBAPIError.instance(sql, None, fault, base, dialect=dialect)
