"""Bearer tokens of API clients: shown once, kept only as SHA-256."""

from __future__ import annotations

from sqlalchemy import select

from server.accounts.audit import record_event
from server.accounts.models import ApiToken, User
from server.accounts.passwords import digest, new_secret
from server.core.clock import now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.tenancy import across_organisations, current_organisation

PREFIX = "wr_"  # so that a leaked token is recognised by scanners


def make_token(user_id: str, name: str, *, expires_at: int | None = None) -> str:
    """Make a token with which this person's programs act in the current organisation."""
    if db.session.get(User, user_id) is None:
        raise Problem("not_found")
    organisation_id = current_organisation()
    secret = PREFIX + new_secret()
    db.session.add(
        ApiToken(
            organisation_id=organisation_id,
            token_hash=digest(secret),
            user_id=user_id,
            name=name,
            created_at=now_ms(),
            expires_at=expires_at,
        )
    )
    db.session.flush()
    record_event(organisation_id, "token.made", actor_id=user_id)
    return secret


def find_token(secret: str) -> tuple[str, str] | None:
    """Return (user_id, organisation_id) of a live token."""
    query = (
        select(ApiToken.user_id, ApiToken.organisation_id, ApiToken.expires_at)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.token_hash == digest(secret),
            ApiToken.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    with across_organisations():
        row = db.session.execute(query).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= now_ms()):
        return None
    return row.user_id, row.organisation_id
