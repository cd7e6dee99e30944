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
def device(world: World) -> Device:
    made = Device(world, "consultant")
    assert made.hello().status_code == 200
    made.watch(world.schools["alder"])
    return made


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


def old_asset(device: Device, label: str, room: str, id_: str | None = None) -> bytes:
    world = device.world
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    values = {"asset_type_id": type_id, "room_id": room, "label": label}
    return device.line("asset", id_ or str(uuid.uuid4()), world.schools["alder"], values)


def bodies(device: Device) -> list[bytes]:
    with unit_of_work(device.world.organisations["north"], device.world.app):
        rows = db.session.execute(
            text("SELECT body FROM sync_op WHERE client_id = :c ORDER BY mid"),
            {"c": device.client_id},
        )
        return [bytes(body) for (body,) in rows]


@pytest.mark.usefixtures("newer")
def test_a_push_of_an_old_app_is_lifted_and_kept_as_it_came(device: Device) -> None:
    school, asset = device.world.schools["alder"], str(uuid.uuid4())
    made = old_asset(device, "one", device.world.rooms["alder.room1"], asset)
    seen = {"label": [device.client_id, 1]}
    edit = device.line("asset", asset, school, {"label": "two"}, base=seen)
    assert device.results(made, edit) == [("applied", None)] * 2, "its own base is known"
    new = device.line(
        "asset", asset, school, {"name": "three"}, base={"name": [device.client_id, 2]}, sv=2
    )
    assert device.results(new) == [("applied", None)]
    device.drain()
    found = device.fields(school, "asset", asset)
    assert found is not None
    assert (found["name"], "label" in found) == ("three", False)
    assert bodies(device) == [made, edit, new]
    assert device.results(made, first=1) == [("applied", None)]


@pytest.mark.usefixtures("newer")
def test_what_waited_is_lifted_again_when_its_turn_comes(device: Device) -> None:
    world, room, asset = device.world, str(uuid.uuid4()), str(uuid.uuid4())
    school = world.schools["alder"]
    assert device.results(old_asset(device, "waited", room, asset)) == [("held", "missing_parent")]
    with unit_of_work(world.organisations["north"], world.app):
        change = Change("room", room, school, {"name": "New room"})
        commit_changes([change], origin=str(uuid.uuid4()), actor_id=None, grants=None)
    device.drain()
    found = device.fields(school, "asset", asset)
    assert found is not None
    assert (found["name"], "label" in found) == ("waited", False)


@pytest.mark.usefixtures("newer")
def test_a_lifted_value_is_checked_like_any_other(device: Device) -> None:
    room = device.world.rooms["alder.room1"]
    response = device.push(old_asset(device, "x" * 5000, room))
    [result] = response.json["results"]
    assert (result["status"], result["code"], result["fields"]) == (
        "rejected", "bad_value", ["name"],
    )  # fmt: skip


def test_below_min_sv_hello_and_pull_are_426_and_push_is_taken(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = device.world
    for module in (devices, fetch):
        monkeypatch.setattr(module, "MIN_SV", 2)
    refused = device.hello()
    assert (refused.status_code, refused.json["slug"]) == (426, "app_too_old")
    assert refused.json["min_sv"] == 2
    said = {"client_id": device.client_id, "server_epoch": device.epoch, "scopes": device.cursors}
    refused = device.post("/pull", said)
    assert (refused.status_code, refused.json["slug"]) == (426, "app_too_old")
    assert refused.json["min_sv"] == 2
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    values = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    line = device.line("asset", str(uuid.uuid4()), world.schools["alder"], values)
    assert device.results(line) == [("applied", None)]
    assert device.hello(sv=2).status_code == 200, "updated, it goes on with the same client"
    assert device.post("/pull", said).status_code == 200
