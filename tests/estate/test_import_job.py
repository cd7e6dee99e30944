"""A list applied by a worker: the same engine, with progress and a report to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from server.core.database import db
from server.core.jobs import Job
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.imports import assets
from server.estate.jobs import queue_import
from server.estate.models import Asset
from tests.estate.lists import laptop, write_csv
from tests.world import World


def queue(world: World, path: Path) -> str:
    with unit_of_work(world.organisations["north"], world.app):
        return queue_import(path, world.schools["alder"], actor_id=world.people["trust_it"])


def kept(world: World) -> list[Path]:
    return list((world.app.extensions["settings"].data / "imports").iterdir())


def read(world: World, job_id: str) -> Job:
    with world.app.app_context(), as_organisation(world.organisations["north"]):
        found = db.session.scalars(select(Job).where(Job.id == job_id)).one()
        db.session.expunge_all()
        return found


def test_a_job_applies_the_list_and_keeps_its_report(
    world: World,
    tmp_path: Path,
    run_jobs: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_jobs()
    monkeypatch.setattr(assets, "CHUNK", 20)
    path = write_csv(tmp_path / "list.csv", [laptop(n) for n in range(45)])
    job_id = queue(world, path)
    path.unlink()  # the kept copy is what counts
    assert run_jobs() >= 1
    job = read(world, job_id)
    assert (job.state, job.done, job.total) == ("done", 45, 45)
    assert job.result["counts"] == {"new": 45, "matched": 0, "conflicting": 0, "junk": 0}
    assert job.result["file_name"] == "list.csv"
    assert kept(world) == []
    with world.app.app_context(), as_organisation(world.organisations["north"]):
        imported = select(func.count()).select_from(Asset).where(Asset.serial_key.like("9QW%"))
        assert db.session.scalar(imported) == 45


def test_a_file_that_is_no_list_fails_the_job_in_words(
    world: World, tmp_path: Path, run_jobs: Callable[[], int]
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"%PDF-1.7 nothing")
    job_id = queue(world, path)
    run_jobs()
    job = read(world, job_id)
    assert job.state == "failed"
    assert "a PDF" in job.problem["detail"]
    assert kept(world) == []


def test_a_job_that_ends_twice_returns_the_same_report(
    world: World, tmp_path: Path, run_jobs: Callable[[], int]
) -> None:
    job_id = queue(world, write_csv(tmp_path / "list.csv", [laptop(n) for n in range(3)]))
    run_jobs()
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(update(Job).where(Job.id == job_id).values(state="queued"))
    first = read(world, job_id)
    run_jobs()
    again = read(world, job_id)
    assert (again.state, again.result) == ("done", first.result)
