"""Every route × every person × own, sister and foreign school, on both databases."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from server.core.blobs import FolderBlobs
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.jobs import Job
from server.core.unit import unit_of_work
from server.estate.services.labels import issue_codes
from server.exchange.commit import Change, commit_changes
from sync.codec import JsonValue
from sync.ids import natural_id
from tests.accounts.matrix import (
    ELSEWHERE,
    PEOPLE,
    REACH,
    ROWS,
    SCHOOLS,
    Row,
    Things,
    canaries,
)
from tests.world import ALONE, World
from tests.world import SCHOOLS as OWNERS

# Lists of the whole organisation on purpose: a sister school's tag is "wrong place", never unknown.
ACROSS_SCHOOLS = {"GET /api/tag-index"}


def test_every_route_has_a_row(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    listed = [row.route for row in ROWS]
    assert routes - set(listed) - ELSEWHERE == set(), "a new route needs its row"
    assert set(listed) - routes == set(), "a row whose route is gone"
    assert len(listed) == len(set(listed))


def things_of(world: World, school: str) -> Things:
    """Make a finding, a photo, labels and a job in a school, and name everything there."""
    owner = OWNERS[school]
    organisation_id = world.organisations[owner]
    asset, visit = world.assets[f"{school}.panel"], world.visits[school]
    finding = natural_id("finding", organisation_id, visit, "asset", asset)
    photo, job = new_id(), new_id()
    with unit_of_work(organisation_id, world.app):
        seen: dict[str, JsonValue] = {
            "visit_id": visit,
            "subject_kind": "asset",
            "subject_id": asset,
            "seen": True,
        }
        shot: dict[str, JsonValue] = {
            "owner_kind": "finding",
            "owner_id": finding,
            "size": 9,
            "taken_at": now_ms(),
        }
        sha256 = _bytes(world, organisation_id)
        commit_changes(
            [
                Change("finding", finding, visit, {**seen, "note": f"{school.title()} School"}),
                Change("photo", photo, visit, {**shot, "sha256": sha256, "state": "stored"}),
            ],
            origin=str(uuid.uuid4()), actor_id=None, grants=None,
        )  # fmt: skip
        batch = issue_codes(1, world.schools[school]).id
        db.session.add(
            Job(organisation_id=organisation_id, id=job, name="x", queue="quick", args={},
                queued_at=now_ms(), state="done", actor_id=str(uuid.uuid4()))
        )  # fmt: skip
    kit = {"asset": asset, "lot": world.lots[f"{school}.headsets"]}
    kit |= {"system": world.systems[f"{school}.mis"], "room": world.rooms[f"{school}.room1"]}
    made = {"finding": finding, "photo": photo, "batch": batch, "job": job}
    trust = "" if school == ALONE else world.trusts[owner]
    made |= {"trust": trust, **plan_of(world, school)}
    return Things(
        {"school": world.schools[school], "visit": visit, "organisation": organisation_id}
        | kit | made
    )  # fmt: skip


def plan_of(world: World, school: str) -> dict[str, str]:
    """Write a plan of one school with one line."""
    from server.estate.reference import asset_type_id
    from server.planning.models import Plan, PlanLine, PlanLineSubject

    organisation_id = world.organisations[OWNERS[school]]
    plan, line, school_id = new_id(), new_id(), world.schools[school]
    of = {"organisation_id": organisation_id}
    day = dt.date(2027, 9, 1)
    with unit_of_work(organisation_id, world.app):
        db.session.add(
            Plan(id=plan, school_id=school_id, name=f"Plan of {school.title()} School", years=4,
                 starts_on=day, uplift=0, state="ready", made_at=now_ms(), **of)
        )  # fmt: skip
        db.session.flush()
        reason = {"key": "age", "values": {"on": None, "wanted_year": 1, "timing": "best"}}
        db.session.add(
            PlanLine(id=line, plan_id=plan, school_id=school_id, year=1, category="classroom_av",
                     asset_type_id=asset_type_id(organisation_id, "interactive_panel"), quantity=1,
                     unit_pence=100, total_pence=100, must_do=True, reason=reason, benefit=1,
                     finance_line="x", **of)
        )  # fmt: skip
        db.session.flush()
        panel = world.assets[f"{school}.panel"]
        db.session.add(
            PlanLineSubject(line_id=line, subject_kind="asset", subject_id=panel, quantity=1, **of)
        )
    return {"plan": plan, "line": line}


def _bytes(world: World, organisation_id: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    blobs = FolderBlobs(world.app.extensions["settings"].blobs)
    sha256 = blobs.put(organisation_id, out.getvalue())
    blobs.put_derived(organisation_id, f"{sha256}-full", out.getvalue())
    return sha256


@pytest.fixture
def asked(world: World) -> list[tuple[Row, str, str, int, str]]:
    """Ask every row as every person about every school: (row, person, school, status, text)."""
    _rate(world)
    things = {school: things_of(world, school) for school in SCHOOLS}
    clients = {person: _client(world, person) for person in PEOPLE}
    found = []
    for row in sorted(ROWS, key=lambda row: "close" in row.route):  # closing comes last
        method = row.route.partition(" ")[0]
        for person, client in clients.items():
            home = "dover" if person.startswith("other") else "alder"
            for school in SCHOOLS if row.depends(person) else (home,):
                if method == "DELETE" and row.expected(person, school) == row.own:
                    things[school].ids |= plan_of(world, school)  # the last one is gone
                body = row.body(things[school]) if row.body else None
                answer = client.open(row.path(things[school]), method=method, json=body)
                text = answer.data.decode("latin-1")
                found.append((row, person, school, answer.status_code, text))
    return found


def _client(world: World, person: str) -> FlaskClient:
    client = world.client(person if person != "anonymous" else "trust_it")
    if person == "anonymous":
        del client.environ_base["HTTP_AUTHORIZATION"]
    return client


def _rate(world: World) -> None:
    from server.worker import run_waiting

    run_waiting(world.app)


def test_who_may_do_what_and_nothing_leaks(
    world: World, asked: list[tuple[Row, str, str, int, str]]
) -> None:
    wrong = [
        f"{row.route} as {person} in {school}: {status}, not {row.expected(person, school)}"
        for row, person, school, status, _ in asked
        if status != row.expected(person, school)
    ]
    assert not wrong, "\n".join(wrong)
    hidden = {school: canaries(world, school) for school in SCHOOLS}
    leaks = [
        f"{row.route} as {person} about {school} shows {other}"
        for row, person, school, status, text in asked
        if status < 400
        for other in set(SCHOOLS) - REACH[person]
        if _shows(text, hidden[other]) and not _is_meant(row, person, other)
    ]
    assert not leaks, "\n".join(leaks)


def _shows(text: str, canary: frozenset[str]) -> bool:
    return any(word in text for word in canary)


def _is_meant(row: Row, person: str, other: str) -> bool:
    mine = "south" if person.startswith("other") else "north"
    return row.route in ACROSS_SCHOOLS and OWNERS[other] == mine
