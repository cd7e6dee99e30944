"""Every column of a new row holds what its field says, whichever fields the change sets."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from server.core.clock import new_id
from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.models import Asset
from tests.exchange.device import Device
from tests.world import World


@pytest.fixture
def device(world: World) -> Device:
    made = Device(world, "school_it")
    assert made.hello().status_code == 200
    return made


def test_fields_set_cleared_left_out_and_false_are_stored_as_such(device: Device) -> None:
    school, least = device.world.schools["alder"], _least(device)
    made: dict[str, dict[str, Any]] = {
        new_id(): {},
        new_id(): {"name": "Laptop", "serial": "ab-12 34", "managed": False, "can_upgrade": True},
        new_id(): {"name": None, "ram_gb": 0, "bought_on": "2021-09-01", "life_state": "spare"},
        new_id(): {"life_state": None, "managed": None, "custom/owner": {"of": ["x", 1]}},
        new_id(): {"custom/a": None, "os_edition": "W", "managed": True},
    }
    lines = [device.line("asset", id_, school, {**least, **more}) for id_, more in made.items()]
    assert device.results(*lines) == [("applied", None)] * len(made)
    rows = _rows(device.world, list(made))
    for id_, more in made.items():
        row = rows[id_]
        for name in ("name", "serial", "managed", "can_upgrade", "ram_gb", "os_edition"):
            assert row[name] == more.get(name), (name, more)
        assert row["life_state"] == (more.get("life_state") or "in_use")
        assert row["allocation"] == "in_room"
        assert str(row["bought_on"] or "") == more.get("bought_on", "")
        assert row["deleted_at"] is None
    first, second, _, fourth, fifth = rows.values()
    assert second["serial_key"] == "AB1234"
    assert first["serial_key"] is None
    assert fourth["custom"] == {"owner": {"of": ["x", 1]}}
    assert fifth["custom"] is None


def test_what_is_made_and_deleted_in_one_push_leaves_no_live_row(device: Device) -> None:
    school, id_ = device.world.schools["alder"], new_id()
    make = device.line("asset", id_, school, _least(device))
    saw = {name: [device.client_id, 1] for name in _least(device)}
    drop = device.line("asset", id_, school, {"deleted": True}, base=saw)
    assert device.results(make, drop) == [("applied", None), ("applied", None)]
    assert _rows(device.world, [id_])[id_]["deleted_at"] is not None


def _least(device: Device) -> dict[str, Any]:
    with unit_of_work(device.world.organisations["north"], device.world.app):
        known = db.session.get_one(
            Asset, (device.world.organisations["north"], device.world.assets["alder.panel"])
        )
        return {"asset_type_id": known.asset_type_id, "room_id": known.room_id}


def _rows(world: World, ids: list[str]) -> dict[str, dict[str, Any]]:
    with unit_of_work(world.organisations["north"], world.app):
        found = db.session.scalars(select(Asset).where(Asset.id.in_(ids)))
        rows = {a.id: {c.key: getattr(a, c.key) for c in Asset.__table__.columns} for a in found}
    return {id_: rows[id_] for id_ in ids}
