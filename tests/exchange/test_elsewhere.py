"""Nothing goes to, or is told of, another organisation: sign-ins that change, tags of others."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text, update

from server.accounts.models import Membership
from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.rules import code_from
from server.estate.services.labels import issue_codes
from server.exchange.commit import Change, commit_changes
from sync.ids import natural_id
from tests.exchange.device import Device
from tests.world import World

COUNTED = ("sync_op", "sync_client", "sync_conflict", "blob_upload", "job", "tag", "finding")


def counts(world: World, organisation: str) -> dict[str, int]:
    with unit_of_work(world.organisations[organisation], world.app):
        return {
            table: db.session.execute(
                text(f"SELECT count(*) FROM {table} WHERE organisation_id = :o"),
                {"o": world.organisations[organisation]},
            ).scalar_one()
            for table in COUNTED
        }


@pytest.mark.parametrize("other", ["south", "nowhere"])
def test_what_is_meant_for_another_organisation_is_taken_nowhere(
    device: Device, other: str
) -> None:
    world = device.world
    named = world.organisations.get(other, str(uuid.uuid4()))
    visit, asset = world.visits["alder"], world.assets["alder.panel"]
    line = device.line("finding", str(uuid.uuid4()), visit, {"seen": True, "subject_id": asset})
    before = counts(world, "north"), counts(world, "south")
    pull = {"client_id": device.client_id, "server_epoch": device.epoch, "scopes": {}}
    blob = {"sha256": "a" * 64, "size": 10, "mime": "image/jpeg"}
    answers = (
        device.hello(organisation_id=named),
        device.push(line, organisation_id=named),
        device.post("/pull", {**pull, "organisation_id": named}),
        device.post("/blobs", {**blob, "organisation_id": named}),
    )
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.data for answer in answers}) == 1, "one that exists is not told apart"
    assert (counts(world, "north"), counts(world, "south")) == before


def issue(world: World, organisation: str, school: str | None) -> str:
    """Issue a tag code, and bind it in a school if one is named; return it."""
    organisation_id = world.organisations[organisation]
    with unit_of_work(organisation_id, world.app):
        (code,) = issue_codes(1, world.schools[school] if school else None).codes
        if school is not None:
            id_ = natural_id("tag", organisation_id, code)
            change = Change("tag", id_, world.schools[school], {"code": code})
            results = commit_changes([change], origin=str(uuid.uuid4()), actor_id=None, grants=None)
            assert results[0].status == "applied", results
    return code


def new_code() -> str:
    """Return a well-formed code that nobody was ever issued."""
    return next(code for body in ("2345678", "3456789", "456789A") if (code := code_from(body)))


def result_of(device: Device, code: str) -> tuple[bytes, dict[str, int]]:
    """Bind a code to an asset of one's own school; return the answer and what it left behind."""
    world = device.world
    id_ = natural_id("tag", world.organisations["north"], code)
    values = {"code": code, "asset_id": world.assets["alder.panel"]}
    before = counts(world, "north")
    answer = device.push(device.line("tag", id_, world.schools["alder"], values))
    assert answer.json is not None
    (found,) = answer.json["results"]
    after = counts(world, "north")
    said = {name: found[name] for name in sorted(found) if name != "mid"}
    return repr(said).encode(), {name: after[name] - before[name] for name in COUNTED}


def test_another_organisations_code_is_answered_like_one_that_exists_nowhere(
    device: Device,
) -> None:
    world = device.world
    before = counts(world, "south")
    theirs, unknown = issue(world, "south", "dover"), new_code()
    issued = counts(world, "south")
    assert issued["tag"] == before["tag"] + 1
    assert result_of(device, theirs) == result_of(device, unknown)
    assert counts(world, "south") == issued, "nothing of theirs was touched"


def test_a_sister_schools_code_binds_nothing_here_and_moves_nothing_there(device: Device) -> None:
    world = device.world
    code = issue(world, "north", "birch")
    said, left = result_of(device, code)
    assert b"'status': 'held'" in said
    assert b"no_membership" in said
    assert left == {**dict.fromkeys(COUNTED, 0), "sync_op": 1}
    id_ = natural_id("tag", world.organisations["north"], code)
    with unit_of_work(world.organisations["north"], world.app):
        row = db.session.execute(
            text("SELECT scope_id, asset_id FROM tag WHERE id = :id"), {"id": id_}
        ).one()
    assert (str(row.scope_id), row.asset_id) == (world.schools["birch"], None)


def test_a_hello_asks_whose_client_it_is_before_it_decides_anything_held(device: Device) -> None:
    """A hello replays what waits: another person's must not set that off."""
    world = device.world
    world_visit, asset = world.visits["alder"], world.assets["alder.panel"]
    owner = natural_id("finding", world.organisations["north"], world_visit, "asset", asset)
    photo = {
        "owner_kind": "finding",
        "owner_id": owner,
        "sha256": "a" * 64,
        "size": 10,
        "taken_at": 1_764_000_000_000,
    }
    waiting = device.line("photo", str(uuid.uuid4()), world_visit, photo)
    assert device.results(waiting) == [("held", "missing_parent")]
    made_visible(world, owner, asset)
    other = Device(world, "consultant", client_id=device.client_id)
    refused = other.hello()
    assert (refused.status_code, refused.json and refused.json["slug"]) == (403, "client_taken")
    assert decisions(world) == 0
    assert device.hello().status_code == 200
    assert decisions(world) == 1


def made_visible(world: World, owner: str, asset: str) -> None:
    """Write the parent behind the replay's back, as two pushes at once can."""
    visit = world.visits["alder"]
    key = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset}
    organisation_id = world.organisations["north"]
    with unit_of_work(organisation_id, world.app):
        waits = db.session.execute(text("SELECT * FROM sync_waiting")).mappings().all()
        db.session.execute(text("DELETE FROM sync_waiting"))
        commit_changes(
            [Change("finding", owner, visit, {**key, "seen": True})],
            origin=str(uuid.uuid4()),
            actor_id=None,
            grants=None,
        )
        for row in map(dict, waits):
            names = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            db.session.execute(
                text(f"INSERT INTO sync_waiting ({names}) VALUES ({marks})"),
                row,
            )


def decisions(world: World) -> int:
    with unit_of_work(world.organisations["north"], world.app):
        return int(db.session.execute(text("SELECT count(*) FROM sync_decision")).scalar_one())


def test_rights_end_before_the_line_that_needs_them_is_decided(device: Device) -> None:
    """Who may is asked in the push itself, never remembered from the hello before it."""
    world = device.world
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            update(Membership)
            .where(Membership.user_id == world.people["technician"])
            .values(revoked_at=1)
        )
    visit, asset = world.visits["alder"], world.assets["alder.panel"]
    id_ = natural_id("finding", world.organisations["north"], visit, "asset", asset)
    key = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset}
    line = device.line("finding", id_, visit, {**key, "seen": True})
    assert device.results(line) == [("held", "no_membership")]
    assert counts(world, "north")["finding"] == 0
