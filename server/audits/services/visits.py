"""Visits: planned with a team and frozen checklists, walked, closed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, update

from server.accounts.access import Principal
from server.accounts.audit import record_event
from server.accounts.models import User
from server.accounts.services.directory import Person, people_with_ids
from server.accounts.services.people import grant_membership
from server.audits.models import Visit
from server.audits.reference import checklists_to_freeze
from server.audits.services.progress import (
    download_of,
    missing_in,
    progress_of,
    rough_bytes,
    team_of,
)
from server.audits.services.settling import VISIT_CLOSED, closing_of, refuse_unsettled
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.scopes import Scope
from server.core.tenancy import current_organisation
from server.estate.models import School
from server.exchange.commit import Change, commit_changes, create_scope

Item = dict[str, object]
CLOSED = ("closed", "signed_off")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person said of a new visit."""

    school_id: str
    name: str
    starts_on: dt.date
    ends_on: dt.date
    blind: bool
    team: Sequence[str]


def list_visits(
    principal: Principal, *, after: tuple[dt.date, str] | None, limit: int
) -> list[Item]:
    """Return the visits of this person's scopes, newest first, with their progress."""
    ids = [grant.scope_id for grant in principal.grants.values() if grant.kind == "visit"]
    query = (
        select(Visit, School.name)
        .join(School, School.id == Visit.school_id)
        .where(Visit.id.in_(ids), Visit.deleted_at.is_(None))
        .order_by(Visit.starts_on.desc(), Visit.id)
        .limit(limit)
    )
    if after is not None:
        day, id_ = after
        query = query.where(
            or_(Visit.starts_on < day, and_(Visit.starts_on == day, Visit.id > id_))
        )
    found = [(visit, name) for visit, name in db.session.execute(query)]
    progress = progress_of({visit.id: visit.school_id for visit, _ in found})
    sizes = rough_bytes(
        {
            current_organisation(),
            *(visit.id for visit, _ in found),
            *(visit.school_id for visit, _ in found),
        }
    )
    shared = sizes.get(current_organisation(), 0)
    items = []
    for visit, school_name in found:
        size = shared + sizes.get(visit.school_id, 0) + sizes.get(visit.id, 0)
        counts = progress[visit.id]
        items.append({
            **_base(visit, school_name),
            "rooms": counts.rooms, "rooms_done": counts.rooms_done,
            "assets": counts.assets, "found": counts.found, "bytes": size,
        })  # fmt: skip
    return items


def _base(visit: Visit, school_name: str) -> Item:
    return {
        "id": visit.id,
        "name": visit.name,
        "school_id": visit.school_id,
        "school_name": school_name,
        "starts_on": visit.starts_on,
        "ends_on": visit.ends_on,
        "state": visit.state,
        "blind": visit.blind,
    }


def read_visit(principal: Principal, visit_id: str) -> Item:
    """Return one visit with its team and what was not seen. Raises not_found."""
    visit, school_name = _find(principal, visit_id)
    counts = progress_of({visit.id: visit.school_id})[visit.id]
    missing = missing_in(visit.id, visit.school_id, visit.starts_on)
    _, size = download_of(visit.id, visit.school_id)
    team_ids = team_of([visit.id])[visit.id]
    names = db.session.execute(
        select(User.id, User.name).where(User.id.in_(team_ids)).order_by(User.name)
    )
    return {
        **_base(visit, school_name),
        "rooms": counts.rooms,
        "rooms_done": counts.rooms_done,
        "assets": counts.assets,
        "found": counts.found,
        "bytes": size,
        "team": [{"id": row.id, "name": row.name} for row in names],
        "not_seen": {"is_known": missing.is_known, "count": missing.count},
        "closing": closing_of(visit.id) if visit.state in CLOSED else None,
    }


def read_manifest(principal: Principal, visit_id: str) -> Mapping[str, object]:
    """Return what a download of the visit holds. Raises not_found."""
    visit, _ = _find(principal, visit_id)
    counts, size = download_of(visit.id, visit.school_id)
    return {"counts": counts, "bytes": size}


def create_visit(principal: Principal, plan: Plan) -> str:
    """Open a visit: its scope, its record with frozen checklists, its team. Returns its id."""
    principal.require_school(plan.school_id, "trust_it")
    team = _team(principal, plan.team)
    visit_id = new_id()
    create_scope("visit", visit_id, school_id=plan.school_id)
    change = Change(
        "visit",
        visit_id,
        visit_id,
        {
            "school_id": plan.school_id,
            "name": plan.name,
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
            "blind": plan.blind,
            "state": "open",
            "checklists": checklists_to_freeze(),
        },
    )
    _apply(change, principal)
    for person in team:
        role = "consultant" if "consultant" in person.roles else "technician"
        grant_membership(person.id, role, "visit", visit_id, actor_id=principal.user_id)
    record_event(
        principal.organisation_id,
        "visit.opened",
        actor_id=principal.user_id,
        about={"visit_id": visit_id, "team": len(team)},
    )
    return visit_id


def _team(principal: Principal, ids: Sequence[str]) -> list[Person]:
    """Return the people named; each must work where the one who asks does."""
    people = people_with_ids(principal, ids)
    known = {person.id for person in people}
    unknown = [n for n, id_ in enumerate(ids) if id_ not in known]
    if unknown:
        raise Problem(
            "bad_value",
            fields={f"team.{n}": "There is no such person to choose." for n in unknown},
        )
    return people


def close_visit(principal: Principal, visit_id: str, *, reason: str | None = None) -> None:
    """Close a visit: tablets may read it, and what they send later waits for a person.

    Raises not_settled while conflicts, held changes or a device's unsent work of it are open;
    ``reason`` says why it ends without the device, and is kept.
    """
    principal.require_scope(visit_id, "trust_it")
    visit, _ = _find(principal, visit_id)
    if visit.state in CLOSED:
        return
    reason = (reason or "").strip() or None
    work = refuse_unsettled(principal, visit_id, reason=reason)
    _apply(Change("visit", visit_id, visit_id, {"state": "closed"}), principal)
    db.session.execute(
        update(Scope)
        .where(Scope.organisation_id == principal.organisation_id, Scope.id == visit_id)
        .values(closed_at=now_ms())
    )
    record_event(
        principal.organisation_id,
        VISIT_CLOSED,
        actor_id=principal.user_id,
        about={"visit_id": visit_id, **_left_out(work, reason)},
    )


def _left_out(work: Item, reason: str | None) -> Mapping[str, str | int]:
    """Return what the log keeps of a visit that ended while a device still held work of it."""
    devices = work["devices"]
    if not devices or reason is None or not isinstance(devices, list):
        return {}
    return {"reason": reason, "devices": len(devices)}


def _apply(change: Change, principal: Principal) -> None:
    """Write a change that the caller has already been allowed; some fields are the server's own."""
    origin = str(uuid.uuid4())
    results = commit_changes([change], origin=origin, actor_id=principal.user_id, grants=None)
    for result in results:
        if result.status not in ("applied", "merged"):
            fields = dict.fromkeys(result.fields, "This value cannot be used.")
            raise Problem("bad_value", f"The visit was not saved: {result.code}.", fields=fields)


def _find(principal: Principal, visit_id: str) -> tuple[Visit, str]:
    principal.require_scope(visit_id)
    row = db.session.execute(
        select(Visit, School.name)
        .join(School, School.id == Visit.school_id)
        .where(Visit.id == visit_id, Visit.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        raise Problem("not_found")
    visit, school_name = row
    return visit, school_name
