"""Bench of the planner: 90 schools and 40,000 assets solved, and solved again."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import insert, select

from server.core.clock import now_ms, today
from server.core.database import db
from server.core.figures import Figure
from server.core.queue import JobContext
from server.core.unit import unit_of_work
from server.planning.jobs import solve
from server.planning.services.solve import LIMIT, LINE, PLAN, decide_school, read_school, read_work
from server.ratings.bench_estate import BenchEstate, build_estate, count_for_planner
from server.ratings.services.rebuild import rebuild
from sync.ids import uuid7

SCHOOLS, ASSETS, YEARS = 90, 40_000, 5
LIMIT_PENCE = 6_000_000  # must-dos are paid for, about half of the rest


def bench_plan(app: Flask, seed: int) -> Iterator[Figure]:
    """Solve a five-year plan of 90 schools twice; the second must equal the first."""
    estate = build_estate(app, SCHOOLS, ASSETS, seed)
    with unit_of_work(estate.organisation_id, app):
        rebuild(estate.organisation_id)
        plan_id = _write_plan(estate)
    count_for_planner(app)
    job = JobContext(uuid7(now_ms(), b"plan-bench"), estate.organisation_id, None)
    with app.app_context():
        totals = []
        for name in ("plan of 90 schools, 40,000 assets", "the same plan again"):
            started = time.perf_counter()
            done = solve(job, plan_id)
            yield Figure(name, time.perf_counter() - started, "s", target=30)
            totals.append(done["inputs_sha256"])
        yield Figure("plans that differ on a rerun", float(len(set(totals)) - 1), "", target=0)
    yield from _decide(app, estate, plan_id)


def _write_plan(estate: BenchEstate) -> str:
    plan_id = uuid7(now_ms(), b"bench-plan")
    base = {"organisation_id": estate.organisation_id}
    plan = {
        **base, "id": plan_id, "trust_id": estate.trust_id, "school_id": None, "name": "Bench",
        "starts_on": today().replace(month=9, day=1), "years": YEARS, "uplift": 30,
        "state": "new", "made_at": now_ms(),
    }  # fmt: skip
    db.session.execute(insert(PLAN), plan)
    limits = [
        {**base, "plan_id": plan_id, "school_id": school, "year": 1, "pence": LIMIT_PENCE}
        for school in estate.school_ids
    ]
    db.session.execute(insert(LIMIT), limits)
    return plan_id


def _decide(app: Flask, estate: BenchEstate, plan_id: str) -> Iterator[Figure]:
    """Time the decisions alone, reading and writing apart."""
    with unit_of_work(estate.organisation_id, app):
        work = read_work(estate.organisation_id, plan_id)
        read = [(school, *read_school(work, school)) for school in work.schools]
        lines = db.session.execute(select(LINE.c.id).where(LINE.c.plan_id == plan_id)).all()
    started = time.perf_counter()
    for school, items, gaps in read:
        decide_school(work, school, items, gaps)
    yield Figure("decisions alone", time.perf_counter() - started, "s")
    yield Figure("plan lines", float(len(lines)), "")


BENCHES = {"plan": bench_plan}
