"""What a visit waits for before it is closed: conflicts, held changes, work still on devices."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select

from server.accounts.access import Principal
from server.accounts.models import AuditEvent, Membership, User
from server.audits.models import Photo
from server.audits.services.findings import Item
from server.audits.services.waiting import count_open, list_waiting, queue_of
from server.core.database import db
from server.core.problems import Problem
from server.exchange.models import SyncClient, SyncOp

SHOWN = 50
VISIT_CLOSED = "visit.closed"
# Ids of devices begin with 0-9a-f; "server:…", one for every desk request, comes after them.
DEVICES_END = "g"


@dataclass(frozen=True, slots=True)
class Unsent:
    """What one device is known to hold: changes it spoke of at its last hello, photos not come."""

    client_id: str
    device_id: str | None
    person: str | None
    changes: int
    photos: int
    last_seen: int


def unsettled(principal: Principal, visit_id: str) -> Item:
    """Return all that stands between a visit and its end. Raises not_found."""
    queue = queue_of(principal, visit_id=visit_id)
    items, following = list_waiting(principal, queue, after=None, limit=SHOWN)
    return {
        **count_open(queue),
        "items": items,
        "is_all": following is None,
        "devices": [
            {
                "person": found.person,
                "device": (found.device_id or found.client_id)[-4:],
                "changes": found.changes,
                "photos": found.photos,
                "last_seen": found.last_seen,
            }
            for found in unsent_of(visit_id)
        ],
    }


def refuse_unsettled(principal: Principal, visit_id: str, *, reason: str | None) -> Item:
    """Raise not_settled with the list, unless nothing is open.

    Conflicts and held changes can always be decided. A device may be lost for good: then, and only
    then, a written reason lets the visit end without it; what it sends later is held, not lost.
    """
    work = unsettled(principal, visit_id)
    devices = work["devices"]
    if work["conflicts"] or work["held"] or (devices and not reason):
        raise Problem(
            "not_settled", "Settle what is listed, then close the visit.", extra={"open": work}
        )
    return work


def closing_of(visit_id: str) -> Item | None:
    """Return who closed a visit, when, and why although devices still held work of it; or None."""
    row = db.session.execute(
        select(AuditEvent.at, AuditEvent.about, User.name)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.event == VISIT_CLOSED, AuditEvent.about["visit_id"].as_string() == visit_id
        )
        .order_by(AuditEvent.n.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return {
        "at": row.at,
        "person": row.name,
        "reason": row.about.get("reason"),
        "devices": row.about.get("devices", 0),
    }


def unsent_of(visit_id: str) -> list[Unsent]:
    """Return the devices known to hold work that may be of this visit, last heard of first."""
    photos = _photos_awaited(visit_id)
    rows = db.session.execute(
        select(SyncClient, User.name)
        .outerjoin(User, User.id == SyncClient.user_id)
        .where(SyncClient.id < DEVICES_END)
        .order_by(SyncClient.last_seen.desc(), SyncClient.id)
    )
    told = [(client, name, held_by(client.outbox, client.last_mid)) for client, name in rows]
    ours = _concerned([client.id for client, _, changes in told if changes], visit_id)
    found = [
        Unsent(
            client.id,
            client.device_id,
            name,
            changes if client.id in ours else 0,
            photos.get(client.id, 0),
            client.last_seen,
        )
        for client, name, changes in told
    ]
    return [one for one in found if one.changes or one.photos]


def held_by(outbox: object, last_mid: int) -> int:
    """Return how many changes a device spoke of at its last hello that have not arrived since."""
    if not isinstance(outbox, dict):
        return 0
    first, last = outbox.get("first_mid"), outbox.get("last_mid")
    if not isinstance(first, int) or not isinstance(last, int):
        return 0
    return max(0, last - max(last_mid, first - 1))


def _concerned(client_ids: Sequence[str], visit_id: str) -> set[str]:
    """Return which are of the visit's team, past members too, or have written in the visit."""
    if not client_ids:
        return set()
    team = select(Membership.user_id).where(
        Membership.scope_kind == "visit", Membership.scope_id == visit_id
    )
    wrote = exists().where(
        SyncOp.organisation_id == SyncClient.organisation_id,
        SyncOp.client_id == SyncClient.id,
        SyncOp.scope_id == visit_id,
    )
    query = select(SyncClient.id).where(
        SyncClient.id.in_(client_ids), or_(SyncClient.user_id.in_(team), wrote)
    )
    return set(db.session.scalars(query))


def _photos_awaited(visit_id: str) -> dict[str, int]:
    """Return how many photos of the visit each client has recorded and not yet handed in."""
    rows = db.session.scalars(
        select(Photo.fver).where(
            Photo.scope_id == visit_id, Photo.state == "awaiting", Photo.deleted_at.is_(None)
        )
    )
    return Counter(client for fver in rows if (client := _author(fver)) is not None)


def _author(fver: str) -> str | None:
    """Return the client that made the photo: the version of its immutable hash."""
    for _, client, _, names in json.loads(fver):
        if "sha256" in names:
            return str(client)
    return None
