"""Records that the desk moves to another school: both scopes change as one, nothing is lost."""

from __future__ import annotations

import threading
import uuid

from sqlalchemy import select, text

from server.core.clock import now_ms
from server.core.database import db
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.exchange.commit import Change, commit_changes
from server.exchange.models import SyncTombstone
from tests.exchange.device import Device
from tests.world import World


def move(world: World, asset: str, school: str, **values: str) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        change = Change(
            "asset", asset, world.schools[school],
            {"room_id": world.rooms[f"{school}.room1"], **values},
        )  # fmt: skip
        [found] = commit_changes([change], origin=str(uuid.uuid4()), actor_id=None, grants=None)
        assert found.status == "applied"


def heads(world: World) -> dict[str, int]:
    with unit_of_work(world.organisations["north"], world.app):
        return {scope.id: scope.seq for scope in db.session.scalars(select(Scope))}


def tombs(world: World) -> list[tuple[str, str, str, int]]:
    with unit_of_work(world.organisations["north"], world.app):
        return [
            (t.scope_id, t.id, t.reason, t.seq) for t in db.session.scalars(select(SyncTombstone))
        ]


def test_a_move_is_one_number_in_each_school(watcher: Device) -> None:
    world = watcher.world
    alder, birch = world.schools["alder"], world.schools["birch"]
    asset, before = world.assets["alder.laptop1"], heads(world)
    move(world, asset, "birch")
    after = heads(world)
    assert (after[alder], after[birch]) == (before[alder] + 1, before[birch] + 1)
    assert tombs(world) == [(alder, asset, "moved", after[alder])]
    reply = watcher.drain()
    assert reply["scopes"][alder]["items"][-1]["gone"] == "moved"
    assert watcher.fields(alder, "asset", asset) is None
    assert watcher.fields(birch, "asset", asset) is not None
    assert watcher.is_same(alder)
    assert watcher.is_same(birch)


def test_there_and_back_leaves_no_tombstone_where_it_lives(watcher: Device) -> None:
    world = watcher.world
    alder, birch = world.schools["alder"], world.schools["birch"]
    asset = world.assets["alder.laptop1"]
    move(world, asset, "birch")
    move(world, asset, "alder")
    assert [(scope, reason) for scope, _, reason, _ in tombs(world)] == [(birch, "moved")]
    watcher.drain()
    assert watcher.fields(alder, "asset", asset) is not None
    assert watcher.fields(birch, "asset", asset) is None
    assert watcher.is_same(alder)
    assert watcher.is_same(birch)


def test_records_moved_both_ways_at_once_stop_nobody(watcher: Device) -> None:
    """Both scopes are locked in order of id, whichever way a record goes."""
    world = watcher.world
    faults: list[BaseException] = []

    def carry(asset: str, *schools: str) -> None:
        try:
            for school in schools * 4:
                move(world, asset, school)
        except BaseException as fault:  # noqa: BLE001  (a thread's fault must be counted)
            faults.append(fault)

    threads = [
        threading.Thread(target=carry, args=(world.assets["alder.laptop1"], "birch", "alder")),
        threading.Thread(target=carry, args=(world.assets["birch.laptop1"], "alder", "birch")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    watcher.drain()
    for school in ("alder", "birch"):
        assert watcher.fields(world.schools[school], "asset", world.assets[f"{school}.laptop1"])
        assert watcher.is_same(world.schools[school])


def test_an_edit_made_before_the_move_is_merged_where_the_record_now_is(watcher: Device) -> None:
    world = watcher.world
    alder, birch = world.schools["alder"], world.schools["birch"]
    asset = world.assets["alder.laptop1"]
    item = watcher.items[(alder, "asset", asset)]
    marks = {name: [client, mid] for _, client, mid, names in item["v"] for name in names}
    line = watcher.line(
        "asset", asset, alder, {"name": "Mine", "room_id": world.rooms["alder.room2"]},
        base={"room_id": marks["room_id"], **({"name": marks["name"]} if "name" in marks else {})},
    )  # fmt: skip
    move(world, asset, "birch", name="Desk's")
    assert watcher.results(line) == [("held", "missing_parent")], "that room is not in its school"
    seen = {"serial": marks["serial"]} if "serial" in marks else {}
    one = watcher.line("asset", asset, alder, {"serial": "MINE"}, base=seen)
    assert watcher.results(one) == [("applied", None)]
    watcher.drain()
    found = watcher.fields(birch, "asset", asset)
    assert found is not None
    assert (found["serial"], found["name"]) == ("MINE", "Desk's")


def test_a_reviewer_settles_what_was_held_for_a_moved_record(watcher: Device) -> None:
    world = watcher.world
    asset = world.assets["alder.laptop1"]
    near = Device(world, "technician")
    near.hello()
    move(world, asset, "birch")
    line = near.line("asset", asset, world.schools["alder"], {"serial": "SEEN"})
    assert near.results(line) == [("held", "moved")]
    boss = Device(world, "trust_it")
    boss.hello()
    answer = boss.post(f"/ops/{near.client_id}/1/resolve", {"outcome": "accepted", "reason": "ok"})
    assert answer.status_code == 200, answer.text
    watcher.drain()
    assert watcher.fields(world.schools["birch"], "asset", asset)["serial"] == "SEEN"
    near.watch(world.schools["alder"])
    assert [(d["mid"], d["outcome"]) for d in near.drain()["decisions"]] == [(1, "accepted")]


def test_who_cannot_read_the_school_it_left_is_not_told_that_it_moved(watcher: Device) -> None:
    world = watcher.world
    asset = world.assets["alder.laptop1"]
    stranger = Device(world, "technician")
    stranger.hello()
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE membership SET revoked_at = :now WHERE user_id = :user"),
            {"now": now_ms(), "user": world.people["technician"]},
        )
    move(world, asset, "birch")
    line = stranger.line("asset", asset, world.schools["alder"], {"name": "x"})
    assert stranger.results(line) == [("held", "no_membership")]
