"""One photo sent twice at once: bytes are never mixed, who is late learns where to go on."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from server.core.blobs import FolderBlobs
from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.models import BlobUpload
from tests.exchange.device import PREFIX, Device
from tests.world import World

BYTES = bytes(range(251)) * 400
SHA = hashlib.sha256(BYTES).hexdigest()
CHUNK = 10_000


@pytest.fixture
def device(world: World) -> Device:
    made = Device(world, "technician")
    made.hello()
    announced = made.post("/blobs", {"sha256": SHA, "size": len(BYTES), "mime": "image/jpeg"})
    assert announced.json["offset"] == 0
    return made


def patch(device: Device, offset: int, chunk: bytes) -> tuple[int, int]:
    """Send a chunk; return the status and where the server says to go on."""
    answer = device.http.patch(
        f"{PREFIX}/blobs/{SHA}",
        data=chunk,
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": str(offset)},
    )
    return answer.status_code, int(answer.headers.get("Upload-Offset", -1))


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    faults: list[BaseException] = []

    def go(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001  (a thread's fault must be counted)
            faults.append(fault)

    threads = [threading.Thread(target=go, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def stored(device: Device) -> bytes | None:
    blobs = FolderBlobs(device.world.app.extensions["settings"].blobs)
    return blobs.read(device.world.organisation_of(device.person), SHA)


def test_one_chunk_sent_by_two_tabs_is_taken_once(device: Device) -> None:
    answers: list[tuple[int, int]] = []
    chunk = BYTES[:CHUNK]
    assert at_once(*[lambda: answers.append(patch(device, 0, chunk)) for _ in range(4)]) == []
    assert sorted(answers) == [(204, CHUNK), *[(409, CHUNK)] * 3]


def test_two_tabs_that_race_through_one_photo_store_it_whole(device: Device) -> None:
    def tab() -> None:
        offset = 0
        while offset < len(BYTES):
            status, offset = patch(device, offset, BYTES[offset : offset + CHUNK])
            assert status in (204, 409)

    assert at_once(tab, tab, tab) == []
    assert stored(device) == BYTES
    with unit_of_work(device.world.organisations["north"], device.world.app):
        states = db.session.execute(select(BlobUpload.state, BlobUpload.received)).all()
    assert [tuple(row) for row in states] == [("stored", len(BYTES))]


def test_a_tab_with_other_bytes_cannot_spoil_what_is_stored(device: Device) -> None:
    """Torn bytes of one tab may send the upload back to nought; what is stored has its hash."""
    done: list[int] = []

    def tab(data: bytes) -> None:
        offset, tries = 0, 0
        while offset < len(data) and tries < 60:
            tries += 1
            status, offset = patch(device, offset, data[offset : offset + CHUNK])
            assert status in (204, 409, 460)
            done.append(status)

    assert at_once(lambda: tab(BYTES), lambda: tab(b"\0" * len(BYTES))) == []
    assert stored(device) in (None, BYTES)
    tab(BYTES)
    assert stored(device) == BYTES


def test_each_persons_upload_of_one_hash_is_their_own(device: Device) -> None:
    other = Device(device.world, "consultant")
    other.hello()
    other.post("/blobs", {"sha256": SHA, "size": len(BYTES), "mime": "image/jpeg"})
    assert patch(device, 0, BYTES[:CHUNK]) == (204, CHUNK)
    assert patch(other, CHUNK, BYTES[CHUNK:]) == (409, 0), "another's bytes are not one's own"
    assert patch(other, 0, BYTES) == (204, len(BYTES))
    assert patch(device, CHUNK, BYTES[CHUNK:]) == (204, len(BYTES))
    assert stored(device) == BYTES
    with unit_of_work(device.world.organisations["north"], device.world.app):
        rows = db.session.execute(select(BlobUpload.user_id, BlobUpload.state)).all()
    people = device.world.people
    assert {tuple(row) for row in rows} == {
        (people["technician"], "stored"), (people["consultant"], "stored"),
    }  # fmt: skip


def test_a_photo_stored_by_one_organisation_is_unknown_to_the_other(device: Device) -> None:
    patch(device, 0, BYTES)
    other = Device(device.world, "other_technician")
    other.hello()
    said = other.post("/blobs", {"sha256": SHA, "size": len(BYTES), "mime": "image/jpeg"}).json
    assert (said["state"], said["offset"]) == ("partial", 0)
    assert stored(other) is None
