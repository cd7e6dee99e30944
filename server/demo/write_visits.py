"""Write planned visits: scope, record, walks, findings, photos. The caller commits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from sqlalchemy import update

from server.accounts.services.people import grant_membership
from server.audits.reference import frozen_checklists
from server.core.clock import now_ms
from server.core.database import db
from server.core.scopes import Scope
from server.core.tenancy import current_organisation
from server.demo.estate import SchoolEstate
from server.demo.visit_plan import VisitPlan
from server.demo.write_photos import add_photos
from server.exchange.commit import Change, commit_changes, create_scope
from sync.ids import natural_id


def write_visits(
    estate: SchoolEstate, *, author: str, team: tuple[str, ...], photos: bool = True
) -> int:
    """Write a school's visits as their author and return how many findings they hold."""
    origin = str(uuid.uuid4())
    count = 0
    for visit in estate.visits:
        create_scope("visit", visit.id, school_id=estate.school_id)
        commit_changes(list(_changes(estate, visit)), origin=origin, actor_id=author, grants=None)
        if photos:
            add_photos(estate, visit, origin)
        if visit.state == "open":
            for user_id, role in zip(team, ("consultant", "technician"), strict=False):
                grant_membership(user_id, role, "visit", visit.id)
        else:
            _close(visit.id)
        count += len(visit.findings)
    return count


def finding_id(visit_id: str, kind: str, subject_id: str) -> str:
    return natural_id("finding", current_organisation(), visit_id, kind, subject_id)


def _changes(estate: SchoolEstate, visit: VisitPlan) -> Iterator[Change]:
    yield Change("visit", visit.id, visit.id, {
        "school_id": estate.school_id,
        "name": visit.name,
        "starts_on": visit.starts_on.isoformat(),
        "ends_on": (visit.starts_on + dt.timedelta(days=4)).isoformat(),
        "blind": False,
        "state": visit.state,
        "checklists": frozen_checklists(),
    })  # fmt: skip
    for number, fields in visit.walks.items():
        room_id = estate.room_ids[number]
        yield Change(
            "room_walk",
            natural_id("room_walk", current_organisation(), visit.id, room_id),
            visit.id,
            {"visit_id": visit.id, "room_id": room_id, **fields},
        )
    for found in visit.findings:
        yield Change(
            "finding",
            finding_id(visit.id, found.subject_kind, found.subject_id),
            visit.id,
            {
                "visit_id": visit.id,
                "subject_kind": found.subject_kind,
                "subject_id": found.subject_id,
                **found.fields,
            },
        )


def _close(visit_id: str) -> None:
    db.session.execute(
        update(Scope)
        .where(Scope.organisation_id == current_organisation(), Scope.id == visit_id)
        .values(closed_at=now_ms())
    )
