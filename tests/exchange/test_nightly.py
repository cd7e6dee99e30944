"""Every night: digests are proved against rows, and tombstones that nobody needs are collected."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update

from server.accounts.models import AuditEvent
from server.core.clock import clock, now_ms
from server.core.database import db
from server.core.jobs import Job
from server.core.queue import JobContext, enqueue
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange import digests, tombstones
from server.exchange.commit import Change, commit_changes
from server.exchange.digests import MISMATCH
from server.exchange.models import SyncTombstone
from server.exchange.tombstones import HORIZON_MS
from server.run.doctor_sync import sync_facts
from server.worker import find
from sync.codec import JsonValue, canonical
from sync.record import DIGEST_MOD, digest_of_wire
from tests.exchange.device import PREFIX, Device
from tests.world import World

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def device(world: World) -> Device:
    made = Device(world, "consultant")
    made.hello()
    made.watch(world.schools["alder"], world.schools["birch"])
    made.drain()
    return made


def write(world: World, *changes: Change) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        results = commit_changes(changes, origin=str(uuid.uuid4()), actor_id=None, grants=None)
        assert all(result.status == "applied" for result in results), results


def assets(world: World, count: int, school: str = "alder") -> list[Change]:
    values: dict[str, JsonValue] = {
        "asset_type_id": asset_type_id(world.organisations["north"], "laptop_pupil"),
        "room_id": world.rooms[f"{school}.room1"],
    }
    return [Change("asset", str(uuid.uuid4()), world.schools[school], values) for _ in range(count)]


def delete(made: Change) -> Change:
    return Change("asset", made.id, made.scope_id, {"deleted": True})


def run(world: World, name: str, organisation: str = "north") -> dict[str, int]:
    """Run a nightly job here and now, as the worker would."""
    organisation_id = world.organisations[organisation]
    with unit_of_work(organisation_id, world.app):
        job_id = enqueue(name, {}, queue="heavy")
    return run_again(world, name, job_id, organisation)


def run_again(world: World, name: str, job_id: str, organisation: str = "north") -> dict[str, int]:
    organisation_id = world.organisations[organisation]
    with world.app.app_context():
        done: dict[str, int] = find(name)(JobContext(job_id, organisation_id, None))
    return done


def scope_of(world: World, school: str) -> tuple[int, int, int]:
    with unit_of_work(world.organisations["north"], world.app):
        row = db.session.execute(
            select(Scope.seq, Scope.min_seq, Scope.digest).where(Scope.id == world.schools[school])
        ).one()
        return row.seq, row.min_seq, row.digest


def reports(world: World) -> list[dict[str, object]]:
    with unit_of_work(world.organisations["north"], world.app):
        found = db.session.scalars(select(AuditEvent).where(AuditEvent.event == MISMATCH))
        return [dict(event.about or {}) for event in found]


def spoil(world: World, digest: int = 12345) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            update(Scope).where(Scope.id == world.schools["alder"]).values(digest=digest)
        )


def test_digests_that_are_right_are_left_alone(device: Device) -> None:
    world = device.world
    made = assets(world, 3)
    write(world, *made)
    write(world, delete(made[0]))
    write(world, Change("asset", made[1].id, world.schools["birch"], {"name": "moved"}))
    before = scope_of(world, "alder"), scope_of(world, "birch")
    done = run(world, "exchange.digests")
    assert done["wrong"] == 0
    assert done["scopes"] > 5
    assert (scope_of(world, "alder"), scope_of(world, "birch")) == before
    assert reports(world) == []


def test_a_digest_that_drifted_is_reported_and_corrected(device: Device) -> None:
    world = device.world
    seq, _, right = scope_of(world, "alder")
    spoil(world)
    assert run(world, "exchange.digests")["wrong"] == 1
    assert scope_of(world, "alder") == (seq, 0, right)
    [report] = reports(world)
    assert (report["scope_id"], report["stored"], report["found"], report["seq"]) == (
        world.schools["alder"], 12345, right, seq,
    )  # fmt: skip
    assert run(world, "exchange.digests")["wrong"] == 0


def test_a_row_written_past_its_counter_is_found_and_the_next_comparison_differs(
    device: Device,
) -> None:
    world, school = device.world, device.world.schools["alder"]
    asset = world.assets["alder.panel"]
    item = device.items[(school, "asset", asset)]
    bypassed = canonical({**item, "f": {**item["f"], "name": "Written past the counter"}})
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE asset SET wire = :wire WHERE id = :id"), {"wire": bypassed, "id": asset}
        )
    assert is_same(device, school)
    assert run(world, "exchange.digests")["wrong"] == 1
    assert not is_same(device, school)
    device.items = {key: held for key, held in device.items.items() if key[0] != school}
    device.watch(school)
    device.drain()
    assert is_same(device, school)


def is_same(device: Device, school: str) -> bool:
    """Compare as a tablet does, at the head."""
    seq = device.cursors[school]["seq"]
    told = device.http.get(f"{PREFIX}/digest/{school}?seq={seq}").json
    assert told is not None
    ours = [digest_of_wire(canonical(i)) for (s, _, _), i in device.items.items() if s == school]
    return (told["n"], told["sum"]) == (len(ours), sum(ours) % DIGEST_MOD)


def test_an_unreadable_row_is_reported_and_stops_nothing(device: Device) -> None:
    world = device.world
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE asset SET wire = 'torn' WHERE id = :id"),
            {"id": world.assets["alder.panel"]},
        )
    assert run(world, "exchange.digests")["wrong"] == 1
    [report] = reports(world)
    assert report["unreadable"] == 1


def test_the_proof_goes_on_where_it_was_cut_off(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, north = device.world, device.world.organisations["north"]
    with unit_of_work(north, world.app):
        job_id = enqueue("exchange.digests", {}, queue="heavy")
        every = list(db.session.scalars(select(Scope.id).order_by(Scope.id)))
    seen: list[str] = []
    real = digests.sum_scope

    def summing(connection: object, organisation_id: str, scope_id: str) -> object:
        if len(seen) == 3:
            seen.append("cut")
            raise KeyboardInterrupt
        seen.append(scope_id)
        return real(connection, organisation_id, scope_id)  # type: ignore[arg-type]

    monkeypatch.setattr(digests, "sum_scope", summing)
    with pytest.raises(KeyboardInterrupt):
        run_again(world, "exchange.digests", job_id)
    run_again(world, "exchange.digests", job_id)
    assert seen == [*every[:3], "cut", *every[3:]]
    with unit_of_work(north, world.app):
        done = db.session.execute(select(Job.done, Job.total).where(Job.id == job_id)).one()
    assert tuple(done) == (len(every), len(every))


def test_another_organisations_scopes_are_not_looked_at(device: Device) -> None:
    world = device.world
    spoil(world)
    assert run(world, "exchange.digests", "south")["wrong"] == 0
    assert scope_of(world, "alder")[2] == 12345


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
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = device.world
    made = assets(world, 2)
    write(world, *made)
    write(world, *map(delete, made))
    later(monkeypatch, HORIZON_MS - DAY_MS)
    assert run(world, "exchange.tombstones") == {"removed": 0}
    assert len(tombs(world)) == 2
    assert scope_of(world, "alder")[1] == 0


def test_old_tombstones_go_and_an_older_cursor_is_reset(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, alder, birch = device.world, device.world.schools["alder"], device.world.schools["birch"]
    made = assets(world, 3)
    write(world, *made)
    device.drain()
    old = dict(device.cursors[alder])
    write(world, delete(made[0]), Change("asset", made[1].id, birch, {"name": "moved"}))
    device.drain()
    at_head = dict(device.cursors[alder])
    before = kept(world)
    later(monkeypatch, HORIZON_MS + DAY_MS)
    write(world, delete(made[2]))
    assert run(world, "exchange.tombstones") == {"removed": 2}
    assert tombs(world) == {(alder, made[2].id)}
    assert [n - m for n, m in zip(kept(world), before, strict=True)] == [1, 0, 0, 0]
    device.cursors = {alder: old}
    reply = device.pull()
    assert (reply["reset"], reply["scopes"]) == ([alder], {})
    device.cursors = {alder: at_head}
    assert device.pull()["reset"] == [], "who has seen them all goes on"
    assert device.fields(alder, "asset", made[2].id) is None
    told = {scope["id"]: scope for scope in device.hello().json["scopes"]}
    assert told[alder]["min_seq"] == at_head["seq"]
    assert is_same(device, alder)


def test_a_conflict_and_an_edit_outlive_the_tombstone(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, alder = device.world, device.world.schools["alder"]
    [made] = assets(world, 1)
    write(world, made)
    write(world, delete(made))
    device.drain()
    later(monkeypatch, HORIZON_MS + DAY_MS)
    assert run(world, "exchange.tombstones") == {"removed": 1}
    line = device.line("asset", made.id, alder, {"name": "Still there"})
    assert device.results(line) == [("merged", None)], "it did not see the delete"
    device.drain()
    found = device.fields(alder, "asset", made.id)
    assert found is not None
    assert found["name"] == "Still there"


def test_collecting_is_cut_into_pieces_and_goes_on(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = device.world
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


def test_both_are_queued_every_day(world: World, run_jobs: Callable[[], int]) -> None:
    from server.worker import DAILY

    with unit_of_work(world.organisations["north"], world.app):
        for name in ("exchange.digests", "exchange.tombstones"):
            assert name in DAILY
            enqueue(name, {}, queue="heavy")
    assert run_jobs() >= 2
    with unit_of_work(world.organisations["north"], world.app):
        states = set(db.session.scalars(select(Job.state).where(Job.name.like("exchange.%"))))
    assert states == {"done"}


def test_the_doctor_shows_that_a_digest_differed(device: Device) -> None:
    world = device.world
    settings = world.app.extensions["settings"]
    seen = {what: (well, said) for well, what, said, _ in sync_facts(settings)}
    assert seen["Digests"] == (True, "0 differed in 30 days")
    assert seen["Backup"] == (True, "none yet")
    assert seen["Since the restore"] == (True, "0 devices not heard of")
    spoil(world)
    run(world, "exchange.digests")
    seen = {what: (well, said) for well, what, said, _ in sync_facts(settings)}
    assert seen["Digests"] == (False, "1 differed in 30 days")
