"""Bearer tokens of API clients: shown once, kept only as SHA-256."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from server.accounts.audit import record_event
from server.accounts.models import ApiToken, User
from server.accounts.passwords import digest, new_secret
from server.core.clock import now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.statements import Prepared
from server.core.tenancy import current_organisation

PREFIX = "wr_"  # so that a leaked token is recognised by scanners

# Asked by every request of a program, before its organisation is known: by the hash alone.
_LIVE = Prepared(
    select(ApiToken.user_id, ApiToken.organisation_id, ApiToken.expires_at)
    .join(User, User.id == ApiToken.user_id)
    .where(
        ApiToken.token_hash == bindparam("p_hash"),
        ApiToken.revoked_at.is_(None),
        User.disabled_at.is_(None),
    )
)


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
    rows = _LIVE.rows(db.session.connection(), {"p_hash": digest(secret)})
    if not rows:
        return None
    user_id, organisation_id, expires_at = rows[0]
    if expires_at is not None and expires_at <= now_ms():
        return None
    return str(user_id), str(organisation_id)
