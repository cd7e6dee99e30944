"""Watch every Core statement of the server: each tenant table must be tied to an organisation.

The ORM is narrowed by itself (server/core/database.py); a bare Table is not, so whoever writes one
names the organisation. Here each such statement that any test makes the server run is read: the
organisation of each tenant table must equal, directly or through another, a value given from
outside. A join that forgets it would read a neighbour's rows wherever two ids are alike.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import cast

from sqlalchemy import BindParameter, Connection, Engine, event
from sqlalchemy.sql import ClauseElement, Delete, Select, Update, operators
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause, Label
from sqlalchemy.sql.selectable import (
    CTE,
    Alias,
    AliasedReturnsRows,
    CompoundSelect,
    FromClause,
    SelectBase,
    TableClause,
)
from sqlalchemy.sql.visitors import iterate

from server.core.tenancy import is_across

SERVER = str(Path(__file__).resolve().parents[2] / "server")
OUTSIDE = "a value from outside"
READS = (Select, CompoundSelect, Update, Delete)


def loose_tables(statement: ClauseElement) -> set[str]:
    """Return the tenant tables of a statement whose organisation nothing says."""
    parts = list(iterate(statement))
    tied = _Tied()
    for part in parts:
        if isinstance(part, BinaryExpression) and part.operator in (operators.eq, operators.in_op):
            tied.say_alike(_speaks_for(part.left), _speaks_for(part.right))
        elif isinstance(part, AliasedReturnsRows) and isinstance(part.element, SelectBase):
            inner = part.element.selected_columns.get("organisation_id")
            tied.say_alike(_identity(part), _speaks_for(inner))
    if isinstance(statement, Update | Delete):
        parts.append(statement.table)
    tables = {part for part in parts if _is_tenant(part)}
    # An alias brings its table along; only what a query names columns of is read.
    aliased = {part.element for part in parts if isinstance(part, Alias)}
    named = {part.table for part in parts if isinstance(part, ColumnClause)}
    return {
        str(cast("FromClause", table).description)
        for table in tables - (aliased - named)
        if tied.root(table) != OUTSIDE
    }


class _Tied:
    """Which tables have the same organisation, and whether it is given from outside."""

    def __init__(self) -> None:
        self.parent: dict[object, object] = {}

    def root(self, thing: object) -> object:
        while thing in self.parent:
            thing = self.parent[thing]
        return thing

    def say_alike(self, one: object, other: object) -> None:
        if one is None or other is None:
            return
        one, other = self.root(one), self.root(other)
        if one == OUTSIDE:
            one, other = other, one
        if one != other:
            self.parent[one] = other


def _is_tenant(part: object) -> bool:
    return (
        isinstance(part, TableClause)
        or (isinstance(part, Alias) and isinstance(part.element, TableClause))
    ) and "organisation_id" in part.c


def _speaks_for(part: object) -> object:
    """Return what one side of an equation speaks for: a table's organisation, or the outside."""
    if isinstance(part, Label):
        part = part.element
    if isinstance(part, BindParameter):
        return OUTSIDE
    if isinstance(part, ColumnClause) and part.name == "organisation_id":
        return _identity(part.table)
    return None


def _identity(table: object) -> object:
    """Return the name of a CTE, which SQLAlchemy copies at each prefix, or the table itself."""
    return table.name if isinstance(table, CTE) else table


def _asks_for_server(frame: FrameType | None) -> str | None:
    """Return the place in the server that runs the statement; None when a test itself does."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(SERVER):
            return f"{name.removeprefix(SERVER)}:{frame.f_lineno}"
        if "/tests/" in name and "sqlalchemy" not in name:
            return None
        frame = frame.f_back
    return None


def watch() -> None:
    """Refuse, from now on, any loose statement that the server runs."""

    @event.listens_for(Engine, "before_execute")
    def refuse(_connection: Connection, statement: ClauseElement, *_rest: object) -> None:
        if not isinstance(statement, READS) or is_across():
            return
        if statement._propagate_attrs.get("compile_state_plugin") == "orm":
            return
        place = _asks_for_server(sys._getframe(1))
        loose = loose_tables(statement) if place else set()
        assert not loose, f"{place} reads {', '.join(sorted(loose))} of every organisation"
