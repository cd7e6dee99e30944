"""Backup and restore: a new epoch, own work offered again, voids, and who has yet to come back."""

from __future__ import annotations

import hashlib
import itertools
import tarfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import select, text

from server.app import create_app
from server.core.blobs import FolderBlobs
from server.core.database import db
from server.core.migrate import migrate
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.models import Blob, SyncClient, SyncConflict
from server.exchange.restore import awaited
from server.run import restore as shell
from server.run.backup import LIST, BackupError, check_backup, make_backup
from server.run.doctor_sync import sync_facts
from server.run.dumps import DumpError
from server.settings import Settings
from sync.codec import canonical
from tests import services
from tests.exchange.device import PREFIX, Device
from tests.stock import Database, make_settings
from tests.world import World

PHOTO = b"the bytes of a photo" * 100
SHA = hashlib.sha256(PHOTO).hexdigest()
_numbers = itertools.count(1)


@dataclass
class Elsewhere:
    """Another machine on which nobody works yet."""

    settings: Settings
    world: World
    apps: list[Flask] = field(default_factory=list)

    def bring_back(self, file: Path) -> World:
        """Restore there and return the world as that server sees it."""
        assert shell.restore(self.settings, file) == 0
        self.apps.append(create_app(self.settings))
        return self.world.seen_by(self.apps[-1])

    def leave(self) -> None:
        for app in self.apps:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@pytest.fixture
def elsewhere(
    world: World, database_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Elsewhere]:
    place = tmp_path / "elsewhere"
    place.mkdir()
    if database_name == "sqlite":
        url = f"sqlite:///{place / 'walkround.db'}"
        made = Elsewhere(make_settings(Database(url, url), place), world)
        yield made
        made.leave()
        return
    server: services.Postgres = request.getfixturevalue("postgres")
    name = f"restored_{next(_numbers)}"
    server.create(name)
    services.grant_to_app(server, name)
    urls = (server.url(name, role) for role in (services.APP, services.OWNER))
    made = Elsewhere(make_settings(Database(*urls), place), world)
    yield made
    made.leave()
    server.drop(name)


@pytest.fixture
def device(world: World) -> Device:
    made = Device(world, "consultant")
    assert made.hello().status_code == 200
    made.watch(world.schools["alder"])
    return made


@pytest.fixture
def backup(app: Flask, tmp_path: Path) -> Callable[[], Path]:
    def make() -> Path:
        file = tmp_path / "backups" / f"{next(_numbers)}.tar"
        assert shell.backup(app, file) == 0
        return file

    return make


def settings_of(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


def new_asset(device: Device, **values: object) -> bytes:
    world = device.world
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    key = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    return device.line("asset", str(uuid.uuid4()), world.schools["alder"], {**key, **values})


def send_photo(device: Device) -> None:
    device.post("/blobs", {"sha256": SHA, "size": len(PHOTO), "mime": "image/jpeg"})
    sent = device.http.patch(
        f"{PREFIX}/blobs/{SHA}",
        data=PHOTO,
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": "0"},
    )
    assert sent.status_code == 204


def ledger(world: World, client_id: str) -> dict[int, bytes]:
    with unit_of_work(world.organisations["north"], world.app):
        rows = db.session.execute(
            text("SELECT mid, body FROM sync_op WHERE client_id = :c"), {"c": client_id}
        )
        return {mid: bytes(body) for mid, body in rows}


def moved(device: Device, world: World) -> Device:
    """Return the same device, now talking to another server."""
    device.world = world
    return device


def test_a_verified_backup_tells_each_client_how_far_it_goes(
    device: Device, backup: Callable[[], Path]
) -> None:
    device.results(new_asset(device), new_asset(device))
    assert device.hello().json["backed_up_mid"] is None
    backup()
    device.results(new_asset(device))
    told = device.hello().json
    assert (told["backed_up_mid"], told["last_mid"]) == (2, 3)
    backup()
    assert device.hello().json["backed_up_mid"] == 3


def test_own_work_is_offered_again_after_a_restore_and_each_op_is_once_in_the_ledger(
    device: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    send_photo(device)
    first = new_asset(device, name="before")
    device.results(first)
    file = backup()
    later = [new_asset(device, name=f"after {n}") for n in range(3)]
    device.results(*later)
    old = device.epoch
    world = elsewhere.bring_back(file)
    moved(device, world)
    refused = device.push(*later)
    assert (refused.status_code, refused.json["slug"]) == (409, "epoch")
    assert device.post(
        "/pull", {"client_id": device.client_id, "server_epoch": old, "scopes": {}}
    ).status_code == 409  # fmt: skip
    told = device.hello().json
    assert told["last_mid"] == told["backed_up_mid"] == 1
    assert device.epoch not in (old, "")
    assert device.results(*later, first=2) == [("applied", None)] * 3
    assert device.results(*later, first=2) == [("applied", None)] * 3
    assert ledger(world, device.client_id) == dict(enumerate([first, *later], 1))
    device.watch(world.schools["alder"])
    device.items.clear()
    device.drain()
    names = {item["f"].get("name") for item in device.items.values() if item["k"] == "asset"}
    assert names >= {"before", "after 0", "after 1", "after 2"}
    blobs = FolderBlobs(elsewhere.settings.blobs)
    assert blobs.read(world.organisations["north"], SHA) == PHOTO


def test_a_pruned_number_goes_as_void_and_what_built_on_it_becomes_a_conflict(
    device: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    other = Device(device.world, "trust_it")
    other.hello()
    school = device.world.schools["alder"]
    made = new_asset(device, name="one")
    device.results(made)
    asset = next(iter(ledger_ids(device, made)))
    file = backup()
    seen = {"name": [device.client_id, 1]}
    mine = device.line("asset", asset, school, {"name": "two"}, base=seen)
    device.results(mine)
    built = other.line(
        "asset", asset, school, {"name": "three"}, base={"name": [device.client_id, 2]}
    )
    assert other.results(built) == [("applied", None)]
    world = elsewhere.bring_back(file)
    moved(device, world).hello()
    moved(other, world).hello()
    void = canonical({"kind": "void", "mid": 2}).encode()
    assert device.results(void, first=2) == [("applied", None)]
    assert other.results(built, first=1) == [("merged", None)]
    with unit_of_work(world.organisations["north"], world.app):
        lost = db.session.execute(
            select(SyncConflict.field, SyncConflict.losing_value, SyncConflict.state)
        ).all()
    assert [tuple(row) for row in lost] == [("name", "one", "open")], "kept, not overwritten"
    other.watch(school)
    other.drain()
    assert other.fields(school, "asset", asset)["name"] == "three"


def ledger_ids(device: Device, line: bytes) -> list[str]:
    import json

    return [json.loads(line)["id"]]


def test_it_is_known_which_devices_have_not_come_back(
    device: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    silent = Device(device.world, "technician")
    silent.hello()
    device.results(new_asset(device))
    file = backup()
    later = new_asset(device)
    device.results(later)
    world = elsewhere.bring_back(file)
    assert states(world) == {device.client_id: "silent", silent.client_id: "silent"}
    seen = {what: (well, said) for well, what, said, _ in sync_facts(elsewhere.settings)}
    assert seen["Since the restore"] == (False, "2 devices not heard of")
    moved(device, world).hello()
    assert states(world) == {device.client_id: "offering", silent.client_id: "silent"}
    device.results(later)
    assert states(world) == {silent.client_id: "silent"}
    with unit_of_work(world.organisations["south"], world.app):
        connection = db.session.connection()
        assert awaited(connection, world.organisations["south"]) == []


def states(world: World) -> dict[str, str]:
    north = world.organisations["north"]
    with unit_of_work(north, world.app):
        found = awaited(db.session.connection(), north)
    return {one.client_id: one.state for one in found}


def test_nobody_is_awaited_where_nothing_was_restored(device: Device) -> None:
    assert states(device.world) == {}


def test_a_restore_over_peoples_work_is_refused(device: Device, backup: Callable[[], Path]) -> None:
    file = backup()
    device.results(new_asset(device))
    with pytest.raises(click.ClickException, match="empty"):
        shell.restore(settings_of(device.world.app), file)
    assert device.hello().json["last_mid"] == 1


def test_a_migrated_database_without_anybody_may_be_restored_to(
    device: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    device.results(new_asset(device))
    file = backup()
    migrate(elsewhere.settings.owner_url)
    moved(device, elsewhere.bring_back(file))
    assert device.hello().json["last_mid"] == 1


def test_a_damaged_backup_brings_nothing_back(
    device: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    send_photo(device)
    file = backup()
    whole = file.read_bytes()
    with tarfile.open(file, "r:") as tar:
        places = {member.name: member.offset_data for member in tar.getmembers()}
    for name, at in places.items():
        torn = bytearray(whole)
        torn[at + 5] ^= 0xFF
        file.write_bytes(torn)
        with pytest.raises((BackupError, DumpError)):
            check_backup(file)
        with pytest.raises(click.ClickException):
            shell.restore(elsewhere.settings, file)
        assert name
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError):
        check_backup(file)
    file.write_bytes(whole)
    assert LIST in places
    moved(device, elsewhere.bring_back(file))


def test_a_missing_photo_keeps_the_devices_copies(device: Device, tmp_path: Path) -> None:
    world = device.world
    send_photo(device)
    device.results(new_asset(device))
    FolderBlobs(settings_of(world.app).blobs).delete(world.organisations["north"], SHA)
    assert shell.backup(world.app, tmp_path / "b.tar") == 1
    assert device.hello().json["backed_up_mid"] is None
    made = make_backup(settings_of(world.app), tmp_path / "c.tar")
    assert made.missing == ((world.organisations["north"], SHA),)


def test_a_backup_that_fails_leaves_no_file_and_tells_nobody(
    device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.results(new_asset(device))

    def torn(*_: object) -> None:
        raise BackupError("read back and not the same")

    monkeypatch.setattr("server.run.backup.check_backup", torn)
    with pytest.raises(click.ClickException):
        shell.backup(device.world.app, tmp_path / "b.tar")
    assert list(tmp_path.glob("b.tar*")) == []
    assert device.hello().json["backed_up_mid"] is None


def test_a_new_epoch_is_minted_for_a_database_brought_back_by_other_means(
    device: Device,
) -> None:
    old = device.epoch
    device.results(new_asset(device))
    assert shell.new_epoch(device.world.app) == 0
    assert device.push(new_asset(device)).status_code == 409
    device.hello()
    assert device.epoch != old
    with unit_of_work(device.world.organisations["north"], device.world.app):
        query = select(SyncClient.last_mid).where(SyncClient.id == device.client_id)
        assert db.session.scalar(query) == 1
        assert db.session.scalar(select(Blob.sha256)) is None
