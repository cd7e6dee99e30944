"""Finds out who each request is, before anything else reads the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, request

from server.accounts.access import Principal, access_of, set_principal
from server.accounts.api.cookies import SESSION, credentials, read_cookie
from server.accounts.scopes import reach_of
from server.accounts.services.devices import find_device, is_shut_out
from server.accounts.services.sessions import find_session, touch_session
from server.accounts.services.tokens import find_token
from server.core.database import db, will_write
from server.core.problems import Problem
from server.core.security import is_bearer
from server.core.tenancy import set_organisation
from server.core.unit import READS, unit_of_work

# All that a tablet's own credential opens: it learns that its person is shut out, and hands in.
DEVICE_PATHS = frozenset({"/api/sync/v1/hello", "/api/sync/v1/push", "/api/sync/v1/blobs"})
DEVICE_PREFIX = "/api/sync/v1/blobs/"
ORGANISATION = "X-Walkround-Organisation"  # whose work a tablet brings
# The description of the API itself: the same for everybody, no data.
LIBRARY_ROUTES = frozenset({"api-docs.openapi_json"})


def authenticate() -> None:
    """Set the principal and the organisation of this request, or neither.

    Looking up happens in a short read of its own: the request's transaction must begin with its
    organisation already set, and a sign-in must not find it open.
    """
    set_principal(None)
    if request.path.startswith(("/api/", "/sign-")):
        with _short_read():
            principal = _from_bearer() if is_bearer() else _from_cookies()
        if principal is not None:
            set_principal(principal)
            set_organisation(principal.organisation_id)
    _check_access()


def _check_access() -> None:
    """Apply the route's rule before its body is read; a route without a rule is shut."""
    if request.endpoint is None or request.endpoint in LIBRARY_ROUTES:
        return
    view = current_app.view_functions[request.endpoint]
    by_method = getattr(getattr(view, "view_class", None), request.method.lower(), None)
    access = access_of(by_method or view)
    if access is None:
        raise Problem("not_allowed")
    access.check()


def forget(_fault: BaseException | None) -> None:
    set_principal(None)


@contextmanager
def _short_read() -> Iterator[None]:
    will_write(False)
    try:
        with current_app.app_context():
            yield
            db.session.rollback()
    finally:
        will_write(request.method not in READS)


def _from_bearer() -> Principal:
    secret = request.headers["Authorization"].removeprefix("Bearer ").strip()
    found = find_token(secret)
    if found is None:
        raise Problem(
            "sign_in_needed",
            "The token is unknown, ended or withdrawn.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    user_id, organisation_id = found
    return Principal(user_id, organisation_id, "token", *reach_of(user_id, organisation_id))


def _from_cookies() -> Principal | None:
    """Return the session's person, or the tablet's own credential where the session cannot speak.

    A tablet names the organisation whose work it brings. A person who is signed in to another one
    and shut out of that one hands in with its credential, as if nobody were signed in.
    """
    named = request.headers.get(ORGANISATION)
    signed_in = _from_session()
    if signed_in is None:
        return _from_device(named, None)
    if named in (None, signed_in.organisation_id):
        return signed_in
    return _from_device(named, signed_in.user_id) or signed_in


def _from_session() -> Principal | None:
    secret = read_cookie(SESSION)
    found = find_session(secret) if secret else None
    if found is None:
        return None
    if found.is_stale:
        db.session.rollback()
        with unit_of_work():
            touch_session(secret)
    roles, grants = reach_of(found.user_id, found.organisation_id)
    if not roles:
        return None  # the last membership ended: only the tablet's own credential is left
    return Principal(found.user_id, found.organisation_id, "session", roles, grants)


def _from_device(organisation_id: str | None, user_id: str | None) -> Principal | None:
    """Let the tablet of a person who was shut out be told so and hand in what it holds."""
    is_blob = request.path.startswith(DEVICE_PREFIX) and request.method in ("HEAD", "PATCH")
    if not is_blob and (request.path not in DEVICE_PATHS or request.method != "POST"):
        return None
    for value in credentials():
        found = find_device(value)
        if found is None or organisation_id not in (None, found.organisation_id):
            continue
        if user_id in (None, found.user_id) and is_shut_out(found.user_id, found.organisation_id):
            return Principal(
                found.user_id, found.organisation_id, "device", device_id=found.device_id
            )
    return None
