"""No row queues all desk writes: one school's edit never waits for another school's lock."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from server.core.database import db
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from tests.world import World

pytestmark = pytest.mark.only("postgres")  # SQLite has one writer by nature


def edit(world: World, asset: str, name: str) -> int:
    path = f"/api/assets/{world.assets[asset]}"
    return (
        world.client("trust_it")
        .patch(path, json={"set": {"allocated_to": name}, "base": {}})
        .status_code
    )


def test_a_desk_edit_does_not_wait_for_another_schools_lock(world: World) -> None:
    """The lock of birch is held all the while: alder's edit ends all the same, birch's waits."""
    ended: dict[str, int] = {}
    waits = threading.Thread(target=lambda: ended.update(birch=edit(world, "birch.panel", "B")))
    with unit_of_work(world.organisation_of("trust_it"), world.app):
        db.session.execute(
            select(Scope.seq).where(Scope.id == world.schools["birch"]).with_for_update()
        )
        waits.start()
        assert edit(world, "alder.panel", "A") == 200
        assert waits.is_alive(), "birch's edit went past birch's lock"
        assert ended == {}
    waits.join(30)
    assert ended == {"birch": 200}


def test_many_desk_edits_of_one_school_need_no_common_row_of_the_organisation(
    world: World,
) -> None:
    """While one edit stands uncommitted, another person's edit elsewhere is made and committed."""
    organisation_id = world.organisation_of("trust_it")
    with unit_of_work(organisation_id, world.app):
        from server.exchange.commit import Change, commit_changes

        commit_changes(
            [Change("asset", world.assets["birch.panel"], world.schools["birch"], {"name": "B"})],
            origin="0a1b2c3d-0000-4000-8000-000000000001",
            actor_id=world.people["trust_it"],
            grants=None,
        )
        assert edit(world, "alder.panel", "A") == 200
        assert edit(world, "alder.switch", "S") == 200
