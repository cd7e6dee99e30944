"""Lines that a device may send of new assets, and what the system writes beside them."""

from __future__ import annotations

import uuid

from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.commit import Change, commit_changes
from tests.exchange.device import Device
from tests.world import World

NEW = "01900000-0000-7000-8000-00000000000{}"


def asset_values(world: World, room: str = "alder.room1") -> dict[str, object]:
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    return {"asset_type_id": type_id, "room_id": world.rooms[room]}


def new_asset(device: Device, n: int = 1, scope: str = "alder", **more: object) -> bytes:
    world = device.world
    values = {**asset_values(world), **more}
    return device.line("asset", NEW.format(n), world.schools[scope], values)


def system_write(world: World, *changes: Change) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        results = commit_changes(changes, origin=str(uuid.uuid4()), actor_id=None, grants=None)
        assert {found.status for found in results} <= {"applied", "merged"}
