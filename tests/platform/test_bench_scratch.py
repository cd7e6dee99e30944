"""A bench works in a place of its own and leaves the database that it was given as it was."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, text

from server.bench.harness import fresh_app
from server.demo.build import DemoSize, build
from server.settings import Settings
from tests.services import APP, Postgres

SMALL = DemoSize(schools=1, rooms=12, assets=40)


def test_what_a_bench_wrote_is_gone_and_what_was_there_is_not(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(app, SMALL)
    before = _state(settings)
    if not settings.database_url.startswith("sqlite"):
        monkeypatch.setenv("DATABASE_URL", settings.database_url)
        monkeypatch.setenv("DATABASE_OWNER_URL", settings.owner_url)
    with fresh_app(tmp_path / "bench") as bench:
        # The same demo again: refused if it were the same place.
        assert build(bench, SMALL).organisations == 2
    assert _state(settings) == before


def test_a_role_that_may_not_have_a_place_of_its_own_is_told_so(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres.url("postgres", APP))
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    refused = pytest.raises(click.ClickException, match="may not create one")
    with refused, fresh_app(tmp_path / "bench"):
        pytest.fail("it began all the same")


def _state(settings: Settings) -> tuple[list[str], int]:
    """Return the schemas of the database and how many organisations are in it."""
    engine = create_engine(settings.owner_url)
    with engine.connect() as connection:
        schemas = inspect(connection).get_schema_names()
        count = connection.scalar(text("SELECT count(*) FROM organisation"))
    engine.dispose()
    return schemas, int(count or 0)
