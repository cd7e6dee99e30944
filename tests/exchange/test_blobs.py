"""Photo bytes: announced, sent in chunks, resumed, proved by their hash, owned by who sent them."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from server.accounts.access import Principal
from server.core.blobs import FolderBlobs
from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.uploads import take_chunk
from sync.ids import natural_id
from tests.exchange.device import PREFIX, Device, PowerCutError
from tests.world import World

BYTES = bytes(range(256)) * 64
SHA = hashlib.sha256(BYTES).hexdigest()


def announce(device: Device, sha: str = SHA, size: int = len(BYTES)) -> TestResponse:
    return device.post("/blobs", {"sha256": sha, "size": size, "mime": "image/jpeg"})


def send(device: Device, offset: int, chunk: bytes, sha: str = SHA) -> TestResponse:
    return device.http.patch(
        f"{PREFIX}/blobs/{sha}",
        data=chunk,
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": str(offset)},
    )


def said(response: TestResponse) -> tuple[str, int]:
    assert response.status_code == 200, response.text
    assert response.json is not None
    return response.json["state"], response.json["offset"]


def jobs(world: World, name: str) -> int:
    with unit_of_work(world.organisations["north"], world.app):
        found = db.session.execute(
            text("SELECT count(*) FROM job WHERE name = :name"), {"name": name}
        ).scalar_one()
    return int(found)


def photo(device: Device, sha: str = SHA) -> bytes:
    world = device.world
    visit, asset = world.visits["alder"], world.assets["alder.panel"]
    owner = natural_id("finding", world.organisations["north"], visit, "asset", asset)
    values = {
        "owner_kind": "finding",
        "owner_id": owner,
        "sha256": sha,
        "size": len(BYTES),
        "taken_at": 1_764_000_000_000,
    }
    return device.line("photo", str(uuid.uuid4()), visit, values)


def finding(device: Device) -> bytes:
    world = device.world
    visit, asset = world.visits["alder"], world.assets["alder.panel"]
    owner = natural_id("finding", world.organisations["north"], visit, "asset", asset)
    key = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset}
    return device.line("finding", owner, visit, {**key, "seen": True})


def test_bytes_are_sent_in_chunks_and_kept_as_received(device: Device) -> None:
    assert said(announce(device)) == ("partial", 0)
    assert send(device, 0, BYTES[:1000]).status_code == 204
    head = device.http.head(f"{PREFIX}/blobs/{SHA}")
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, "1000")
    assert said(announce(device)) == ("partial", 1000)
    assert send(device, 1000, BYTES[1000:]).status_code == 204
    assert said(announce(device)) == ("stored", len(BYTES))
    world = device.world
    blobs = FolderBlobs(world.app.extensions["settings"].blobs)
    assert blobs.read(world.organisations["north"], SHA) == BYTES
    assert jobs(world, "audits.photo_check") == 1


def test_a_chunk_at_another_offset_is_told_where_to_go_on(device: Device) -> None:
    announce(device)
    send(device, 0, BYTES[:1000])
    for offset in (0, 500, 2000):
        response = send(device, offset, BYTES[offset : offset + 10])
        assert response.status_code == 409
        assert response.headers["Upload-Offset"] == "1000"


def test_bytes_of_another_hash_start_again_at_nought(device: Device) -> None:
    announce(device)
    assert send(device, 0, b"\0" * len(BYTES)).status_code == 460
    assert said(announce(device)) == ("partial", 0)
    assert send(device, 0, BYTES).status_code == 204
    assert jobs(device.world, "audits.photo_check") == 1


def test_more_than_was_announced_is_too_large(device: Device) -> None:
    announce(device, size=100)
    assert send(device, 0, BYTES).status_code == 413


def test_what_can_never_be_a_photo_is_refused(device: Device) -> None:
    wrongs: tuple[dict[str, object], ...] = (
        {"sha256": "../../etc/passwd"},
        {"sha256": SHA.upper()},
        {"size": 0},
        {"size": 16 * 1024 * 1024},
        {"mime": "image/svg+xml"},
    )
    for wrong in wrongs:
        body = {"sha256": SHA, "size": 10, "mime": "image/jpeg", **wrong}
        response = device.post("/blobs", body)
        assert response.status_code == 422
        assert response.json is not None
        assert set(response.json["fields"]) == set(wrong)


def test_another_persons_upload_is_not_told(device: Device) -> None:
    announce(device)
    send(device, 0, BYTES)
    for person in ("consultant", "other_technician"):
        other = Device(device.world, person)
        other.hello()
        assert other.http.head(f"{PREFIX}/blobs/{SHA}").status_code == 404
        assert said(announce(other)) == ("partial", 0)


def test_who_may_read_a_photo_with_the_bytes_need_not_send_them(device: Device) -> None:
    announce(device)
    send(device, 0, BYTES)
    assert device.results(finding(device), photo(device)) == [("applied", None)] * 2
    reader, stranger = Device(device.world, "consultant"), Device(device.world, "other_technician")
    reader.hello()
    stranger.hello()
    assert said(announce(reader)) == ("stored", len(BYTES))
    assert said(announce(stranger)) == ("partial", 0)


def test_the_bytes_are_never_served_by_hash(device: Device) -> None:
    announce(device)
    send(device, 0, BYTES)
    assert device.http.get(f"{PREFIX}/blobs/{SHA}").status_code == 404


def test_a_photo_before_its_finding_waits_for_it(device: Device) -> None:
    early = photo(device)
    assert device.results(early) == [("held", "missing_parent")]
    assert device.results(finding(device)) == [("applied", None)]
    device.watch(device.world.visits["alder"])
    reply = device.drain()
    assert [(d["mid"], d["outcome"]) for d in reply["decisions"]] == [(1, "accepted")]
    assert any(item["k"] == "photo" for item in device.items.values())


def test_the_check_is_asked_for_by_record_and_by_bytes(device: Device) -> None:
    device.results(finding(device), photo(device))
    assert jobs(device.world, "audits.photo_check") == 1
    announce(device)
    send(device, 0, BYTES)
    assert jobs(device.world, "audits.photo_check") == 2


def starts_again(device: Device) -> None:
    """Insist that the next chunk is sent back to nought, and that the upload then ends well."""
    refused = send(device, 1000, BYTES[1000:])
    assert (refused.status_code, refused.headers["Upload-Offset"]) == (409, "0")
    head = device.http.head(f"{PREFIX}/blobs/{SHA}")
    assert head.headers["Upload-Offset"] == "0", "the way back must outlast the refusal"
    assert said(announce(device)) == ("partial", 0)
    assert send(device, 0, BYTES).status_code == 204
    assert said(announce(device)) == ("stored", len(BYTES))
    assert jobs(device.world, "audits.photo_check") == 1


def test_a_power_cut_between_the_file_and_the_commit_loses_no_photo(device: Device) -> None:
    announce(device)
    send(device, 0, BYTES[:1000])
    world = device.world
    organisation_id = world.organisations["north"]
    principal = Principal(world.people["technician"], organisation_id, "token")
    with pytest.raises(PowerCutError), unit_of_work(organisation_id, world.app):
        assert take_chunk(principal, SHA, 1000, BYTES[1000:]).state == "stored"
        raise PowerCutError
    starts_again(device)


def test_a_restore_without_the_partial_uploads_starts_them_again(device: Device) -> None:
    announce(device)
    send(device, 0, BYTES[:1000])
    for partial in device.world.app.extensions["settings"].blobs.rglob("partial/*"):
        partial.unlink()
    starts_again(device)
