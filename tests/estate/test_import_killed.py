"""SIGKILL in the middle of an import leaves a chunk whole or not at all, and the rest resumes."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.core.database import db
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.imports import assets, import_assets
from server.estate.models import Asset, ImportRun, ImportSource, Tag
from server.estate.reference import install_reference
from server.estate.services.schools import NewSchool, create_school
from server.exchange.models import SyncOp
from tests.estate.import_and_die import CHUNK
from tests.estate.lists import laptop, write_csv

OURS = "0d3bd1c6-6a0e-4f5f-9c5a-0d6a6ad3a001"
CHUNKS = 3
ROWS = CHUNK * (CHUNKS - 1) + 17


@pytest.fixture
def estate(app: Flask) -> Flask:
    with unit_of_work(OURS, app):
        install_reference(OURS, str(uuid.uuid4()))
        create_school(NewSchool("Ash High", urn="100001"), origin=str(uuid.uuid4()))
    return app


def counts(app: Flask) -> dict[str, int]:
    with app.app_context(), as_organisation(OURS):
        tables = {"assets": Asset, "tags": Tag, "remembered": ImportSource}
        found = {
            name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }
        found["applied"] = db.session.scalar(select(func.sum(ImportRun.applied))) or 0
        return found


def die_in(app: Flask, path: Path, moment: str, chunk: int) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.estate.import_and_die",
            url,
            OURS,
            "100001",
            str(path),
            moment,
            str(chunk),
        ],
        check=False,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("moment", "chunk"), [("written", 1), ("written", CHUNKS), ("remembered", 2)]
)
def test_a_killed_import_leaves_whole_chunks_and_goes_on(
    estate: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, chunk: int
) -> None:
    monkeypatch.setattr(assets, "CHUNK", CHUNK)
    rows = [laptop(n, Asset_tag=f"OLD-{n:05}") for n in range(ROWS)]
    path = write_csv(tmp_path / "list.csv", rows)
    die_in(estate, path, moment, chunk)
    whole = CHUNK * (chunk - 1)
    assert set(counts(estate).values()) == {whole}
    report = import_assets(estate, OURS, "100001", path, apply=True)
    assert set(counts(estate).values()) == {ROWS}
    # The report of the resumed run counts the rows of the killed one too: none is told twice.
    assert report.counts["new"] == report.rows == ROWS
    with estate.app_context(), as_organisation(OURS):
        ops = select(func.count()).select_from(SyncOp).where(SyncOp.kind == "asset")
        assert db.session.scalar(ops) == ROWS
