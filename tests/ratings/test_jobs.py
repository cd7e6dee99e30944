"""The jobs of ratings: what the night does, what a rebuild does, and that twice is once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, update

from server.core.clock import clock, new_id
from server.core.database import db
from server.core.queue import JobContext
from server.ratings.jobs import nightly, rate_changed, rebuild
from server.ratings.services.rebuild import CELL, RATING, wrong_cells
from tests.ratings.kit import ASSET, NOON, TODAY, Ground, asset_row, named, replace_assets

KIT = {"bought_on": dt.date(2024, 9, 1), "support_end_on": TODAY + dt.timedelta(days=1)}


@pytest.fixture
def job(ground: Ground) -> JobContext:
    with ground.work():
        replace_assets(ground.organisation_id, [asset_row(ground, n, **KIT) for n in range(3)])
    return JobContext(new_id(), ground.organisation_id, None)


def test_a_rebuild_rates_everything_and_says_how_much(ground: Ground, job: JobContext) -> None:
    with ground.app.app_context():
        assert rebuild(job) == {"rated": 3}


def test_the_night_rates_what_time_has_changed(
    ground: Ground, job: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ground.app.app_context():
        rebuild(job)
        assert nightly(job) == {"due": 0, "flipped": 0, "healed": 0}
        monkeypatch.setattr(clock, "now_ms", lambda: NOON + 86_400_000)
        assert nightly(job) == {"due": 3, "flipped": 3, "healed": 0}
        assert nightly(job) == {"due": 0, "flipped": 0, "healed": 0}
    with ground.work():
        assert db.session.scalar(select(func.sum(CELL.c.red))) == 3


def test_the_night_mends_what_nobody_was_told_of(ground: Ground, job: JobContext) -> None:
    with ground.app.app_context():
        rebuild(job)
        with ground.work():
            db.session.execute(update(RATING).values(value_pence=1))
        assert nightly(job)["healed"] > 0
        assert nightly(job)["healed"] == 0


def test_a_job_told_twice_rates_once(ground: Ground, job: JobContext) -> None:
    touched = [["asset", named(f"asset {n}")] for n in range(3)]
    with ground.app.app_context():
        assert rate_changed(job, touched) == {"subjects": 3, "changed": 3}
        assert rate_changed(job, touched) == {"subjects": 3, "changed": 0}


def test_what_nobody_rates_touches_nothing(ground: Ground, job: JobContext) -> None:
    touched = [["room", ground.room_id], ["school", ground.school_id], ["finding", new_id()]]
    with ground.app.app_context():
        assert rate_changed(job, touched) == {"subjects": 0, "changed": 0}


def test_a_rebuild_writes_only_what_differs(
    ground: Ground, job: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands keeps its time; a wrong rating is made right and one of nothing goes."""
    with ground.app.app_context():
        rebuild(job)
        with ground.work():
            db.session.execute(
                update(RATING).where(RATING.c.subject_id == named("asset 1")).values(rag="grey")
            )
            retired = ASSET.c.id == named("asset 2")
            db.session.execute(update(ASSET).where(retired).values(life_state="retired"))
        monkeypatch.setattr(clock, "now_ms", lambda: NOON + 1)
        assert rebuild(job) == {"rated": 2}
    with ground.work():
        rows = db.session.execute(
            select(RATING.c.subject_id, RATING.c.rag, RATING.c.rated_at).where(
                RATING.c.organisation_id == ground.organisation_id
            )
        )
        assert {id_: (rag, at - NOON) for id_, rag, at in rows} == {
            named("asset 0"): ("amber", 0),
            named("asset 1"): ("amber", 1),
        }
        assert wrong_cells(ground.organisation_id) == 0
