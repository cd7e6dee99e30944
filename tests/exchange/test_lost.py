"""The recovery list: what tablets still show after a restore waits for a person."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.models import SyncConflict
from sync.codec import canonical
from tests.exchange.device import Device
from tests.world import World

GONE = str(uuid.UUID(int=77, version=4))  # a client whose work the ledger does not have
RECORD = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def boss(world: World) -> Device:
    made = Device(world, "trust_it")
    made.hello()
    return made


def item(device: Device, field: str, value: Any, **more: Any) -> dict[str, Any]:
    world = device.world
    said = {
        "scope": world.schools["alder"], "k": "asset", "id": world.assets["alder.laptop1"],
        "field": field, "value": value, "mark": [GONE, 5],
    }  # fmt: skip
    return {**said, **more}


def tell(device: Device, *items: Any, **more: Any) -> Any:
    said = {"client_id": device.client_id, "server_epoch": device.epoch, "items": list(items)}
    return device.post("/recovery", {**said, **more})


def listed(boss: Device) -> list[tuple[str, str, Any]]:
    found = boss.http.get("/api/sync/v1/recovery").json["items"]
    return [(one["id"], one["field"], one["value"]) for one in found]


def settle(boss: Device, id_: str, outcome: str) -> Any:
    return boss.post(f"/recovery/asset/{id_}", {"outcome": outcome})


def test_a_lost_value_waits_changes_nothing_and_is_kept_once(device: Device, boss: Device) -> None:
    asset = device.world.assets["alder.laptop1"]
    device.watch(device.world.schools["alder"])
    device.drain()
    before = dict(device.items)
    assert tell(device, item(device, "serial", "LOST")).json["kept"] == 1
    assert tell(device, item(device, "serial", "LOST")).json["kept"] == 0
    assert listed(boss) == [(asset, "serial", "LOST")]
    device.drain()
    assert device.items == before


def test_what_the_ledger_has_is_not_kept_and_what_it_has_as_void_is(
    device: Device, boss: Device
) -> None:
    world = device.world
    line = device.line("asset", world.assets["alder.laptop1"], world.schools["alder"], {"os": "x"})
    void = canonical({"kind": "void", "mid": 2}).encode()
    device.mid = 2
    device.push(line, void, first=1)
    told = (("a", 1), ("b", 2))
    mine = [item(device, "serial", said, mark=[device.client_id, mid]) for said, mid in told]
    assert tell(device, *mine).json["kept"] == 1
    assert [value for _, _, value in listed(boss)] == ["b"]


def test_applied_it_is_an_edit_and_what_stood_is_in_a_conflict(
    device: Device, boss: Device
) -> None:
    world, asset = device.world, device.world.assets["alder.laptop1"]
    tell(device, item(device, "serial", "LOST"))
    assert settle(boss, asset, "applied").json["status"] in ("applied", "merged")
    assert listed(boss) == []
    assert settle(boss, asset, "applied").status_code == 404, "once"
    boss.watch(world.schools["alder"])
    boss.drain()
    with unit_of_work(world.organisations["north"], world.app):
        lost = db.session.scalars(select(SyncConflict.losing_value)).all()
    held = boss.fields(world.schools["alder"], "asset", asset)
    assert held is not None
    assert "LOST" in (held["serial"], *lost)


def test_a_record_that_is_not_there_is_made_again_from_its_values(
    device: Device, boss: Device
) -> None:
    world = device.world
    values = {
        "asset_type_id": asset_type_id(world.organisations["north"], "laptop_pupil"),
        "room_id": world.rooms["alder.room1"],
        "serial": "WAS HERE",
    }
    tell(device, *(item(device, name, value, id=RECORD) for name, value in values.items()))
    assert settle(boss, RECORD, "applied").json["status"] == "applied"
    boss.watch(world.schools["alder"])
    boss.drain()
    assert boss.fields(world.schools["alder"], "asset", RECORD) == values


def test_what_cannot_be_applied_stays_on_the_list(device: Device, boss: Device) -> None:
    tell(device, item(device, "serial", "ALONE", id=RECORD))
    answer = settle(boss, RECORD, "applied")
    assert (answer.status_code, answer.json["code"]) == (409, "missing_parent")
    assert listed(boss) == [(RECORD, "serial", "ALONE")]
    assert settle(boss, RECORD, "ignored").json["status"] == "ignored"
    assert listed(boss) == []


def test_a_delete_that_was_lost_may_be_done_again(device: Device, boss: Device) -> None:
    world, asset = device.world, device.world.assets["alder.laptop1"]
    tell(device, item(device, "deleted", value=True, mark=None))
    assert settle(boss, asset, "applied").json["status"] == "applied"
    boss.watch(world.schools["alder"])
    boss.drain()
    assert boss.fields(world.schools["alder"], "asset", asset) is None


def test_nobody_tells_or_decides_of_what_is_not_theirs(device: Device, boss: Device) -> None:
    world = device.world
    for school in ("birch", "dover"):
        kept = tell(device, item(device, "serial", "x", scope=world.schools[school])).json["kept"]
        assert kept == 0
    assert tell(device, item(device, "condition", "D")).json["kept"] == 0, "the server's own field"
    assert tell(device, item(device, "hue", "x")).json["kept"] == 0
    tell(device, item(device, "serial", "LOST"))
    for person, status in (("technician", 403), ("other_trust_it", 404)):
        other = Device(world, person)
        assert settle(other, world.assets["alder.laptop1"], "applied").status_code == status
    assert listed(Device(world, "other_trust_it")) == []
    assert tell(device, item(device, "os", "x"), client_id=boss.client_id).status_code == 403
    assert tell(device, server_epoch=str(uuid.uuid4())).status_code == 409
    assert len(listed(boss)) == 1


BAD: tuple[Any, ...] = (
    7, {}, {"mark": ["me", 1]}, {"mark": [GONE, -1]}, {"id": "x"}, {"k": "../x"}, {"field": ""},
    {"value": 1.5}, {"value": "\ud800"}, {"value": "x" * 70_000}, {"scope": None},
)  # fmt: skip


def test_what_no_tablet_can_have_fetched_is_refused_whole(device: Device, boss: Device) -> None:
    good = item(device, "serial", "LOST")
    for wrong in BAD:
        bad = {**item(device, "serial", "x"), **wrong} if wrong and wrong != 7 else wrong
        answer = tell(device, good, bad)
        assert (answer.status_code, answer.json["slug"]) == (422, "bad_value"), wrong
    assert tell(device, *[good] * 2001).status_code == 422
    assert listed(boss) == []
