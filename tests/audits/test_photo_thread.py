"""A photo the whole way: pushed, sent in pieces, checked by the worker, pulled, looked at."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from server.core.blobs import FolderBlobs
from sync.ids import natural_id
from tests.audits.test_photo_bytes import huge_png, jpeg, zip_bytes
from tests.exchange.device import PREFIX, Device
from tests.world import World

GOOD = jpeg(1200, 900)


def take(device: Device, data: bytes) -> tuple[str, list[tuple[str, str | None]]]:
    """Push a graded finding with a photo in one group; return the photo's id and the outcomes."""
    world = device.world
    visit, asset = world.visits["alder"], world.assets["alder.panel"]
    finding = natural_id("finding", world.organisation_of(device.person), visit, "asset", asset)
    seen = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset, "seen": True}
    shot = {"owner_kind": "finding", "owner_id": finding, "taken_at": 1_795_392_000_000}
    photo, group = str(uuid.uuid4()), {"id": str(uuid.uuid4()), "n": 2}
    lines = (
        device.line("finding", finding, visit, {**seen, "condition": "D"}, txn=group),
        device.line(
            "photo", photo, visit, {**shot, "sha256": sha(data), "size": len(data)}, txn=group
        ),
    )
    return photo, device.results(*lines)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def send(device: Device, data: bytes, piece: int = 20_000) -> None:
    """Announce and send bytes in pieces."""
    said = {"sha256": sha(data), "size": len(data), "mime": "image/jpeg"}
    assert device.post("/blobs", said).json["offset"] == 0
    for start in range(0, len(data), piece):
        answer = device.http.patch(
            f"{PREFIX}/blobs/{sha(data)}",
            data=data[start : start + piece],
            headers={"Upload-Offset": str(start)},
            content_type="application/offset+octet-stream",
        )
        assert answer.status_code == 204, answer.text


@pytest.fixture
def device(world: World) -> Device:
    made = Device(world, "technician")
    made.hello()
    made.watch(world.visits["alder"], world.schools["alder"])
    return made


def pulled(device: Device, photo: str) -> dict[str, Any]:
    device.pull()
    fields = device.fields(device.world.visits["alder"], "photo", photo)
    assert fields is not None
    return fields


@pytest.mark.parametrize("bytes_first", [True, False])
def test_a_photo_arrives_in_either_order(
    device: Device, world: World, run_jobs: Callable[[], int], bytes_first: bool
) -> None:
    if bytes_first:
        send(device, GOOD)
        run_jobs()
    photo, outcomes = take(device, GOOD)
    assert outcomes == [("applied", None), ("applied", None)]
    if not bytes_first:
        run_jobs()
        assert pulled(device, photo).get("state") in (None, "awaiting")
        send(device, GOOD)
    run_jobs()
    assert pulled(device, photo)["state"] == "stored"
    kept = FolderBlobs(world.app.extensions["settings"].blobs)
    assert kept.read(world.organisation_of("technician"), sha(GOOD)) == GOOD
    assert world.client("trust_it").get(f"/api/photos/{photo}/image").status_code == 200


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zip_bytes(), "This is a ZIP file, not a photo."),
        (huge_png(50_000), "The photo is larger than 50 megapixels."),
    ],
)
def test_what_is_no_photo_comes_back_in_words_and_its_finding_stands(
    device: Device, world: World, run_jobs: Callable[[], int], data: bytes, words: str
) -> None:
    photo, outcomes = take(device, data)
    assert outcomes == [("applied", None), ("applied", None)]
    send(device, data)
    run_jobs()
    found = pulled(device, photo)
    assert (found["state"], found["refusal"]) == ("refused", words)
    asset = device.items[world.schools["alder"], "asset", world.assets["alder.panel"]]["f"]
    assert asset["condition"] == "D", "the finding counts, and reaches the asset"
