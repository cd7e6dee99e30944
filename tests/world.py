"""A small world for tests: two organisations, a person of each role, schools, rooms, kit, a visit.

All ids follow from names, so that a failure reads the same every time. The rows are written by
the one road, commit_changes().
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient

from server.core.clock import now_ms
from server.core.database import db
from server.core.unit import unit_of_work
from sync.codec import JsonValue

NORTH = "north"  # a trust with two of its schools, and one school that stands alone
SOUTH = "south"  # the other organisation: nothing of it may ever be seen from north
SCHOOLS = {"alder": NORTH, "birch": NORTH, "cedar": NORTH, "dover": SOUTH}
ALONE = "cedar"
ROOMS = ("room1", "room2", "room3")
VISIT_DAYS = ("2026-11-23", "2026-11-27")

# name → (organisation, role, kind of scope, name of scope)
PEOPLE = {
    "trust_it": (NORTH, "trust_it", "organisation", NORTH),
    "trust_only_it": (NORTH, "trust_it", "trust", NORTH),
    "consultant": (NORTH, "consultant", "organisation", NORTH),
    "technician": (NORTH, "technician", "visit", "alder"),
    "school_it": (NORTH, "school_it", "school", "alder"),
    "leader": (NORTH, "leader", "school", "alder"),
    "operator": (NORTH, "operator", "organisation", NORTH),
    "other_trust_it": (SOUTH, "trust_it", "organisation", SOUTH),
    "other_technician": (SOUTH, "technician", "visit", "dover"),
}


def world_id(kind: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"walkround-test:{kind}:{name}"))


@dataclass
class World:
    """Names to ids, and a signed-in client for each person."""

    app: Flask
    organisations: dict[str, str] = field(default_factory=dict)
    trusts: dict[str, str] = field(default_factory=dict)
    schools: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)  # "alder.room1", "alder.unplaced", …
    assets: dict[str, str] = field(default_factory=dict)  # "alder.laptop1", "alder.panel", …
    lots: dict[str, str] = field(default_factory=dict)  # "alder.headsets"
    systems: dict[str, str] = field(default_factory=dict)  # "alder.mis"
    visits: dict[str, str] = field(default_factory=dict)  # by school
    people: dict[str, str] = field(default_factory=dict)

    def client(self, person: str) -> FlaskClient:
        """Return a client that acts as one person, by bearer token."""
        made = self.app.test_client()
        made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(person)}"
        made.environ_base["HTTP_X_WALKROUND"] = "1"
        return made

    def seen_by(self, app: Flask) -> World:
        """Return the same world in another app's database, which is a copy of this one's."""
        names = {name: dict(ids) for name, ids in vars(self).items() if name != "app"}
        return World(app, **names)

    def organisation_of(self, person: str) -> str:
        return self.organisations[PEOPLE[person][0]]


def token_of(person: str) -> str:
    return f"wr_test-token-of-{person}"


def build_world(app: Flask) -> World:
    """Write the world into the app's empty database."""
    world = World(app)
    for name in (NORTH, SOUTH):
        world.organisations[name] = world_id("organisation", name)
        world.trusts[name] = world_id("trust", name)
    for name in SCHOOLS:
        world.schools[name] = world_id("school", name)
        world.visits[name] = world_id("visit", name)
    with unit_of_work(None, app):
        _organisations(world)
    for name, organisation_id in world.organisations.items():
        with unit_of_work(organisation_id, app):
            _estate(world, name, organisation_id)
            _people(world, name, organisation_id)
    return world


def _organisations(world: World) -> None:
    from server.accounts.models import Organisation

    for name, id_ in world.organisations.items():
        db.session.add(Organisation(id=id_, name=name.title(), kind="trust", created_at=now_ms()))


def _estate(world: World, name: str, organisation_id: str) -> None:
    from sqlalchemy import update

    from server.estate.models import School, Trust
    from server.estate.reference import install_reference
    from server.exchange.commit import Change, commit_changes, create_scope

    origin = world_id("origin", name)
    install_reference(organisation_id, world_id("reference", name))
    trust_id = world.trusts[name]
    db.session.add(
        Trust(organisation_id=organisation_id, id=trust_id, name=f"{name.title()} Learning Trust")
    )
    changes = []
    ours = [school for school, owner in SCHOOLS.items() if owner == name]
    for school in ours:
        school_id = world.schools[school]
        trust = None if school == ALONE else trust_id
        create_scope("school", school_id, trust_id=trust)
        create_scope("visit", world.visits[school], school_id=school_id)
        changes += [
            Change(kind, id_, scope_id, values)
            for kind, id_, scope_id, values in _records(world, school, organisation_id)
        ]
    results = commit_changes(changes, origin=origin, actor_id=None, grants=None)
    refused = [result for result in results if result.status != "applied"]
    assert not refused, refused
    for school in ours:
        if school != ALONE:
            db.session.execute(
                update(School)
                .where(
                    School.organisation_id == organisation_id, School.id == world.schools[school]
                )
                .values(trust_id=trust_id)
            )


Row = tuple[str, str, str, dict[str, JsonValue]]


def _records(world: World, school: str, organisation_id: str) -> Iterator[Row]:
    school_id = world.schools[school]
    yield "school", school_id, school_id, {"name": f"{school.title()} School", "phase": "Primary"}
    building = world_id("building", school)
    yield "building", building, school_id, {"name": "Main building", "rank": 0}
    for order, room in enumerate(("whole_school", "unplaced", *ROOMS)):
        id_ = world.rooms[f"{school}.{room}"] = world_id("room", f"{school}.{room}")
        values: dict[str, JsonValue] = {"name": room.replace("_", " ").capitalize()}
        if room in ROOMS:
            values |= {"building_id": building, "floor": "0", "room_type": "classroom"}
        else:
            values |= {"builtin": room}
        yield "room", id_, school_id, {**values, "walk_order": order}
    yield from _kit(world, school, organisation_id)
    yield from _visit(world, school)


def _kit(world: World, school: str, organisation_id: str) -> Iterator[Row]:
    from server.estate.reference import asset_type_id

    school_id = world.schools[school]

    def kit(kind: str, what: str, type_key: str, room: str, **more: JsonValue) -> Row:
        key = f"{school}.{what}"
        getattr(world, f"{kind}s")[key] = id_ = world_id(kind, key)
        values = {"room_id": world.rooms[f"{school}.{room}"], **more}
        values["asset_type_id"] = asset_type_id(organisation_id, type_key)
        return kind, id_, school_id, values

    yield kit(
        "asset", "laptop1", "laptop_pupil", "room1", bought_on="2025-09-01", serial=f"{school}-1"
    )
    yield kit(
        "asset", "laptop2", "laptop_pupil", "room1", bought_on="2018-09-01", serial=f"{school}-2"
    )
    yield kit(
        "asset", "panel", "interactive_panel", "room1", bought_on="2016-09-01", name="Display"
    )
    yield kit("asset", "laptop3", "laptop_pupil", "room2", bought_on="2022-09-01")
    yield kit(
        "asset", "switch", "edge_switch", "room3", bought_on="2015-09-01", name="Cabinet switch"
    )
    yield kit("lot", "headsets", "headsets", "room2", quantity=16, name="Headsets")
    yield kit("system", "mis", "mis", "whole_school", name="MIS", started_on="2021-09-01")


def _visit(world: World, school: str) -> Iterator[Row]:
    visit_id = world.visits[school]
    starts_on, ends_on = VISIT_DAYS
    yield (
        "visit",
        visit_id,
        visit_id,
        {
            "school_id": world.schools[school],
            "name": f"{school.title()} walk",
            "starts_on": starts_on,
            "ends_on": ends_on,
            "state": "open",
            "checklists": [],
        },
    )


def _people(world: World, name: str, organisation_id: str) -> None:
    from server.accounts.models import ApiToken, Membership, User

    at = now_ms()
    for person, (owner, role, scope_kind, scope) in PEOPLE.items():
        if owner != name:
            continue
        user_id = world.people[person] = world_id("user", person)
        scope_id = {
            "organisation": world.organisations,
            "trust": world.trusts,
            "school": world.schools,
            "visit": world.visits,
        }[scope_kind][scope]
        email = f"{person}@{name}.example"
        db.session.add(User(id=user_id, name=person.title(), email=email, created_at=at))
        db.session.add(
            Membership(
                organisation_id=organisation_id,
                id=world_id("membership", person),
                user_id=user_id,
                role=role,
                scope_kind=scope_kind,
                scope_id=scope_id,
                granted_at=at,
            )
        )
        token_hash = hashlib.sha256(token_of(person).encode()).digest()
        db.session.add(
            ApiToken(
                organisation_id=organisation_id,
                token_hash=token_hash,
                user_id=user_id,
                name="test",
                created_at=at,
            )
        )
