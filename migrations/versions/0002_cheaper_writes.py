"""Cheaper writes: lists of values as SQLite checks them quickly, an index of held lines only."""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite builds a table of its own for a list of more than two values, for every row it checks.
LIST = re.compile(r"CHECK \((\w+) IN \(([^()]*)\)\)")
CHAIN = re.compile(r"CHECK \((\w+) = ('[^']*'|\d+)((?: OR \1 = (?:'[^']*'|\d+))+)\)")


def upgrade() -> None:
    op.drop_index("ix_sync_op_held", table_name="sync_op")
    held = sa.text("status = 'held'")
    op.create_index(
        "ix_sync_op_held",
        "sync_op",
        ["organisation_id", "status", "code"],
        sqlite_where=held,
        postgresql_where=held,
    )
    _rewrite(LIST, _chain)


def downgrade() -> None:
    _rewrite(CHAIN, _list)
    op.drop_index("ix_sync_op_held", table_name="sync_op")
    op.create_index("ix_sync_op_held", "sync_op", ["organisation_id", "status", "code"])


def _chain(found: re.Match[str]) -> str:
    column, values = found[1], found[2].split(",")
    return f"CHECK ({' OR '.join(f'{column} = {value.strip()}' for value in values)})"


def _list(found: re.Match[str]) -> str:
    values = re.findall(r" = ('[^']*'|\d+)", found[0])
    return f"CHECK ({found[1]} IN ({', '.join(values)}))"


def _rewrite(pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> None:
    """Say the same checks in other words: the way SQLite documents for what changes no row.

    PostgreSQL keeps its own form of both and is left as it is.
    """
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    tables = bind.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    for name, sql in tables:
        said = pattern.sub(new, sql)
        if said != sql:
            bind.execute(
                sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"),
                {"sql": said, "name": name},
            )
    bind.exec_driver_sql(f"PRAGMA schema_version = {int(version) + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")
    if bind.exec_driver_sql("PRAGMA quick_check").scalar_one() != "ok":
        raise RuntimeError("SQLite refuses its rewritten schema")
