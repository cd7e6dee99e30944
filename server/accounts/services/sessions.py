"""Sessions: made at sign-in with a fresh id, kept as SHA-256, ended by sign-out or time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from server.accounts.models import Membership, Organisation, SignedIn, User
from server.accounts.passwords import digest, new_secret
from server.accounts.rules import ABSOLUTE, SEEN_EVERY, Lifetime, is_live
from server.core.clock import now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.statements import Prepared
from server.core.tenancy import across_organisations


@dataclass(frozen=True, slots=True)
class Found:
    """A live session and whether its last use should be written down."""

    user_id: str
    organisation_id: str
    is_stale: bool


# Asked by every request of a person.
_KNOWN = Prepared(
    select(
        SignedIn.user_id,
        SignedIn.organisation_id,
        SignedIn.last_seen,
        SignedIn.expires_at,
        SignedIn.revoked_at,
    )
    .join(User, User.id == SignedIn.user_id)
    .where(SignedIn.id_hash == bindparam("p_hash"), User.disabled_at.is_(None))
)


def start_session(user_id: str, organisation_id: str, *, instead_of: str = "") -> str:
    """Start a session and return its secret; the one it replaces ends (a rotated id)."""
    if instead_of:
        end_session(instead_of)
    now = now_ms()
    secret = new_secret()
    db.session.add(
        SignedIn(
            id_hash=digest(secret),
            user_id=user_id,
            organisation_id=organisation_id,
            created_at=now,
            last_seen=now,
            expires_at=now + ABSOLUTE,
        )
    )
    db.session.flush()
    return secret


def find_session(secret: str) -> Found | None:
    """Return the live session of a cookie."""
    rows = _KNOWN.rows(db.session.connection(), {"p_hash": digest(secret)})
    if not rows:
        return None
    user_id, organisation_id, last_seen, expires_at, revoked_at = rows[0]
    now = now_ms()
    if not is_live(Lifetime(last_seen, expires_at, revoked_at), now):
        return None
    return Found(str(user_id), str(organisation_id), now - last_seen > SEEN_EVERY)


def touch_session(secret: str) -> None:
    """Write down that a session is in use."""
    db.session.execute(
        update(SignedIn).where(SignedIn.id_hash == digest(secret)).values(last_seen=now_ms())
    )


def end_session(secret: str) -> None:
    db.session.execute(
        update(SignedIn)
        .where(SignedIn.id_hash == digest(secret), SignedIn.revoked_at.is_(None))
        .values(revoked_at=now_ms())
    )


def end_sessions_of(user_id: str) -> int:
    """End every session of a person; return how many."""
    ended = db.session.execute(
        update(SignedIn)
        .where(SignedIn.user_id == user_id, SignedIn.revoked_at.is_(None))
        .values(revoked_at=now_ms())
        .returning(SignedIn.id_hash)
    )
    return len(ended.all())


def organisations_of(user_id: str) -> list[Organisation]:
    """Return the organisations in which a person holds any role, by name."""
    query = (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id, Membership.revoked_at.is_(None))
        .distinct()
        .order_by(Organisation.name)
    )
    with across_organisations():
        return list(db.session.scalars(query))


def switch_organisation(secret: str, user_id: str, organisation_id: str) -> str:
    """Move a session to another organisation of the same person, with a fresh id."""
    if organisation_id not in {found.id for found in organisations_of(user_id)}:
        raise Problem("not_found")
    return start_session(user_id, organisation_id, instead_of=secret)
