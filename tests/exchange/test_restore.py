"""A restore: a new epoch, own work offered again, voids, and who has yet to come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select, text

from server.core.blobs import FolderBlobs
from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.models import Blob, SyncClient, SyncConflict
from server.exchange.restore import awaited
from server.run import restore as shell
from server.run.doctor_sync import sync_facts
from sync.codec import canonical
from tests.exchange.device import Device
from tests.exchange.elsewhere import (
    PHOTO,
    SHA,
    Elsewhere,
    moved,
    new_asset,
    send_photo,
)
from tests.world import World


def ledger(world: World, client_id: str) -> dict[int, bytes]:
    with unit_of_work(world.organisations["north"], world.app):
        rows = db.session.execute(
            text("SELECT mid, body FROM sync_op WHERE client_id = :c"), {"c": client_id}
        )
        return {mid: bytes(body) for mid, body in rows}


def test_a_verified_backup_tells_each_client_how_far_it_goes(
    walker: Device, backup: Callable[[], Path]
) -> None:
    walker.results(new_asset(walker), new_asset(walker))
    assert walker.hello().json["backed_up_mid"] is None
    backup()
    walker.results(new_asset(walker))
    told = walker.hello().json
    assert (told["backed_up_mid"], told["last_mid"]) == (2, 3)
    backup()
    assert walker.hello().json["backed_up_mid"] == 3


def test_own_work_is_offered_again_after_a_restore_and_each_op_is_once_in_the_ledger(
    walker: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    send_photo(walker)
    first = new_asset(walker, name="before")
    walker.results(first)
    file = backup()
    later = [new_asset(walker, name=f"after {n}") for n in range(3)]
    walker.results(*later)
    old = walker.epoch
    world = elsewhere.bring_back(file)
    moved(walker, world)
    refused = walker.push(*later)
    assert (refused.status_code, refused.json["slug"]) == (409, "epoch")
    assert walker.post(
        "/pull", {"client_id": walker.client_id, "server_epoch": old, "scopes": {}}
    ).status_code == 409  # fmt: skip
    told = walker.hello().json
    assert told["last_mid"] == told["backed_up_mid"] == 1
    assert walker.epoch not in (old, "")
    assert walker.results(*later, first=2) == [("applied", None)] * 3
    assert walker.results(*later, first=2) == [("applied", None)] * 3
    assert ledger(world, walker.client_id) == dict(enumerate([first, *later], 1))
    walker.watch(world.schools["alder"])
    walker.items.clear()
    walker.drain()
    names = {item["f"].get("name") for item in walker.items.values() if item["k"] == "asset"}
    assert names >= {"before", "after 0", "after 1", "after 2"}
    blobs = FolderBlobs(elsewhere.settings.blobs)
    assert blobs.read(world.organisations["north"], SHA) == PHOTO


def test_a_pruned_number_goes_as_void_and_what_built_on_it_becomes_a_conflict(
    walker: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    other = Device(walker.world, "trust_it")
    other.hello()
    school = walker.world.schools["alder"]
    made = new_asset(walker, name="one")
    walker.results(made)
    asset = next(iter(ledger_ids(walker, made)))
    file = backup()
    seen = {"name": [walker.client_id, 1]}
    mine = walker.line("asset", asset, school, {"name": "two"}, base=seen)
    walker.results(mine)
    built = other.line(
        "asset", asset, school, {"name": "three"}, base={"name": [walker.client_id, 2]}
    )
    assert other.results(built) == [("applied", None)]
    world = elsewhere.bring_back(file)
    moved(walker, world).hello()
    moved(other, world).hello()
    void = canonical({"kind": "void", "mid": 2}).encode()
    assert walker.results(void, first=2) == [("applied", None)]
    assert other.results(built, first=1) == [("merged", None)]
    with unit_of_work(world.organisations["north"], world.app):
        lost = db.session.execute(
            select(SyncConflict.field, SyncConflict.losing_value, SyncConflict.state)
        ).all()
    assert [tuple(row) for row in lost] == [("name", "one", "open")], "kept, not overwritten"
    other.watch(school)
    other.drain()
    assert other.fields(school, "asset", asset)["name"] == "three"


def ledger_ids(walker: Device, line: bytes) -> list[str]:
    import json

    return [json.loads(line)["id"]]


def told_gone(device: Device, record_id: str) -> int:
    """Tell that a record was gone on this device; return how much of that the server kept."""
    said = {
        "scope": device.world.schools["alder"], "k": "asset", "id": record_id,
        "field": "deleted", "value": True, "mark": None,
    }  # fmt: skip
    answer = device.post(
        "/recovery",
        {"client_id": device.client_id, "server_epoch": device.epoch, "items": [said]},
    )
    return int(answer.json["kept"])


def test_a_record_that_another_tablet_offers_again_was_never_gone(
    walker: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    other = Device(walker.world, "technician")
    before, later = new_asset(walker, name="before"), new_asset(walker, name="later")
    walker.results(before, first=1)
    file = backup()
    walker.results(later)
    world = elsewhere.bring_back(file)
    moved(walker, world).hello()
    walker.results(later, first=2)
    moved(other, world).hello()
    [in_backup], [offered_again] = ledger_ids(walker, before), ledger_ids(walker, later)
    assert told_gone(other, offered_again) == 0, "the other tablet had not seen it yet"
    assert told_gone(other, in_backup) == 1, "deleted since the backup"


def test_it_is_known_which_devices_have_not_come_back(
    walker: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    silent = Device(walker.world, "technician")
    silent.hello()
    walker.results(new_asset(walker))
    file = backup()
    later = new_asset(walker)
    walker.results(later)
    world = elsewhere.bring_back(file)
    assert states(world) == {walker.client_id: "silent", silent.client_id: "silent"}
    seen = {what: (well, said) for well, what, said, _ in sync_facts(elsewhere.settings)}
    assert seen["Since the restore"] == (False, "2 devices not heard of")
    moved(walker, world).hello()
    assert states(world) == {walker.client_id: "offering", silent.client_id: "silent"}
    walker.results(later)
    assert states(world) == {silent.client_id: "silent"}
    with unit_of_work(world.organisations["south"], world.app):
        connection = db.session.connection()
        assert awaited(connection, world.organisations["south"]) == []


def states(world: World) -> dict[str, str]:
    north = world.organisations["north"]
    with unit_of_work(north, world.app):
        found = awaited(db.session.connection(), north)
    return {one.client_id: one.state for one in found}


def test_nobody_is_awaited_where_nothing_was_restored(walker: Device) -> None:
    assert states(walker.world) == {}


def test_a_new_epoch_is_minted_for_a_database_brought_back_by_other_means(
    walker: Device,
) -> None:
    old = walker.epoch
    walker.results(new_asset(walker))
    assert shell.new_epoch(walker.world.app) == 0
    assert walker.push(new_asset(walker)).status_code == 409
    walker.hello()
    assert walker.epoch != old
    with unit_of_work(walker.world.organisations["north"], walker.world.app):
        query = select(SyncClient.last_mid).where(SyncClient.id == walker.client_id)
        assert db.session.scalar(query) == 1
        assert db.session.scalar(select(Blob.sha256)) is None
