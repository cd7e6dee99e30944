"""Migrations are one line from empty to now, and what they make is what the models say."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Table

from server.core.database import Base, Tenant, db
from server.core.migrate import FOLDER, migrate
from server.settings import Settings

# Rows of no organisation; every other table belongs to one.
GLOBAL = {"organisation", "user_account", "identity", "session", "sync_meta", "tag_index"}


@pytest.mark.only("sqlite")
def test_migrations_are_linear(app: Flask) -> None:
    scripts = ScriptDirectory(str(FOLDER))
    walked = list(scripts.walk_revisions())
    assert len(scripts.get_heads()) == 1
    assert [len(script._versioned_down_revisions) for script in walked] == [1] * (
        len(walked) - 1
    ) + [0]
    numbers = sorted(script.revision for script in walked)
    assert numbers == [f"{number:04}" for number in range(1, len(walked) + 1)]


def test_the_models_are_what_the_migrations_made(app: Flask, settings: Settings) -> None:
    with app.app_context(), db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_migrating_twice_changes_nothing(app: Flask, settings: Settings) -> None:
    migrate(settings.owner_url)


@pytest.mark.only("sqlite")
def test_every_table_of_an_organisation_starts_its_key_with_it(app: Flask) -> None:
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        assert isinstance(table, Table)
        if table.name in GLOBAL:
            assert not issubclass(mapper.class_, Tenant), table.name
        else:
            assert issubclass(mapper.class_, Tenant), table.name
            assert "organisation_id" in table.primary_key.columns, table.name


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name and name.startswith(("sqlite_", "alembic_")))
