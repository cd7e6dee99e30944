"""What the nightly jobs are tried on: assets made and deleted on the server, and a night."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from server.core.database import db
from server.core.queue import JobContext, enqueue
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.commit import Change, commit_changes
from server.worker import find
from sync.codec import JsonValue
from tests.world import World


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
