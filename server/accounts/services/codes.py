"""Typed sign-in codes: eight characters, ten minutes, one use, void after five failures."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update

from server.accounts.audit import record_event
from server.accounts.models import Membership, SignInCode, User
from server.accounts.rules import (
    CODE_ALPHABET,
    CODE_FAILURES,
    CODE_HANDLE,
    CODE_LENGTH,
    CODE_LIFE,
    CODES_AT_ONCE,
)
from server.core.clock import now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.tenancy import across_organisations, current_organisation


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code as it is shown once, and when it ends."""

    code: str
    expires_at: int


def make_sign_in_code(user_id: str, *, actor_id: str | None = None) -> MadeCode:
    """Make a code that signs a person in to the current organisation on another device.

    For somebody else only where that person belongs to no other organisation: a code must never
    open what its maker could not.
    """
    organisation_id = current_organisation()
    homes = _organisations_of(user_id)
    if organisation_id not in homes:
        raise Problem("not_found")
    if actor_id not in (None, user_id) and len(homes) > 1:
        raise Problem(
            "not_allowed",
            "This person works for other organisations too, so only they can make their code.",
        )
    now = now_ms()
    _void_oldest(user_id, now)
    code = _unused(now)
    expires_at = now + CODE_LIFE
    db.session.add(
        SignInCode(
            organisation_id=organisation_id,
            code_hash=_key(code),
            user_id=user_id,
            created_at=now,
            expires_at=expires_at,
            failures=0,
        )
    )
    db.session.flush()
    record_event(
        organisation_id, "code.made", actor_id=actor_id or user_id, about={"user_id": user_id}
    )
    return MadeCode(code, expires_at)


def _void_oldest(user_id: str, now: int) -> None:
    """Leave room for one more: a person has at most a few codes at once to guess at."""
    live = (
        select(SignInCode)
        .where(
            SignInCode.user_id == user_id,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now,
            SignInCode.failures < CODE_FAILURES,
        )
        .order_by(SignInCode.created_at.desc(), SignInCode.code_hash)
        .offset(CODES_AT_ONCE - 1)
    )
    for row in db.session.scalars(live).all():
        _set(row, failures=CODE_FAILURES)


def use_code(code: str) -> tuple[str, str] | None:
    """Spend a code: (user_id, organisation_id), or None when it is wrong, old, used or void.

    A wrong second half counts as a failure of the code that the first half names.
    """
    live = _live_with(code, now_ms())
    found = next((row for row in live if bytes(row.code_hash) == _key(code)), None)
    if found is None:
        for row in live:
            _set(row, failures=row.failures + 1)
        return None
    _set(found, used_at=now_ms())
    return found.user_id, found.organisation_id


def _live_with(code: str, now: int) -> list[SignInCode]:
    """Return the codes that may still be used and begin as this one does."""
    start = _half(code[:CODE_HANDLE])
    query = select(SignInCode).where(
        SignInCode.code_hash >= start + bytes(16),
        SignInCode.code_hash <= start + b"\xff" * 16,
        SignInCode.used_at.is_(None),
        SignInCode.expires_at > now,
        SignInCode.failures < CODE_FAILURES,
    )
    with across_organisations():
        return list(
            db.session.scalars(
                query.join(User, User.id == SignInCode.user_id).where(User.disabled_at.is_(None))
            )
        )


def _set(row: SignInCode, **values: int) -> None:
    with across_organisations():
        db.session.execute(
            update(SignInCode)
            .where(
                SignInCode.organisation_id == row.organisation_id,
                SignInCode.code_hash == row.code_hash,
            )
            .values(**values)
        )


def _unused(now: int) -> str:
    """Draw a code whose first half no live code has."""
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if not _live_with(code, now):
            return code


def _key(code: str) -> bytes:
    """Return the stored form: a hash of the first half, then a hash of the whole."""
    return _half(code[:CODE_HANDLE]) + _half(code)


def _half(text: str) -> bytes:
    return hashlib.sha256(f"sign-in code {text}".encode()).digest()[:16]


def _organisations_of(user_id: str) -> frozenset[str]:
    query = select(Membership.organisation_id).where(
        Membership.user_id == user_id, Membership.revoked_at.is_(None)
    )
    with across_organisations():
        return frozenset(db.session.scalars(query))
