"""Apps of an earlier schema: they may push for ever, and are asked to update before they fetch."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import text

from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.api import devices, fetch
from server.exchange.commit import Change, commit_changes
from server.exchange.registry import Registry
from sync.push import Push
from sync.upcast import renamed
from tests.exchange.device import Device
from tests.world import World


@pytest.fixture
def newer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build in which the asset's field ``name`` was called ``label`` in version 1."""
    kinds = [
        replace(
            item,
            collection=replace(item.collection, schema_version=2, upcasters={1: "asset_label"}),
        )
        if item.collection.kind == "asset"
        else item
        for item in world.app.extensions["registry"].all()
    ]
    monkeypatch.setitem(world.app.extensions, "registry", Registry(kinds))
    given = {"upcasters": {"asset_label": renamed("label", "name")}}
    monkeypatch.setattr(Push.__init__, "__kwdefaults__", given)


def old_asset(walker: Device, label: str, room: str, id_: str | None = None) -> bytes:
    world = walker.world
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    values = {"asset_type_id": type_id, "room_id": room, "label": label}
    return walker.line("asset", id_ or str(uuid.uuid4()), world.schools["alder"], values)


def bodies(walker: Device) -> list[bytes]:
    with unit_of_work(walker.world.organisations["north"], walker.world.app):
        rows = db.session.execute(
            text("SELECT body FROM sync_op WHERE client_id = :c ORDER BY mid"),
            {"c": walker.client_id},
        )
        return [bytes(body) for (body,) in rows]


@pytest.mark.usefixtures("newer")
def test_a_push_of_an_old_app_is_lifted_and_kept_as_it_came(walker: Device) -> None:
    school, asset = walker.world.schools["alder"], str(uuid.uuid4())
    made = old_asset(walker, "one", walker.world.rooms["alder.room1"], asset)
    seen = {"label": [walker.client_id, 1]}
    edit = walker.line("asset", asset, school, {"label": "two"}, base=seen)
    assert walker.results(made, edit) == [("applied", None)] * 2, "its own base is known"
    new = walker.line(
        "asset", asset, school, {"name": "three"}, base={"name": [walker.client_id, 2]}, sv=2
    )
    assert walker.results(new) == [("applied", None)]
    walker.drain()
    found = walker.fields(school, "asset", asset)
    assert found is not None
    assert (found["name"], "label" in found) == ("three", False)
    assert bodies(walker) == [made, edit, new]
    assert walker.results(made, first=1) == [("applied", None)]


@pytest.mark.usefixtures("newer")
def test_what_waited_is_lifted_again_when_its_turn_comes(walker: Device) -> None:
    world, room, asset = walker.world, str(uuid.uuid4()), str(uuid.uuid4())
    school = world.schools["alder"]
    assert walker.results(old_asset(walker, "waited", room, asset)) == [("held", "missing_parent")]
    with unit_of_work(world.organisations["north"], world.app):
        change = Change("room", room, school, {"name": "New room"})
        commit_changes([change], origin=str(uuid.uuid4()), actor_id=None, grants=None)
    walker.drain()
    found = walker.fields(school, "asset", asset)
    assert found is not None
    assert (found["name"], "label" in found) == ("waited", False)


@pytest.mark.usefixtures("newer")
def test_a_lifted_value_is_checked_like_any_other(walker: Device) -> None:
    room = walker.world.rooms["alder.room1"]
    response = walker.push(old_asset(walker, "x" * 5000, room))
    [result] = response.json["results"]
    assert (result["status"], result["code"], result["fields"]) == (
        "rejected", "bad_value", ["name"],
    )  # fmt: skip


def test_below_min_sv_hello_and_pull_are_426_and_push_is_taken(
    walker: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = walker.world
    for module in (devices, fetch):
        monkeypatch.setattr(module, "MIN_SV", 2)
    refused = walker.hello()
    assert (refused.status_code, refused.json["slug"]) == (426, "app_too_old")
    assert refused.json["min_sv"] == 2
    said = {"client_id": walker.client_id, "server_epoch": walker.epoch, "scopes": walker.cursors}
    refused = walker.post("/pull", said)
    assert (refused.status_code, refused.json["slug"]) == (426, "app_too_old")
    assert refused.json["min_sv"] == 2
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    values = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    line = walker.line("asset", str(uuid.uuid4()), world.schools["alder"], values)
    assert walker.results(line) == [("applied", None)]
    assert walker.hello(sv=2).status_code == 200, "updated, it goes on with the same client"
    assert walker.post("/pull", said).status_code == 200
