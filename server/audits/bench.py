"""Bench of photos: sent over TCP as a tablet does, made into pictures, checked by their job."""

from __future__ import annotations

import hashlib
import http.client
import io
import time
from collections.abc import Iterator
from random import Random

from flask import Flask
from PIL import Image

from server.audits.images import Pictures, make_pictures
from server.audits.jobs import photo_check
from server.core.clock import new_id, now_ms
from server.core.figures import Figure, percentile
from server.core.queue import JobContext
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.exchange.bench import web_server
from server.exchange.bench_wire import PREFIX, Place, prepare
from server.exchange.commit import Change, commit_changes, create_scope
from sync.codec import JsonValue, canonical
from sync.ids import natural_id

PHOTOS = 20
SIZE = (1600, 1200)
GRAIN = (320, 240)  # noise of this size, blown up, is a JPEG of about 300 KB
CHUNK = 100 * 1024
KB, MB = 1024, 1024 * 1024


def bench_photos(app: Flask, seed: int) -> Iterator[Figure]:
    """Send 20 photos in chunks, make pictures of each, then run the job that settles each."""
    place = prepare(app)
    photos = list(_draw(seed))
    total = sum(map(len, photos))
    yield Figure("size of a photo", total / PHOTOS / KB, "KB")
    with web_server(app) as server:
        times = [_timed_send(server.port, place, photo) for photo in photos]
    yield Figure(
        f"{PHOTOS} photos sent in chunks of 100 KB", total / MB / sum(times), "MB/s", "higher"
    )
    yield Figure("photo sent p95", percentile(times, 0.95) * 1000, "ms")
    times = [_timed_pictures(photo) for photo in photos]
    yield Figure("full picture and thumbnail p50", percentile(times, 0.5) * 1000, "ms")
    yield Figure("full picture and thumbnail p95", percentile(times, 0.95) * 1000, "ms")
    _record(app, place, photos)
    checks = [_timed_check(app, place, photo) for photo in photos]
    times = [seconds for seconds, _ in checks]
    yield Figure("photo check job p50", percentile(times, 0.5) * 1000, "ms")
    yield Figure("photo check job p95", percentile(times, 0.95) * 1000, "ms")
    left = PHOTOS - sum(settled for _, settled in checks)
    yield Figure("photos that were not settled", left, "photos", target=0)


def _draw(seed: int) -> Iterator[bytes]:
    """Yield photos of a grain that compresses like a room does; the same from the same seed."""
    rng = Random(seed)  # noqa: S311  (the same photos from the same seed)
    for _ in range(PHOTOS):
        grain = Image.frombytes("L", GRAIN, rng.randbytes(GRAIN[0] * GRAIN[1]))
        out = io.BytesIO()
        grain.resize(SIZE).convert("RGB").save(out, "JPEG", quality=52)
        yield out.getvalue()


def _timed_send(port: int, place: Place, photo: bytes) -> float:
    """Announce a photo and send it chunk by chunk on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sha256 = hashlib.sha256(photo).hexdigest()
    said = {"sha256": sha256, "size": len(photo), "mime": "image/jpeg"}
    signed_in = {"Authorization": f"Bearer {place.token}"}
    started = time.perf_counter()
    headers = {**signed_in, "Content-Type": "application/json"}
    _ask(connection, "POST", "/blobs", canonical(said).encode(), headers)
    for offset in range(0, len(photo), CHUNK):
        headers = {
            **signed_in,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
        }
        _ask(connection, "PATCH", f"/blobs/{sha256}", photo[offset : offset + CHUNK], headers)
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
) -> None:
    connection.request(method, PREFIX + path, body, headers)
    answer = connection.getresponse()
    words = answer.read()
    if answer.status not in (200, 204):
        raise RuntimeError(f"{path} answered {answer.status}: {words[:300]!r}")


def _timed_pictures(photo: bytes) -> float:
    started = time.perf_counter()
    made = make_pictures(photo)
    seconds = time.perf_counter() - started
    if not isinstance(made, Pictures):
        raise RuntimeError(made.words)  # noqa: TRY004  (the bench's own photo was refused)
    return seconds


def _record(app: Flask, place: Place, photos: list[bytes]) -> None:
    """Write a visit, one finding and the record of each photo."""
    visit_id, asset_id = new_id(), new_id()
    finding_id = natural_id("finding", place.organisation_id, visit_id, "asset", asset_id)
    visit: dict[str, JsonValue] = {
        "school_id": place.school_id, "name": "Bench", "starts_on": "2026-11-23",
        "ends_on": "2026-11-27", "state": "open", "checklists": [],
    }  # fmt: skip
    asset: dict[str, JsonValue] = {"room_id": place.room_id, "asset_type_id": place.type_id}
    finding: dict[str, JsonValue] = {
        "visit_id": visit_id, "subject_kind": "asset", "subject_id": asset_id, "seen": True,
    }  # fmt: skip
    changes = [
        Change("visit", visit_id, visit_id, visit),
        Change("asset", asset_id, place.school_id, asset),
        Change("finding", finding_id, visit_id, finding),
    ]
    for photo in photos:
        values: dict[str, JsonValue] = {
            "owner_kind": "finding", "owner_id": finding_id, "size": len(photo),
            "sha256": hashlib.sha256(photo).hexdigest(), "taken_at": now_ms(),
            "state": "awaiting",
        }  # fmt: skip
        changes.append(Change("photo", new_id(), visit_id, values))
    with unit_of_work(place.organisation_id, app):
        create_scope("visit", visit_id, school_id=place.school_id)
        results = commit_changes(changes, origin=new_id(), actor_id=None, grants=None)
        if any(result.status != "applied" for result in results):
            raise RuntimeError("a change of the bench was not applied")


def _timed_check(app: Flask, place: Place, photo: bytes) -> tuple[float, int]:
    """Run a photo's check as the worker does; return its seconds and how many records settled."""
    job = JobContext(new_id(), place.organisation_id, None)
    with app.app_context(), as_organisation(place.organisation_id):
        started = time.perf_counter()
        done = photo_check(job, hashlib.sha256(photo).hexdigest())
        return time.perf_counter() - started, done["settled"]


BENCHES = {"photos": bench_photos}
