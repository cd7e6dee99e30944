"""What waits for a person goes with its record: to the queue of the school where it is now."""

from __future__ import annotations

import uuid

import pytest
from alembic import command
from sqlalchemy import update

from server.core.database import db
from server.core.migrate import migrate
from server.core.unit import unit_of_work
from server.exchange.commit import Change, commit_changes
from server.exchange.models import SyncConflict
from server.exchange.queue import Asked, count_waiting, waiting_in
from server.settings import Settings
from tests.exchange.device import Device
from tests.exchange.test_moves import move
from tests.world import World


@pytest.fixture
def differing(world: World) -> str:
    """Two tablets gave one asset of Alder two names, neither having seen the other's."""
    asset = world.assets["alder.laptop1"]
    for person, name in (("technician", "Mine"), ("consultant", "Yours")):
        device = Device(world, person)
        device.hello()
        device.results(device.line("asset", asset, world.schools["alder"], {"name": name}))
    return asset


def open_in(world: World, school: str) -> int:
    with unit_of_work(world.organisations["north"], world.app):
        asked = Asked((world.schools[school],))
        conflicts, _ = count_waiting(asked)
        items, _ = waiting_in(asked, after=None, limit=9)
        assert len(items) == conflicts
        return conflicts


def test_a_conflict_follows_its_record_to_another_school(world: World, differing: str) -> None:
    assert (open_in(world, "alder"), open_in(world, "birch")) == (1, 0)
    move(world, differing, "birch")
    assert (open_in(world, "alder"), open_in(world, "birch")) == (0, 1)
    move(world, differing, "alder")
    assert (open_in(world, "alder"), open_in(world, "birch")) == (1, 0)


def test_a_conflict_made_by_the_move_itself_is_where_the_record_now_is(
    world: World, differing: str
) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        change = Change(
            "asset", differing, world.schools["birch"],
            {"room_id": world.rooms["birch.room1"], "serial": "Desk"}, base={},
        )  # fmt: skip
        [found] = commit_changes([change], origin=str(uuid.uuid4()), actor_id=None, grants=None)
        assert found.status in ("applied", "merged")
    assert open_in(world, "alder") == 0
    assert open_in(world, "birch") >= 1


def test_what_waited_in_a_school_left_before_follows_when_the_schema_is_brought_up(
    world: World, differing: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migration 0004: until then a conflict stayed in the queue of the school it was made in."""
    move(world, differing, "birch")
    with unit_of_work(world.organisations["north"], world.app):
        left = update(SyncConflict).where(SyncConflict.id == differing)
        db.session.execute(left.values(scope_id=world.schools["alder"]))
    assert (open_in(world, "alder"), open_in(world, "birch")) == (1, 0)
    with world.app.app_context():
        db.engine.dispose()
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", command.downgrade)
        migrate(settings.owner_url, to="0003")
    migrate(settings.owner_url)
    assert (open_in(world, "alder"), open_in(world, "birch")) == (0, 1)
