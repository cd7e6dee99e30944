"""A person of two schools cannot tie a record of one to a thing of the other."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from server.estate.reference import asset_type_id
from sync.ids import natural_id
from tests.exchange.device import Device
from tests.world import World

WAITS = ("held", "missing_parent")


def test_what_a_record_names_is_of_its_own_school(world: World) -> None:
    device = Device(world, "consultant")
    assert device.hello().status_code == 200
    organisation = world.organisations["north"]
    alder, visit = world.schools["alder"], world.visits["alder"]
    kit = {"asset_type_id": asset_type_id(organisation, "laptop_pupil")}
    found: dict[str, list[tuple[str, str | None]]] = {}
    for school in ("birch", "alder"):
        room, panel = world.rooms[f"{school}.room3"], world.assets[f"{school}.panel"]
        code = f"LEGACY-{school}"
        tag = natural_id("tag", organisation, code)
        walk = {"visit_id": visit, "room_id": room}
        seen = {"visit_id": visit, "subject_kind": "asset", "subject_id": panel}
        shot = {"owner_kind": "asset", "owner_id": panel, "sha256": "a" * 64, "size": 1}
        lines: list[tuple[str, str, str, Mapping[str, object]]] = [
            ("asset", str(uuid.uuid4()), alder, {**kit, "room_id": room}),
            ("asset", world.assets["alder.laptop1"], alder, {"room_id": room}),
            ("lot", world.lots["alder.headsets"], alder, {"room_id": room}),
            ("tag", tag, alder, {"code": code, "asset_id": panel}),
            ("room_walk", natural_id("room_walk", organisation, visit, room), visit, walk),
            ("photo", str(uuid.uuid4()), visit, {**shot, "taken_at": 1_764_000_000_000}),
            ("finding", natural_id("finding", organisation, visit, "asset", panel), visit,
             {**seen, "seen_room_id": room}),
        ]  # fmt: skip
        found[school] = device.results(*(device.line(*line) for line in lines))
    assert found["birch"] == [WAITS] * 7
    assert {status for status, _ in found["alder"]} <= {"applied", "merged"}


def test_a_finding_may_be_of_a_sister_schools_thing(world: World) -> None:
    device = Device(world, "consultant")
    device.hello()
    visit, panel = world.visits["alder"], world.assets["birch.panel"]
    id_ = natural_id("finding", world.organisations["north"], visit, "asset", panel)
    seen = {"visit_id": visit, "subject_kind": "asset", "subject_id": panel, "seen": True}
    room = {"seen_room_id": world.rooms["alder.room1"]}
    assert device.results(device.line("finding", id_, visit, {**seen, **room})) == [
        ("applied", None)
    ]
