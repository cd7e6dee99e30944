"""Findings and photos as a technician's tablet would leave them, and two tablets of a team."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import insert

from server.audits.jobs import photo_check
from server.core.blobs import FolderBlobs
from server.core.clock import new_id, now_ms
from server.core.queue import JobContext
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.exchange.commit import Change, commit_changes
from server.exchange.models import Blob, BlobUpload
from sync.codec import JsonValue
from sync.ids import natural_id
from tests.exchange.device import Device
from tests.world import NORTH, World


@dataclass
class Audit:
    """Writes into the visits of the organisation north."""

    world: World

    @property
    def app(self) -> Flask:
        return self.world.app

    @property
    def organisation_id(self) -> str:
        return self.world.organisations[NORTH]

    def write(self, *changes: Change, by: str | None = "technician") -> None:
        actor_id = self.world.people[by] if by else None
        with unit_of_work(self.organisation_id, self.app):
            results = commit_changes(
                changes, origin=str(uuid.uuid4()), actor_id=actor_id, grants=None
            )
        assert {result.status for result in results} == {"applied"}, results

    def finding(
        self,
        subject: str,
        visit: str = "alder",
        kind: str = "asset",
        faults: Collection[str] = (),
        **fields: JsonValue,
    ) -> str:
        """Write a finding of an asset of the world, by its name; return its id."""
        subject_id = getattr(self.world, f"{kind}s", {}).get(subject, subject)
        visit_id = self.world.visits.get(visit, visit)
        id_ = natural_id("finding", self.organisation_id, visit_id, kind, subject_id)
        key = {"visit_id": visit_id, "subject_kind": kind, "subject_id": subject_id}
        marked = {f"faults/{fault}": True for fault in faults}
        self.write(Change("finding", id_, visit_id, {**key, "seen": True, **marked, **fields}))
        return id_

    def photo(
        self,
        owner_id: str,
        data: bytes,
        visit: str = "alder",
        by: str = "technician",
        **fields: JsonValue,
    ) -> str:
        """Write a photo record that names these bytes; return its id."""
        id_ = new_id()
        sha256 = hashlib.sha256(data).hexdigest()
        values: dict[str, JsonValue] = {
            "owner_kind": "finding",
            "owner_id": owner_id,
            "sha256": sha256,
        }
        values |= {"size": max(len(data), 1), "taken_at": now_ms(), "state": "awaiting", **fields}
        self.write(Change("photo", id_, self.world.visits[visit], values), by=by)
        return id_

    def upload(self, data: bytes, by: str = "technician") -> str:
        """Leave bytes as a finished upload does; return their hash."""
        sha256 = FolderBlobs(self.app.extensions["settings"].blobs).put(self.organisation_id, data)
        common = {"organisation_id": self.organisation_id, "sha256": sha256, "size": len(data)}
        upload = {"user_id": self.world.people[by], "received": len(data), "mime": "image/jpeg"}
        with unit_of_work(self.organisation_id, self.app):
            from server.core.database import db

            db.session.execute(insert(Blob).values(state="stored", stored_at=now_ms(), **common))
            db.session.execute(insert(BlobUpload).values(state="stored", **upload, **common))
        return sha256

    def check(self, data: bytes) -> dict[str, int]:
        """Run the photo check on these bytes."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self.app.app_context(), as_organisation(self.organisation_id):
            return photo_check(JobContext(new_id(), self.organisation_id, None), sha256)


@pytest.fixture
def audit(world: World) -> Audit:
    return Audit(world)


@pytest.fixture
def tablets(world: World) -> tuple[Device, Device]:
    """Two tablets of one team, both of which have said hello."""
    two = Device(world, "technician"), Device(world, "consultant")
    for device in two:
        assert device.hello().status_code == 200
        device.watch(world.visits["alder"])
    return two
