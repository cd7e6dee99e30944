"""A demo that is killed half-way leaves nothing in the way: the next start makes all of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.accounts.models import Organisation
from server.core.database import db
from server.core.tenancy import across_organisations
from server.demo.people import FILE
from server.estate.models import School
from server.exchange.models import Blob
from server.planning.models import Plan
from server.settings import Settings
from tests.services import wait_until

COMMAND = [sys.executable, "-m", "server.run.prepare", "--demo"]


@pytest.fixture(autouse=True)
def durable(database_name: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """What prepares a first run refuses a PostgreSQL that does not keep what it acknowledges."""
    if database_name == "sqlite":
        yield
        return
    with request.getfixturevalue("postgres").durable():
        yield


def environ(settings: Settings) -> dict[str, str]:
    """Return what `walkround run` tells the process that prepares its first run."""
    return {
        **os.environ,
        "WALKROUND_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_url,
        "BLOB_URL": str(settings.blobs),
    }


def kill_once_there(told: Mapping[str, str], folder: Path, what: str, output: Path) -> None:
    """Start the demo and kill it, unannounced, as soon as such a file is in the folder."""
    with output.open("wb") as log:
        process = subprocess.Popen(COMMAND, env=dict(told), stdout=log, stderr=log)
    wait_until(lambda: any(folder.rglob(what)), process, output, 60)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def organisations(app: Flask) -> int:
    with app.app_context(), across_organisations():
        return db.session.scalar(select(func.count()).select_from(Organisation)) or 0


def test_a_demo_killed_while_schools_are_written_is_made_whole_by_the_next_start(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    told = environ(settings)
    kill_once_there(told, settings.blobs, "?" * 64, tmp_path / "output")
    assert organisations(app) == 0
    assert not (settings.data / FILE).exists()
    subprocess.run(COMMAND, env=told, check=True, capture_output=True)
    _assert_whole(app, settings)


def test_a_demo_killed_as_its_sign_ins_are_kept_is_whole_after_the_next_start(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    told = environ(settings)
    kill_once_there(told, settings.data, FILE, tmp_path / "output")
    subprocess.run(COMMAND, env=told, check=True, capture_output=True)
    _assert_whole(app, settings)


def test_sign_ins_of_a_demo_that_is_not_there_are_not_shown(app: Flask, settings: Settings) -> None:
    (settings.data / FILE).write_text("robin@demo.example  nothing  consultant  Robin Ashdown\n")
    without = COMMAND[:-1]
    subprocess.run(without, env=environ(settings), check=True, capture_output=True)
    assert organisations(app) == 0
    assert not (settings.data / FILE).exists()


def _assert_whole(app: Flask, settings: Settings) -> None:
    with app.app_context(), across_organisations():
        assert db.session.scalar(select(func.count()).select_from(Organisation)) == 2
        assert db.session.scalar(select(func.count()).select_from(School)) == 5
        assert db.session.scalar(select(func.count()).select_from(Plan)) == 1
        named = set(db.session.scalars(select(Blob.sha256)))
    assert {path.name for path in settings.blobs.rglob("?" * 64)} == named
    lines = (settings.data / FILE).read_text().splitlines()
    assert len(lines) == 6
    client = app.test_client()
    for email, password, *_ in map(str.split, lines):
        answer = client.post(
            "/api/sign-in",
            json={"email": email, "password": password},
            headers={"X-Walkround": "1"},
        )
        assert answer.status_code in {200, 204}
