"""Bench of the ratings: 40,000 assets rated and rolled up, and a push of 100 findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from flask import Flask
from sqlalchemy import select

from server.core.clock import now_ms
from server.core.database import db
from server.core.figures import Figure, percentile
from server.core.queue import JobContext
from server.core.unit import unit_of_work
from server.estate.models import Room
from server.estate.reference import asset_type_id
from server.exchange.commit import Change, commit_changes, create_scope
from server.ratings.bench_estate import BenchEstate, build_estate, count_for_planner
from server.ratings.jobs import rate_changed
from server.ratings.rules.policy import Policy
from server.ratings.services.matrices import rooms_matrix, trusts_matrix
from server.ratings.services.rebuild import rebuild, wrong_cells, wrong_ratings
from sync.codec import JsonValue
from sync.ids import natural_id, uuid7

SCHOOLS, ASSETS, PUSHES, FINDINGS = 90, 40_000, 60, 100


def bench_ratings(app: Flask, seed: int) -> Iterator[Figure]:
    """Rate an estate of 90 schools, read its matrices, then rate sixty pushes of findings."""
    estate = build_estate(app, SCHOOLS, ASSETS, seed)
    ids = frozenset(estate.school_ids)
    for name in ("rebuild of 40,000 assets, first", "rebuild of 40,000 assets, again"):
        yield Figure(
            name, _time(app, estate, lambda: rebuild(estate.organisation_id)), "s", target=1
        )
    yield Figure(
        "trusts matrix",
        _time(app, estate, lambda: trusts_matrix(estate.organisation_id, ids, Policy())) * 1000,
        "ms",
    )
    one = estate.school_ids[0]
    yield Figure(
        "rooms matrix",
        _time(app, estate, lambda: rooms_matrix(estate.organisation_id, one, Policy())) * 1000,
        "ms",
    )
    yield from _pushes(app, estate)
    yield Figure("ratings that differ from a full count", _wrong(app, estate), "", target=0)


def _time(app: Flask, estate: BenchEstate, work: Callable[[], object]) -> float:
    with unit_of_work(estate.organisation_id, app):
        started = time.perf_counter()
        work()
        db.session.commit()
        return time.perf_counter() - started


def _pushes(app: Flask, estate: BenchEstate) -> Iterator[Figure]:
    """Write findings by the one road, then run their job as the worker does."""
    visit_id = uuid7(now_ms(), b"bench-push")
    school_id = estate.school_ids[0]
    with unit_of_work(estate.organisation_id, app):
        create_scope("visit", visit_id, school_id=school_id)
        room_id = db.session.scalar(select(Room.id).where(Room.scope_id == school_id).limit(1))
        type_id = asset_type_id(estate.organisation_id, "interactive_panel")
        values: dict[str, JsonValue] = {
            "room_id": room_id,
            "asset_type_id": type_id,
            "bought_on": "2021-09-01",
        }
        made = [
            Change("asset", uuid7(now_ms(), f"push{n:06}".encode()), school_id, values)
            for n in range(5 * FINDINGS)
        ]
        visit = _visit(visit_id, school_id)
        commit_changes([visit, *made], origin=visit_id, actor_id=None, grants=None)
        rebuild(estate.organisation_id)
    count_for_planner(app)
    assets = sorted(change.id for change in made)
    times = []
    for push in range(PUSHES):
        touched = _push(app, estate, visit_id, assets, push)
        context = JobContext(uuid7(now_ms(), b"0123456789"), estate.organisation_id, None)
        with app.app_context():
            started = time.perf_counter()
            rate_changed(context, touched)
            times.append(time.perf_counter() - started)
    # A worker that has just started builds its statements in its first job.
    yield Figure("first push of 100 findings after a start", times.pop(0) * 1000, "ms")
    yield Figure("push of 100 findings rated, p50", percentile(times, 0.5) * 1000, "ms", target=50)
    yield Figure("push of 100 findings rated, p95", percentile(times, 0.95) * 1000, "ms", target=50)


def _visit(visit_id: str, school_id: str) -> Change:
    values: dict[str, JsonValue] = {
        "school_id": school_id,
        "name": "Bench",
        "starts_on": "2026-11-23",
        "ends_on": "2026-11-27",
        "state": "open",
        "checklists": [],
    }
    return Change("visit", visit_id, visit_id, values)


def _push(
    app: Flask, estate: BenchEstate, visit_id: str, assets: list[str], push: int
) -> list[list[str]]:
    changes = []
    for number in range(FINDINGS):
        asset_id = assets[(push * FINDINGS + number) % len(assets)]
        id_ = natural_id("finding", estate.organisation_id, visit_id, "asset", asset_id)
        values: dict[str, JsonValue] = {
            "visit_id": visit_id,
            "subject_kind": "asset",
            "subject_id": asset_id,
            "seen": True,
            "seen_at": now_ms(),
            "condition": "ABCD"[(push + number) % 4],
        }
        changes.append(Change("finding", id_, visit_id, values))
    with unit_of_work(estate.organisation_id, app):
        origin = uuid7(now_ms(), f"push{push:06}".encode())
        commit_changes(changes, origin=origin, actor_id=None, grants=None)
    return [["finding", change.id] for change in changes]


def _wrong(app: Flask, estate: BenchEstate) -> float:
    with unit_of_work(estate.organisation_id, app):
        return float(wrong_ratings(estate.organisation_id) + wrong_cells(estate.organisation_id))


BENCHES = {"ratings": bench_ratings}
