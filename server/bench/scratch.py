"""A place of the bench's own in the database that DATABASE_URL names, and nothing left of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from psycopg import sql
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.schema import CreateSchema, DropSchema

from server.settings import Settings

RIGHTS = (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE"))


@contextmanager
def scratch(settings: Settings) -> Iterator[Settings]:
    """Give settings on a new schema of the PostgreSQL database; drop it with all that is in it.

    SQLite's file lies in the bench's own folder already. Raises a ClickException, before anything
    is written, when the owner's role may not create a schema.
    """
    if not settings.owner_url.startswith("postgresql"):
        yield settings
        return
    name = f"walkround_bench_{secrets.token_hex(4)}"
    engine = create_engine(settings.owner_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            _create(connection, name, make_url(settings.database_url).username)
        try:
            yield replace(
                settings,
                database_url=_within(settings.database_url, name),
                owner_url=_within(settings.owner_url, name),
            )
        finally:
            with engine.connect() as connection:
                connection.execute(DropSchema(name, cascade=True))
    finally:
        engine.dispose()


def _create(connection: Connection, name: str, role: str | None) -> None:
    try:
        connection.execute(CreateSchema(name))
    except ProgrammingError as fault:
        raise click.ClickException(
            "The bench needs a schema of its own, which it drops again, and this role may not "
            "create one. Let it (GRANT CREATE ON DATABASE), or leave DATABASE_URL out."
        ) from fault
    if role is None or role == connection.engine.url.username:
        return
    schema, app = sql.Identifier(name), sql.Identifier(role)
    cursor = connection.connection.cursor()
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, app))
    for what, rights in RIGHTS:
        statement = "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT {} ON {} TO {}"
        cursor.execute(sql.SQL(statement).format(schema, sql.SQL(rights), sql.SQL(what), app))


def _within(url: str, schema: str) -> str:
    inside = make_url(url).update_query_dict({"options": f"-csearch_path={schema}"})
    return inside.render_as_string(hide_password=False)
