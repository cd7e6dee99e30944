"""What a restore took back, as the desk lists and settles it; and who is awaited, by name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.models import SyncLost
from tests.exchange.device import Device
from tests.exchange.elsewhere import Elsewhere, moved, new_asset
from tests.world import World

GONE = str(uuid.UUID(int=77, version=4))  # a client whose work the ledger does not have
RECORD = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def tell(device: Device) -> Callable[..., None]:
    """Tell of lost values of one asset: (field, value, the number of who made it)."""

    def send(asset: str, *values: tuple[str, Any, int], school: str = "alder") -> None:
        scope = device.world.schools[school]
        items = [
            {"scope": scope, "k": "asset", "id": asset, "field": field, "value": value,
             "mark": [GONE, mid] if mid else None}
            for field, value, mid in values
        ]  # fmt: skip
        said = {"client_id": device.client_id, "server_epoch": device.epoch, "items": items}
        assert device.post("/recovery", said).json["kept"] == len(values)

    return send


def listed(world: World, person: str = "trust_it", **query: Any) -> Any:
    answer = world.client(person).get("/api/lost", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def settle(world: World, said: Any, *picked: tuple[str, int], **more: Any) -> Any:
    body = {
        "outcome": "applied", "until": said["until"],
        "picked": [
            {"field": field, "client_id": GONE if mid else "", "mid": mid}
            for field, mid in picked
        ],
        **more,
    }  # fmt: skip
    path = f"/api/lost/{said['kind']}/{said['id']}/settle"
    return world.client("trust_it").post(path, json=body)


def states(world: World) -> dict[tuple[str, int], tuple[str, str | None]]:
    with unit_of_work(world.organisations["north"], world.app):
        rows = db.session.scalars(select(SyncLost)).all()
        return {(row.field, row.by_mid): (row.state, row.reason) for row in rows}


def test_a_record_is_listed_with_names_and_what_stands_beside_what_is_missing(
    world: World, tell: Callable[..., None]
) -> None:
    asset, room = world.assets["alder.laptop1"], world.rooms["alder.room1"]
    tell(asset, ("serial", "LOST", 5), ("room_id", room, 6))
    [one] = listed(world)["items"]
    assert (one["school_name"], one["is_there"]) == ("Alder School", True)
    assert one["subject_name"]
    by_field = {value["field"]: value for value in one["values"]}
    assert by_field["serial"]["value"] == "LOST"
    assert by_field["room_id"]["name"] == one["room_name"]
    assert by_field["serial"]["shown_by"], "the person whose tablet still shows it"
    assert by_field["serial"]["person"] is None, "nobody knows who made it"


def test_a_record_that_is_not_there_is_named_by_what_is_missing(
    world: World, tell: Callable[..., None]
) -> None:
    laptop = asset_type_id(world.organisations["north"], "laptop_pupil")
    tell(RECORD, ("asset_type_id", laptop, 1), ("room_id", world.rooms["alder.room1"], 1))
    [one] = listed(world)["items"]
    assert one["is_there"] is False
    assert one["subject_name"] == next(v["name"] for v in one["values"] if v["name"])
    assert one["room_name"]


def test_pages_follow_each_other_and_leave_nothing_out(
    world: World, tell: Callable[..., None]
) -> None:
    ids = [f"01900000-0000-7000-8000-{n:012d}" for n in range(5)]
    for id_ in ids:
        tell(id_, ("serial", "x", 1))
    found, after = [], None
    while True:
        page = listed(world, limit=2, **({"after": after} if after else {}))
        found += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(found) == ids
    for bad in ("x", "WyJhIl0", "WzEsImFzc2V0IiwieCJd"):
        answer = world.client("trust_it").get(f"/api/lost?after={bad}")
        assert (answer.status_code, answer.json["slug"]) == (422, "bad_value")


def test_only_what_was_picked_is_written_and_the_rest_is_left(
    world: World, tell: Callable[..., None]
) -> None:
    asset = world.assets["alder.laptop1"]
    tell(asset, ("serial", "ONE", 5), ("serial", "TWO", 6), ("os", "chromeos", 7))
    [one] = listed(world)["items"]
    answer = settle(world, one, ("serial", 5))
    assert answer.json["status"] in ("applied", "merged")
    assert listed(world)["items"] == []
    assert states(world) == {
        ("serial", 5): ("applied", None),
        ("serial", 6): ("ignored", None),
        ("os", 7): ("ignored", None),
    }
    assert settle(world, one, ("serial", 6)).status_code == 404, "once"


def test_what_was_told_since_the_person_looked_stays_on_the_list(
    world: World, tell: Callable[..., None]
) -> None:
    asset = world.assets["alder.laptop1"]
    tell(asset, ("serial", "LOST", 5))
    [one] = listed(world)["items"]
    with unit_of_work(world.organisations["north"], world.app):
        row = db.session.scalars(select(SyncLost)).one()
        row.told_at -= 10
        one["until"] -= 10
    tell(asset, ("os", "chromeos", 7))
    assert settle(world, one, ("os", 7)).status_code == 409, "they had not seen it"
    assert settle(world, one, ("serial", 5)).status_code == 200
    assert [v["field"] for v in listed(world)["items"][0]["values"]] == ["os"]


def test_to_leave_it_one_says_why(world: World, tell: Callable[..., None]) -> None:
    tell(world.assets["alder.laptop1"], ("serial", "LOST", 5))
    [one] = listed(world)["items"]
    for reason in ("", "   "):
        answer = settle(world, one, outcome="ignored", reason=reason)
        assert (answer.status_code, "reason" in answer.json["fields"]) == (422, True)
    assert settle(world, one).status_code == 422, "nothing was picked"
    twice = (("serial", 5), ("serial", 5))
    assert settle(world, one, *twice, outcome="applied").status_code == 200
    tell(world.assets["alder.laptop1"], ("os", "windows", 9))
    [one] = listed(world)["items"]
    assert settle(world, one, outcome="ignored", reason=" Typed again ").json["conflicts"] == 0
    assert states(world)[("os", 9)] == ("ignored", "Typed again")


def test_nobody_reads_or_settles_what_is_not_theirs(
    world: World, tell: Callable[..., None]
) -> None:
    tell(world.assets["alder.laptop1"], ("serial", "LOST", 5))
    [one] = listed(world)["items"]
    assert listed(world, "other_trust_it")["items"] == []
    path = f"/api/lost/asset/{one['id']}/settle"
    said = {"outcome": "ignored", "until": one["until"], "reason": "No"}
    assert world.client("other_trust_it").post(path, json=said).status_code == 404
    assert world.client("technician").post(path, json=said).status_code == 403
    assert len(listed(world)["items"]) == 1


def test_devices_that_have_not_come_back_are_listed_by_their_people(
    walker: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    silent = Device(walker.world, "technician")
    silent.hello()
    first, later = new_asset(walker), new_asset(walker)
    walker.results(first, first=1)
    file = backup()
    walker.results(later, first=2)
    world = elsewhere.bring_back(file)
    boss = world.client("trust_it")
    found = boss.get("/api/lost/count").json
    assert (found["records"], found["devices"]) == (0, 2)
    assert found["restored_at"] > 0
    moved(walker, world).hello()
    page = boss.get("/api/lost/awaited?limit=1").json
    [one] = page["items"]
    assert (one["state"], one["device"], one["changes"]) == ("silent", silent.device_id[-4:], None)
    assert one["person"]
    rest = boss.get(f"/api/lost/awaited?after={page['next']}").json
    assert [(d["state"], d["changes"]) for d in rest["items"]] == [("offering", 1)]
    assert rest["next"] is None
    other = world.client("other_trust_it").get("/api/lost/awaited").json
    assert other == {"items": [], "next": None}
