"""What is deleted leaves a mark for 180 days; then it goes, and an older cursor starts anew."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from server.core.clock import clock, now_ms
from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange import tombstones
from server.exchange.commit import Change
from server.exchange.models import SyncTombstone
from server.exchange.tombstones import HORIZON_MS
from tests.exchange.device import Device
from tests.exchange.nights import assets, delete, run, scope_of, write
from tests.world import World

DAY_MS = 24 * 3600 * 1000


def later(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    real = now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: real + ms)


def tombs(world: World) -> set[tuple[str, str]]:
    with unit_of_work(world.organisations["north"], world.app):
        return {(t.scope_id, t.id) for t in db.session.scalars(select(SyncTombstone))}


def kept(world: World) -> list[int]:
    """Count what must outlive every tombstone."""
    with unit_of_work(world.organisations["north"], world.app):
        return [
            db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("sync_op", "sync_conflict", "sync_decision", "asset")
        ]


def test_a_tombstone_younger_than_180_days_stays(
    watcher: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = watcher.world
    made = assets(world, 2)
    write(world, *made)
    write(world, *map(delete, made))
    later(monkeypatch, HORIZON_MS - DAY_MS)
    assert run(world, "exchange.tombstones") == {"removed": 0}
    assert len(tombs(world)) == 2
    assert scope_of(world, "alder")[1] == 0


def test_old_tombstones_go_and_an_older_cursor_is_reset(
    watcher: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, alder, birch = (
        watcher.world,
        watcher.world.schools["alder"],
        watcher.world.schools["birch"],
    )
    made = assets(world, 3)
    write(world, *made)
    watcher.drain()
    old = dict(watcher.cursors[alder])
    write(world, delete(made[0]), Change("asset", made[1].id, birch, {"name": "moved"}))
    watcher.drain()
    at_head = dict(watcher.cursors[alder])
    before = kept(world)
    later(monkeypatch, HORIZON_MS + DAY_MS)
    write(world, delete(made[2]))
    assert run(world, "exchange.tombstones") == {"removed": 2}
    assert tombs(world) == {(alder, made[2].id)}
    assert [n - m for n, m in zip(kept(world), before, strict=True)] == [1, 0, 0, 0]
    watcher.cursors = {alder: old}
    reply = watcher.pull()
    assert (reply["reset"], reply["scopes"]) == ([alder], {})
    watcher.cursors = {alder: at_head}
    assert watcher.pull()["reset"] == [], "who has seen them all goes on"
    assert watcher.fields(alder, "asset", made[2].id) is None
    told = {scope["id"]: scope for scope in watcher.hello().json["scopes"]}
    assert told[alder]["min_seq"] == at_head["seq"]
    assert watcher.is_same(alder)


def test_a_conflict_and_an_edit_outlive_the_tombstone(
    watcher: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, alder = watcher.world, watcher.world.schools["alder"]
    [made] = assets(world, 1)
    write(world, made)
    write(world, delete(made))
    watcher.drain()
    later(monkeypatch, HORIZON_MS + DAY_MS)
    assert run(world, "exchange.tombstones") == {"removed": 1}
    line = watcher.line("asset", made.id, alder, {"name": "Still there"})
    assert watcher.results(line) == [("merged", None)], "it did not see the delete"
    watcher.drain()
    found = watcher.fields(alder, "asset", made.id)
    assert found is not None
    assert found["name"] == "Still there"


def test_collecting_is_cut_into_pieces_and_goes_on(
    watcher: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = watcher.world
    made = assets(world, 7)
    write(world, *made)
    write(world, *map(delete, made))
    head = scope_of(world, "alder")[0]
    later(monkeypatch, HORIZON_MS + DAY_MS)
    monkeypatch.setattr(tombstones, "CHUNK", 2)
    real, calls = tombstones.collect_chunk, []

    def cut(*args: object) -> tuple[int, bool]:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(tombstones, "collect_chunk", cut)
    with pytest.raises(KeyboardInterrupt):
        run(world, "exchange.tombstones")
    assert len(tombs(world)) == 3
    assert scope_of(world, "alder")[1] == head - 3, "raised with what went, no further"
    assert run(world, "exchange.tombstones") == {"removed": 3}
    assert tombs(world) == set()
    assert scope_of(world, "alder")[1] == head
