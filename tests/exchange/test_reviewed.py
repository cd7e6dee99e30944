"""A reviewer answers a held change: accepted with its first version, or refused with a reason."""

from __future__ import annotations

from tests.exchange.asset_lines import NEW, asset_values
from tests.exchange.device import Device


def test_a_reviewer_accepts_a_held_change_with_its_first_version(device: Device) -> None:
    world = device.world
    line = device.line(
        "asset", NEW.format(1), world.schools["birch"], asset_values(world, "birch.room1")
    )
    assert device.results(line) == [("held", "no_membership")]
    boss = Device(world, "trust_it")
    boss.hello()
    path = f"/ops/{device.client_id}/1/resolve"
    assert Device(world, "consultant").post(path, {"outcome": "accepted"}).status_code == 403
    done = boss.post(path, {"outcome": "accepted", "reason": "fine"})
    assert done.status_code == 200, done.text
    assert boss.post(path, {"outcome": "refused", "reason": "late"}).status_code == 409
    boss.watch(world.schools["birch"])
    boss.drain()
    item = boss.items[(world.schools["birch"], "asset", NEW.format(1))]
    assert item["v"][0][1:3] == [device.client_id, 1]
    decisions = device.pull()["decisions"]
    assert [(d["mid"], d["outcome"], d["reason"]) for d in decisions] == [(1, "accepted", "fine")]


def test_a_refused_change_stays_in_the_ledger_and_changes_nothing(device: Device) -> None:
    world = device.world
    line = device.line(
        "asset", NEW.format(1), world.schools["birch"], asset_values(world, "birch.room1")
    )
    device.results(line)
    boss = Device(world, "trust_it")
    boss.hello()
    path = f"/ops/{device.client_id}/1/resolve"
    assert boss.post(path, {"outcome": "refused"}).status_code == 422, "a refusal says why"
    done = boss.post(path, {"outcome": "refused", "reason": "Not our school"})
    assert done.status_code == 200
    boss.watch(world.schools["birch"])
    boss.drain()
    assert (world.schools["birch"], "asset", NEW.format(1)) not in boss.items
    listed = device.http.get(f"/api/sync/v1/ops?client_id={device.client_id}").json
    assert listed is not None
    assert [(i["mid"], i["status"], i["code"]) for i in listed["items"]] == [
        (1, "held", "no_membership")
    ]
