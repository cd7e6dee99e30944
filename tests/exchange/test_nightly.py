"""Every night digests are proved against rows; what the night did is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update

from server.accounts.models import AuditEvent
from server.core.database import db
from server.core.jobs import Job
from server.core.queue import enqueue
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.exchange import digests
from server.exchange.commit import Change
from server.exchange.digests import MISMATCH
from server.run.doctor_sync import sync_facts
from sync.codec import canonical
from tests.exchange.device import Device
from tests.exchange.nights import assets, delete, run, run_again, scope_of, write
from tests.world import World


def reports(world: World) -> list[dict[str, object]]:
    with unit_of_work(world.organisations["north"], world.app):
        found = db.session.scalars(select(AuditEvent).where(AuditEvent.event == MISMATCH))
        return [dict(event.about or {}) for event in found]


def spoil(world: World, digest: int = 12345) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            update(Scope).where(Scope.id == world.schools["alder"]).values(digest=digest)
        )


def test_digests_that_are_right_are_left_alone(watcher: Device) -> None:
    world = watcher.world
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


def test_a_digest_that_drifted_is_reported_and_corrected(watcher: Device) -> None:
    world = watcher.world
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
    watcher: Device,
) -> None:
    world, school = watcher.world, watcher.world.schools["alder"]
    asset = world.assets["alder.panel"]
    item = watcher.items[(school, "asset", asset)]
    bypassed = canonical({**item, "f": {**item["f"], "name": "Written past the counter"}})
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE asset SET wire = :wire WHERE id = :id"), {"wire": bypassed, "id": asset}
        )
    assert watcher.is_same(school)
    assert run(world, "exchange.digests")["wrong"] == 1
    assert not watcher.is_same(school)
    watcher.items = {key: held for key, held in watcher.items.items() if key[0] != school}
    watcher.watch(school)
    watcher.drain()
    assert watcher.is_same(school)


def test_an_unreadable_row_is_reported_and_stops_nothing(watcher: Device) -> None:
    world = watcher.world
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE asset SET wire = 'torn' WHERE id = :id"),
            {"id": world.assets["alder.panel"]},
        )
    assert run(world, "exchange.digests")["wrong"] == 1
    [report] = reports(world)
    assert report["unreadable"] == 1


def test_the_proof_goes_on_where_it_was_cut_off(
    watcher: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, north = watcher.world, watcher.world.organisations["north"]
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


def test_another_organisations_scopes_are_not_looked_at(watcher: Device) -> None:
    world = watcher.world
    spoil(world)
    assert run(world, "exchange.digests", "south")["wrong"] == 0
    assert scope_of(world, "alder")[2] == 12345


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


def test_the_doctor_shows_that_a_digest_differed(watcher: Device) -> None:
    world = watcher.world
    settings = world.app.extensions["settings"]
    seen = {what: (well, said) for well, what, said, _ in sync_facts(settings)}
    assert seen["Digests"] == (True, "0 differed in 30 days")
    assert seen["Backup"] == (True, "none yet")
    assert seen["Since the restore"] == (True, "0 devices not heard of")
    spoil(world)
    run(world, "exchange.digests")
    seen = {what: (well, said) for well, what, said, _ in sync_facts(settings)}
    assert seen["Digests"] == (False, "1 differed in 30 days")
