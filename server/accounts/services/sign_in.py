"""Signing in: checks a password or a code, counts failures, and says in words how long to wait.

A failed try must be counted although its request fails, and hashing must not hold a write lock.
So these functions take a short unit of work for each step; they are called before the request has
opened one of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from server.accounts import throttle
from server.accounts.audit import record_event
from server.accounts.models import Identity, User
from server.accounts.passwords import hash_password, is_outdated, is_password
from server.accounts.rules import clean_code, clean_email, locked_for, minutes
from server.accounts.services.codes import use_code
from server.accounts.services.sessions import organisations_of, start_session
from server.core.clock import now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the person that an e-mail names."""

    user_id: str
    secret: str | None
    failures: int
    locked_until: int | None


def sign_in_with_password(
    email: str, password: str, *, address: str, old: str = "", organisation_id: str = ""
) -> str:
    """Check e-mail and password; return a session secret. Raises sign_in_failed or too_many.

    ``organisation_id``: where to, of the person's own; without it, or if it is not, their first.
    """
    now = now_ms()
    _may_try(throttle.addresses, address, now)
    name = clean_email(email)[:256]
    with unit_of_work():
        known = _find(name)
    if known is None:
        _may_try(throttle.strangers, name, now)
    elif known.locked_until is not None and known.locked_until > now:
        raise _wait(known.locked_until - now)
    right = is_password(known.secret if known else None, password[:1000])
    if known is None or not right:
        throttle.addresses.fail(address, now)
        raise _count_failure(known, name, now)
    return _open(known, password, old, organisation_id)


def sign_in_with_code(typed: str, *, address: str, old: str = "") -> str:
    """Spend a typed code; return a session secret. Raises sign_in_failed or too_many."""
    now = now_ms()
    _may_try(throttle.codes, address, now)
    code = clean_code(typed)
    session: str | None = None
    if code is not None:
        with unit_of_work():
            spent = use_code(code)
            if spent is not None:
                user_id, organisation_id = spent
                session = start_session(user_id, organisation_id, instead_of=old)
                record_event(organisation_id, "sign_in.code", actor_id=user_id)
    if session is None:
        throttle.codes.fail(address, now)
        raise Problem(
            "sign_in_failed",
            "This code is not right, or it has been used or is older than ten minutes. "
            "Make a new one on the desk.",
        )
    return session


def _open(known: Known, password: str, old: str, wanted: str) -> str:
    with unit_of_work():
        homes = organisations_of(known.user_id)
        if not homes:
            raise Problem("sign_in_failed", "This account belongs to no organisation any more.")
        identity = db.session.get_one(Identity, (known.user_id, "local"))
        identity.failures, identity.locked_until = 0, None
        if identity.secret and is_outdated(identity.secret):
            identity.secret = hash_password(password)
        home = next((one for one in homes if one.id == wanted), homes[0])
        record_event(home.id, "sign_in.password", actor_id=known.user_id)
        return start_session(known.user_id, home.id, instead_of=old)


def _find(email: str) -> Known | None:
    row = db.session.execute(
        select(User.id, Identity.secret, Identity.failures, Identity.locked_until)
        .join(Identity, Identity.user_id == User.id)
        .where(User.email == email, User.disabled_at.is_(None), Identity.provider == "local")
    ).one_or_none()
    return Known(*row) if row else None


def _count_failure(known: Known | None, email: str, now: int) -> Problem:
    """Write the failure down and return what to say; both kinds of e-mail read the same."""
    if known is None:
        failures = throttle.strangers.fail(email, now)
    else:
        with unit_of_work():
            identity = db.session.get_one(Identity, (known.user_id, "local"), with_for_update=True)
            identity.failures += 1
            failures = identity.failures
            if locked_for(failures):
                identity.locked_until = now + locked_for(failures)
                homes = organisations_of(known.user_id)
                if homes:
                    record_event(homes[0].id, "sign_in.locked", actor_id=known.user_id)
    if locked_for(failures):
        return _wait(locked_for(failures))
    return Problem("sign_in_failed", "Check both and try again, or sign in with a code.")


def _may_try(limit: throttle.Throttle | throttle.Strangers, key: str, now: int) -> None:
    left = limit.wait(key, now)
    if left:
        raise _wait(left)


def _wait(ms: int) -> Problem:
    return Problem(
        "too_many",
        f"Too many tries did not work. Wait {minutes(ms)}, or sign in with a code.",
        headers={"Retry-After": str(-(-ms // 1000))},
    )
