"""Rows for the tests of ratings: assets written straight into their table, many at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from server.core.clock import clock
from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.models import Asset

TODAY = dt.date(2026, 11, 24)
NOON = int(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC).timestamp() * 1000)
ASSET = Asset.metadata.tables["asset"]


def freeze(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be noon on TODAY."""
    monkeypatch.setattr(clock, "now_ms", lambda: NOON)


def named(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


@dataclass(frozen=True)
class Ground:
    """One organisation, two schools with two rooms each; the second stands alone."""

    app: Flask
    organisation_id: str = named("organisation")
    trust_id: str = named("trust")
    school_id: str = named("school")
    lone_id: str = named("lone")
    room_id: str = named("room")
    other_room_id: str = named("other room")
    lone_room_id: str = named("lone room")

    def work(self) -> AbstractContextManager[None]:
        """Return a unit of work of the organisation."""
        return unit_of_work(self.organisation_id, self.app)


def lay_ground(app: Flask) -> Ground:
    from server.accounts.models import Organisation
    from server.estate.models import School, Trust
    from server.estate.reference import install_reference
    from server.exchange.commit import Change, commit_changes, create_scope

    ground = Ground(app)
    at = ground.organisation_id
    with unit_of_work(None, app):
        db.session.add(Organisation(id=at, name="Test", kind="trust", created_at=NOON))
    with ground.work():
        install_reference(at, named("reference"))
        db.session.add(Trust(organisation_id=at, id=ground.trust_id, name="Test Trust"))
        db.session.flush()
        changes = []
        for school, trust, rooms in (
            (ground.school_id, ground.trust_id, (ground.room_id, ground.other_room_id)),
            (ground.lone_id, None, (ground.lone_room_id,)),
        ):
            create_scope("school", school, trust_id=trust)
            changes.append(Change("school", school, school, {"name": f"School {school[:4]}"}))
            changes += [Change("room", room, school, {"name": room[:4]}) for room in rooms]
        results = commit_changes(changes, origin=named("origin"), actor_id=None, grants=None)
        assert {result.status for result in results} == {"applied"}
        db.session.execute(
            update(School).where(School.id == ground.school_id).values(trust_id=ground.trust_id)
        )
    return ground


def asset_row(ground: Ground, number: int, **fields: object) -> dict[str, object]:
    """Return one row of the first room; ``type_key`` names a shipped type."""
    from server.estate.reference import asset_type_id

    organisation_id = ground.organisation_id
    type_key = str(fields.pop("type_key", "laptop_pupil"))
    blank = {column.name: None for column in ASSET.columns}
    return {
        **blank,
        "organisation_id": organisation_id,
        "id": named(f"asset {number}"),
        "scope_id": ground.school_id,
        "sync_seq": 1_000_000 + number,
        "fver": "[]",
        "wire": "{}",
        "asset_type_id": asset_type_id(organisation_id, type_key),
        "room_id": ground.room_id,
        "life_state": "in_use",
        "allocation": "in_room",
        **fields,
    }


def replace_assets(organisation_id: str, rows: list[dict[str, object]]) -> None:
    """Let these be the only assets of the organisation."""
    db.session.execute(delete(ASSET).where(ASSET.c.organisation_id == organisation_id))
    if rows:
        db.session.execute(insert(ASSET), rows)


def stored(organisation_id: str) -> dict[str, dict[str, object]]:
    """Return every stored rating by its subject, without the time it was made at."""
    from server.ratings.models import Rating

    table = Rating.metadata.tables["rating"]
    rows = db.session.execute(select(table).where(table.c.organisation_id == organisation_id))
    return {
        row._mapping["subject_id"]: {k: v for k, v in row._mapping.items() if k != "rated_at"}
        for row in rows
    }
