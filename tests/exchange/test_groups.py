"""A group of changes is all or nothing: applied, held or refused whole."""

from __future__ import annotations

import uuid

from server.exchange.commit import Change
from tests.exchange.asset_lines import NEW, asset_values, new_asset, system_write
from tests.exchange.device import Device


def test_a_group_is_all_or_nothing(device: Device) -> None:
    txn = {"txn": {"id": str(uuid.uuid4()), "n": 2}}
    world = device.world
    good = device.line("asset", NEW.format(1), world.schools["alder"], asset_values(world), **txn)
    bad = device.line(
        "asset",
        NEW.format(2),
        world.schools["alder"],
        {**asset_values(world), "ram_gb": "x"},
        **txn,
    )
    after = new_asset(device, 3)
    assert device.results(good, bad, after) == [
        ("rejected", "txn_failed"),
        ("rejected", "bad_value"),
        ("applied", None),
    ]
    device.watch(world.schools["alder"])
    device.drain()
    assert device.fields(world.schools["alder"], "asset", NEW.format(1)) is None
    assert device.fields(world.schools["alder"], "asset", NEW.format(3)) is not None


def test_a_group_with_a_held_member_waits_whole_and_replays_whole(device: Device) -> None:
    world = device.world
    txn = {"txn": {"id": str(uuid.uuid4()), "n": 2}}
    school, room = world.schools["alder"], NEW.format(8)
    one = device.line("asset", NEW.format(1), school, asset_values(world), **txn)
    two = device.line(
        "asset", NEW.format(2), school, {**asset_values(world), "room_id": room}, **txn
    )
    assert device.results(one, two) == [("held", "missing_parent")] * 2
    system_write(world, Change("room", room, school, {"name": "New room"}))
    device.watch(school)
    reply = device.drain()
    assert device.fields(school, "asset", NEW.format(1)) is not None
    assert device.fields(school, "asset", NEW.format(2)) is not None
    assert [d["mid"] for d in reply["decisions"]] == [1, 2]


def test_a_group_that_is_incomplete_or_too_big_is_refused(device: Device) -> None:
    world = device.world
    alone = device.line(
        "asset", NEW.format(1), world.schools["alder"], asset_values(world),
        txn={"id": str(uuid.uuid4()), "n": 2},
    )  # fmt: skip
    assert device.results(alone) == [("rejected", "txn_failed")]
    txn = {"txn": {"id": str(uuid.uuid4()), "n": 201}}
    many = [
        device.line("asset", str(uuid.UUID(int=i)), world.schools["alder"], {"name": "x"}, **txn)
        for i in range(201)
    ]
    assert device.results(*many) == [("rejected", "txn_too_big")] * 201
