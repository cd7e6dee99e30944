"""Every synced kind × every person × own, sister and foreign scope: sent and fetched."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Mapping
from typing import Any

from server.exchange.registry import Registry
from sync.ids import natural_id
from tests.accounts.matrix import REACH, SCHOOLS, canaries
from tests.exchange.device import Device
from tests.world import SCHOOLS as OWNERS
from tests.world import World

PEOPLE = tuple(person for person in REACH if person != "anonymous")
EDITORS = frozenset(
    {"trust_it", "trust_only_it", "consultant", "technician", "school_it"}
    | {"other_trust_it", "other_technician"}
)
TRUST_IT = frozenset({"trust_it", "trust_only_it", "other_trust_it"})
WALKERS = EDITORS - {"school_it"}
# Reference data is shared by all trusts of an organisation: only its own IT writes it.
ORGANISATION_IT = frozenset({"trust_it", "other_trust_it"})

# kind → who may write it in a scope that they reach. A new kind needs its line.
WRITERS: Mapping[str, frozenset[str]] = {
    "asset_type": ORGANISATION_IT,
    "product": ORGANISATION_IT,
    "checklist": ORGANISATION_IT,
    "school": TRUST_IT,
    "building": EDITORS - {"technician", "other_technician"},
    "room": EDITORS,
    "asset": EDITORS,
    "lot": EDITORS,
    "system": EDITORS,
    "tag": EDITORS,
    "visit": TRUST_IT,
    "room_walk": WALKERS,
    "finding": WALKERS,
    "photo": WALKERS,
}
NO_MEMBERSHIP = ("held", "no_membership")
_codes = itertools.count(1)


def test_every_synced_kind_has_its_line(world: World) -> None:
    registry: Registry = world.app.extensions["registry"]
    assert {item.collection.kind for item in registry.all()} == set(WRITERS)


def op_of(kind: str, world: World, school: str) -> tuple[str, str, dict[str, Any]]:
    """Return (id, scope, fields) of a change of this kind, about this school."""
    organisation = world.organisations[OWNERS[school]]
    school_id, visit = world.schools[school], world.visits[school]
    room = world.rooms[f"{school}.room1"]
    kit = {"room_id": room, "asset_type_id": natural_id("asset_type", organisation, "laptop_pupil")}
    fresh, code = str(uuid.uuid4()), f"LEGACY{next(_codes)}"
    walk = {"visit_id": visit, "room_id": world.rooms[f"{school}.room2"]}
    panel = world.assets[f"{school}.panel"]
    seen = {"visit_id": visit, "subject_kind": "asset", "subject_id": panel}
    shot = {"owner_kind": "asset", "owner_id": panel, "sha256": "a" * 64, "size": 1}
    kind_of_thing = {
        "key": f"key{next(_codes)}", "name": "Type", "category": "network", "counts_as": "asset",
        "life_years": 5, "red_years": 7, "criticality": 1000, "critical": False,
        "critical_service": False, "required": ["age"], "faults": [],
    }  # fmt: skip
    listed = {"name": "List", "about": "room", "version": 2, "questions": []}
    seen_id = natural_id("finding", organisation, visit, "asset", panel)
    walk_id = natural_id("room_walk", organisation, visit, walk["room_id"])
    rows: dict[str, tuple[str, str, dict[str, Any]]] = {
        "asset_type": (fresh, organisation, kind_of_thing),
        "product": (fresh, organisation,
                    {"asset_type_id": kit["asset_type_id"], "maker": "Maker", "model": "Model"}),
        "checklist": (fresh, organisation, listed),
        "school": (school_id, school_id, {"phase": "Secondary"}),
        "building": (fresh, school_id, {"name": "Annexe"}),
        "room": (fresh, school_id, {"name": "Store"}),
        "asset": (fresh, school_id, kit),
        "lot": (fresh, school_id, {**kit, "quantity": 3}),
        "system": (fresh, school_id, {**kit, "name": "Filter"}),
        "tag": (natural_id("tag", organisation, code), school_id, {"code": code}),
        "visit": (visit, visit, {"name": "Renamed"}),
        "room_walk": (walk_id, visit, {**walk, "state": "started"}),
        "finding": (seen_id, visit, {**seen, "seen": True}),
        "photo": (fresh, visit, {**shot, "taken_at": 1}),
    }  # fmt: skip
    return rows[kind]


def test_who_may_send_what(world: World) -> None:
    wrong = []
    for person in PEOPLE:
        device = Device(world, person)
        device.hello()
        asked = [(kind, school) for kind in WRITERS for school in SCHOOLS]
        lines = [
            device.line(kind, id_, scope, fields)
            for kind, school in asked
            for id_, scope, fields in [op_of(kind, world, school)]
        ]
        for (kind, school), result in zip(asked, device.results(*lines), strict=True):
            if not _is_right(person, kind, school, result):
                wrong.append(f"{kind} by {person} in {school}: {result}")
    assert not wrong, "\n".join(wrong)


def _is_right(person: str, kind: str, school: str, result: tuple[str, str | None]) -> bool:
    if not _reaches(person, kind, school):
        return result == NO_MEMBERSHIP  # the same answer whether the place exists or not
    if person in WRITERS[kind]:
        return result[0] in ("applied", "merged")
    return result in (NO_MEMBERSHIP, ("rejected", "not_allowed"))


def _reaches(person: str, kind: str, school: str) -> bool:
    if kind in ("asset_type", "product", "checklist"):
        return any(OWNERS[mine] == OWNERS[school] for mine in REACH[person])
    return school in REACH[person]


def test_who_may_fetch_what(world: World) -> None:
    for person in PEOPLE:
        device = Device(world, person)
        device.hello()
        device.watch(*world.schools.values(), *world.visits.values(), *world.organisations.values())
        reply = device.pull()
        on_devices = REACH[person] if person != "leader" else frozenset()
        scopes = {world.schools[school] for school in on_devices}
        scopes |= {world.visits[school] for school in on_devices}
        scopes |= {world.organisations[OWNERS[school]] for school in on_devices}
        assert {scope for scope, page in reply["scopes"].items() if page["items"]} == scopes
        text = json.dumps(reply["scopes"])
        for school in set(SCHOOLS) - on_devices:
            assert not any(word in text for word in canaries(world, school)), (person, school)


def test_a_closed_visit_takes_no_more_and_its_school_is_read_only(world: World) -> None:
    device = Device(world, "technician")
    device.hello()
    path = f"/api/visits/{world.visits['alder']}/close"
    assert world.client("trust_it").post(path, json={}).status_code == 200
    lines = [device.line(kind, *op_of(kind, world, "alder")) for kind in ("finding", "asset")]
    assert device.results(*lines) == [("held", "closed"), NO_MEMBERSHIP]
