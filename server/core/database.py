"""The database: one typed base, one engine set-up, safe SQLite settings, tenancy on every read."""

from __future__ import annotations

import sqlite3 as stdlib_sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Executable,
    ForeignKeyConstraint,
    MetaData,
    UniqueConstraint,
    event,
    text,
    type_coerce,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate

from server.core.durability import (
    check_sqlite_version,
    make_postgres_durable,
    make_sqlite_durable,
)
from server.core.statements import as_sqlalchemy
from server.core.tenancy import current_organisation, is_across, organisation_or_none
from server.core.types import Id, IdType, Key

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of Walkround."""

    metadata = MetaData(naming_convention=NAMES)


class Tenant:
    """Mixed into every table that belongs to one organisation; its key starts with it."""

    organisation_id: Mapped[Key] = mapped_column(sort_order=-100)


class Synced(Tenant):
    """The columns that make a table's rows travel to devices (sync/README.md, server tables)."""

    id: Mapped[Key] = mapped_column(sort_order=-99)
    scope_id: Mapped[Id] = mapped_column(sort_order=-98)
    sync_seq: Mapped[int] = mapped_column(BigInteger, sort_order=-97)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger, sort_order=90)
    # fver: canonical JSON [[at, client, mid, [field…]]…], the item's "v"
    fver: Mapped[str] = mapped_column(sort_order=91)
    wire: Mapped[str] = mapped_column(sort_order=92)  # the whole item as pull sends it

    __sync__: ClassVar[bool] = True


def references(column: str, table: str) -> ForeignKeyConstraint:
    """Return a foreign key inside one organisation, checked at commit: batches order freely."""
    return ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{table}.organisation_id", f"{table}.id"],
        deferrable=True,
        initially="DEFERRED",
    )


def synced(*more: SchemaItem) -> tuple[SchemaItem, ...]:
    """Return the constraints of a synced table: its scope exists, a number is used once."""
    return (
        UniqueConstraint("organisation_id", "scope_id", "sync_seq"),
        references("scope_id", "sync_scope"),
        *more,
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

_writes: ContextVar[bool] = ContextVar("writes", default=False)


def will_write(value: bool) -> None:
    """Say before the first statement whether this unit writes: SQLite then locks at once."""
    _writes.set(value)


@contextmanager
def writing() -> Iterator[None]:
    """Mark the block as writing; a transaction must not be open yet."""
    token = _writes.set(True)
    try:
        yield
    finally:
        _writes.reset(token)


def engine_options(url: str) -> dict[str, Any]:
    """Return create_engine options for a database URL (SQLite through the safe wheel)."""
    if not url.startswith("sqlite"):
        return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}
    import pysqlite3.dbapi2 as sqlite3

    check_sqlite_version(sqlite3.sqlite_version_info, sqlite3.sqlite_version)
    return {
        "module": sqlite3,
        "connect_args": {"timeout": 30, "check_same_thread": False},
        "pool_size": 16,
        "pool_use_lifo": True,  # few connections then have full caches
        "max_overflow": 16,
    }


def prepare_engine(engine: Engine) -> None:
    """Attach connection settings and transaction starts to an engine. Call once per engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_connect)
        event.listen(engine, "begin", _postgres_begin)


def _sqlite_connect(connection: stdlib_sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we start transactions ourselves
    connection.execute("PRAGMA busy_timeout=30000")
    make_sqlite_durable(connection)
    for pragma in (
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-6000",  # for each connection; the system's own cache holds the file
        # Pages of 4 KiB: what is committed is safe in the log, and a push need not wait for its
        # move into the database as often.
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    try:
        # Straight on the driver: every request does this, and there is nothing to compile.
        cast("Any", connection.connection).execute("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")
    except Exception as fault:
        raise as_sqlalchemy(fault, "BEGIN", connection.dialect) from fault


def _postgres_connect(connection: object, _record: object) -> None:
    make_postgres_durable(connection)


def _postgres_begin(connection: Connection) -> None:
    connection.execute(
        text("SELECT set_config('app.organisation', :organisation, true)"),
        {"organisation": organisation_or_none() or ""},
    )


@event.listens_for(Session, "do_orm_execute")
def _narrow_to_organisation(state: ORMExecuteState) -> None:
    """Narrow every ORM statement to the current organisation; refuse when none is set."""
    if state.is_column_load or state.is_relationship_load or is_across():
        return
    if not isinstance(state.statement, Executable) or not _is_of_tenants(state.statement):
        return
    organisation_id = current_organisation()
    state.statement = state.statement.options(
        with_loader_criteria(
            Tenant,
            lambda cls: cls.organisation_id == type_coerce(organisation_id, IdType()),
            include_aliases=True,
        )
    )


def _is_of_tenants(statement: Executable) -> bool:
    """Whether the class of a tenant table stands anywhere in a statement, however deep.

    The mappers that SQLAlchemy tells of a statement are those of its columns alone: a class that is
    only counted, joined or asked in a subquery is not among them. A bare ``Table`` is like raw SQL:
    its statement must itself name the organisation.
    """
    for element in iterate(cast("ExternallyTraversible", statement)):
        # What came from a class says so in its annotations, which have no public name.
        entity = getattr(element, "_annotations", {}).get("parententity")
        if entity is not None and issubclass(entity.mapper.class_, Tenant):
            return True
    return False
