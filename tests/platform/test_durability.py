"""A database that answers before its disk has the work is refused, at the start and by doctor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pysqlite3.dbapi2 as sqlite3
import pytest
from psycopg import sql
from sqlalchemy import create_engine, event, text

from server.core.database import engine_options, prepare_engine
from server.core.durability import (
    NotDurableError,
    broken_promises,
    check_sqlite_version,
    make_sqlite_durable,
    promises,
    require_durable,
)
from server.run.doctor import look_around
from server.settings import Settings
from tests import services
from tests.stock import Database

PREPARE = [sys.executable, "-m", "server.run.prepare"]


@pytest.mark.only("sqlite")
def test_every_sqlite_connection_waits_for_the_disk(settings: Settings) -> None:
    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    prepare_engine(engine)
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            assert promises(connection) == {"journal_mode": "wal", "synchronous": "FULL"}
    engine.dispose()


def test_a_database_that_cannot_keep_a_write_ahead_log_is_refused() -> None:
    """In memory there is none, as on a file system that cannot share memory."""
    connection = sqlite3.connect(":memory:")
    with pytest.raises(NotDurableError, match="local disk"):
        make_sqlite_durable(connection)
    connection.close()


@pytest.mark.parametrize(("version", "safe"), [((3, 40, 1), False), ((3, 51, 3), True)])
def test_a_sqlite_that_can_corrupt_a_database_is_refused(
    version: tuple[int, ...], *, safe: bool
) -> None:
    if safe:
        check_sqlite_version(version, "3")
        return
    with pytest.raises(NotDurableError, match="can corrupt"):
        check_sqlite_version(version, "3")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"fsync": "off"}, "fsync is off"),
        ({"full_page_writes": "off"}, "full_page_writes is off"),
        ({"synchronous_commit": "local"}, "synchronous_commit is local"),
        ({"journal_mode": "delete"}, "journal_mode is delete"),
        ({"synchronous": "1"}, "synchronous is 1"),
    ],
)
def test_each_broken_promise_is_said(found: dict[str, str], words: str) -> None:
    assert words in "".join(broken_promises(found))


def test_what_waits_for_more_than_the_disk_is_as_good() -> None:
    assert broken_promises({"fsync": "on", "synchronous_commit": "remote_apply"}) == []


@pytest.mark.only("postgres")
def test_postgres_waits_at_each_commit_though_its_default_says_no(
    settings: Settings, postgres: services.Postgres
) -> None:
    name = settings.database_url.rpartition("/")[2]
    postgres.run(
        sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
    )
    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    plain = create_engine(settings.database_url)
    prepare_engine(engine)
    with plain.connect() as connection:
        assert promises(connection)["synchronous_commit"] == "off", "the test itself must bite"
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    engine.dispose()
    plain.dispose()


@pytest.mark.only("postgres")
def test_nothing_starts_on_a_postgres_that_does_not_keep_what_it_acknowledges(
    database: Database, settings: Settings, postgres: services.Postgres
) -> None:
    assert _durability(settings) == (False, True)
    refused = _prepare(settings)
    assert refused.returncode == 1
    assert "fsync is off: set it to on in postgresql.conf" in refused.stdout
    with postgres.durable():
        assert _durability(settings) == (True, False)
        assert _prepare(settings).returncode == 0


@pytest.mark.only("sqlite")
def test_doctor_says_what_sqlite_promises(settings: Settings) -> None:
    assert _durability(settings) == (True, False)


@pytest.mark.only("sqlite")
def test_a_connection_that_was_weakened_is_found(settings: Settings) -> None:
    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    prepare_engine(engine)

    @event.listens_for(engine, "connect")
    def weaken(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")

    with engine.connect() as connection, pytest.raises(NotDurableError, match="synchronous is 1"):
        require_durable(connection)
    engine.dispose()


def _durability(settings: Settings) -> tuple[bool, bool]:
    """Return whether doctor finds durability well, and whether it says that a setting is off."""
    (settings.data / "secret.key").write_text("0" * 40)
    look = next(one for one in look_around(settings) if one.what == "Durability")
    return look.well, "is off" in look.do


def _prepare(settings: Settings) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "WALKROUND_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_url,
    }
    return subprocess.run(PREPARE, env=environ, check=False, capture_output=True, text=True)


def test_prepare_is_what_run_starts() -> None:
    """The refusal stands on the road of `walkround run`."""
    serve = Path(__file__).parents[2] / "server/run/serve.py"
    assert "server.run.prepare" in serve.read_text(encoding="utf-8")
