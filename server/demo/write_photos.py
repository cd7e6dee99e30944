"""Keep the drawn photos as a device would: bytes by their hash, and the record that names them."""

from __future__ import annotations

from random import Random

from flask import current_app
from sqlalchemy import insert

from server.core.blobs import FolderBlobs
from server.core.clock import now_ms
from server.core.database import db
from server.demo.estate import SchoolEstate
from server.demo.photos import draw, worth_a_photo
from server.demo.visit_plan import VisitPlan
from server.exchange.commit import Change, commit_changes
from server.exchange.models import Blob
from sync.ids import natural_id, uuid7


def add_photos(estate: SchoolEstate, visit: VisitPlan, origin: str) -> int:
    """Draw, keep and record the photos of one visit; return how many."""
    rng = Random(visit.id)  # noqa: S311
    blobs: FolderBlobs = FolderBlobs(current_app.extensions["settings"].blobs)
    changes: list[Change] = []
    kept: list[dict[str, object]] = []
    for number, (found, type_key) in enumerate(worth_a_photo(estate, visit)):
        # Not of ids: a demo that was cut off and is made again keeps the same bytes, not others.
        data = draw(type_key, f"{estate.spec.urn} {visit.name} {number}")
        sha256 = blobs.put(estate.organisation_id, data)
        kept.append({
            "organisation_id": estate.organisation_id, "sha256": sha256, "size": len(data),
            "state": "stored", "stored_at": now_ms(),
        })  # fmt: skip
        owner = natural_id(
            "finding", estate.organisation_id, visit.id, found.subject_kind, found.subject_id
        )
        photo: dict[str, str | int | bool] = {
            "owner_kind": "finding", "owner_id": owner, "sha256": sha256, "size": len(data),
            "width": 1280, "height": 960, "rank": 0, "taken_at": now_ms(), "state": "stored",
        }  # fmt: skip
        if isinstance(seen_at := found.fields.get("seen_at"), int):
            photo["taken_at"] = seen_at + 20_000
        changes.append(Change("photo", uuid7(now_ms(), rng.randbytes(10)), visit.id, photo))
    if kept:
        db.session.execute(insert(Blob), kept)
    commit_changes(changes, origin=origin, actor_id=None, grants=None)
    return len(changes)
