"""Run migrations with the owner's connection, one transaction each, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

# A migration is frozen: it names plain SQL types, never this build's own classes.
FROZEN = {
    "IdType": "sa.String(36).with_variant(postgresql.UUID(as_uuid=False), 'postgresql')",
    "JSON": "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')",
}


def render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types as what they are."""
    found = FROZEN.get(type(item).__name__) if kind == "type" else None
    if found is None:
        return False
    autogen.imports.add("from sqlalchemy.dialects import postgresql")
    return found


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    transaction_per_migration=True,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
