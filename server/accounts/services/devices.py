"""Enrolled tablets: a push-only credential, so that work outlives the sign-in that made it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from server.accounts.audit import record_event
from server.accounts.models import Device, Membership, User
from server.accounts.passwords import digest, new_secret
from server.accounts.rules import ENROLLED_FOR
from server.core.clock import now_ms
from server.core.database import db
from server.core.tenancy import across_organisations, as_organisation


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A tablet that holds a live credential of one person in one organisation."""

    user_id: str
    organisation_id: str
    device_id: str
    expires_at: int


def enrol_device(user_id: str, organisation_id: str, device_id: str) -> str:
    """Enrol a tablet, or renew it, for 180 days; return the value of its cookie, shown once."""
    secret = new_secret()
    now = now_ms()
    with as_organisation(organisation_id):
        device = db.session.get(Device, (organisation_id, device_id, user_id))
    is_new = device is None
    if device is None:
        device = Device(
            organisation_id=organisation_id, id=device_id, user_id=user_id, enrolled_at=now
        )
    device.secret_hash = digest(secret)
    device.expires_at = now + ENROLLED_FOR
    db.session.add(device)
    db.session.flush()
    if is_new:
        about = {"device_id": device_id}
        record_event(organisation_id, "device.enrolled", actor_id=user_id, about=about)
    return f"{organisation_id}.{device_id}.{user_id}.{secret}"


def find_device(cookie: str) -> Enrolled | None:
    """Return whose tablet a cookie is, or None when it is not live."""
    parts = cookie.split(".")
    if len(parts) != 4 or not all(_is_uuid(part) for part in parts[:3]):
        return None
    organisation_id, device_id, user_id, secret = parts
    with as_organisation(organisation_id):
        row = db.session.execute(
            select(Device.expires_at).where(
                Device.organisation_id == organisation_id,
                Device.id == device_id,
                Device.user_id == user_id,
                Device.secret_hash == digest(secret),
            )
        ).one_or_none()
    if row is None or row.expires_at <= now_ms():
        return None
    return Enrolled(user_id, organisation_id, device_id, row.expires_at)


def is_shut_out(user_id: str, organisation_id: str) -> bool:
    """Whether this person can no longer sign in to the organisation.

    Only then does the tablet's own credential speak for them: a person whose session has merely
    ended is asked to sign in, so that none of their work waits for a reviewer without need.
    """
    query = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.user_id == user_id,
            Membership.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
        .limit(1)
    )
    with across_organisations():
        return db.session.scalar(query) is None


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
