"""Signing in and out for the app, the session's view, codes for other devices, health."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Response, make_response, request

from server.accounts.access import Principal, allow, current
from server.accounts.api.blueprint import blp
from server.accounts.api.cookies import (
    SESSION,
    clear_session_cookie,
    read_cookie,
    set_session_cookie,
)
from server.accounts.rules import shown_code
from server.accounts.schemas import (
    CodeRequestSchema,
    CodeSchema,
    HealthSchema,
    SessionSchema,
    SignInSchema,
    SwitchSchema,
)
from server.accounts.scopes import reach_of
from server.accounts.services.codes import make_sign_in_code
from server.accounts.services.directory import session_view
from server.accounts.services.sessions import end_session, find_session, switch_organisation
from server.accounts.services.sign_in import sign_in_with_code, sign_in_with_password
from server.core.problems import Problem
from server.core.tenancy import as_organisation


@blp.route("/healthz")
@blp.response(200, HealthSchema)
@allow.anyone
def health() -> Mapping[str, str]:
    """Say that the process is up."""
    return {"status": "ok"}


@blp.route("/api/session")
@blp.response(200, SessionSchema)
@allow.signed_in
def read_session() -> Mapping[str, object]:
    """Return who is signed in, for which organisation, with which roles and schools."""
    return session_view(current())


@blp.route("/api/sign-in", methods=["POST"])
@blp.arguments(SignInSchema)
@blp.response(200, SessionSchema)
@allow.anyone
def sign_in(body: Mapping[str, str]) -> Response:
    """Sign in with e-mail and password or with a typed code; the session travels as a cookie."""
    return _with_session(check_sign_in(body))


@blp.route("/api/session/organisation", methods=["POST"])
@blp.arguments(SwitchSchema)
@blp.response(200, SessionSchema)
@allow.signed_in
def switch(body: Mapping[str, UUID]) -> Response:
    """Act for another of one's own organisations from now on."""
    if current().via != "session":
        raise Problem("not_allowed", "A token belongs to one organisation.")
    secret = read_cookie(SESSION)
    return _with_session(
        switch_organisation(secret, current().user_id, str(body["organisation_id"]))
    )


@blp.route("/api/sign-out", methods=["POST"])
@blp.response(204)
@allow.anyone
def sign_out() -> Response:
    """End this session. What the device holds stays on it, locked."""
    end_session(read_cookie(SESSION))
    response = make_response("", 204)
    clear_session_cookie(response)
    return response


@blp.route("/api/sign-in-codes", methods=["POST"])
@blp.arguments(CodeRequestSchema)
@blp.response(201, CodeSchema)
@allow.signed_in
def make_code(body: Mapping[str, UUID]) -> Mapping[str, object]:
    """Make a code for one's own tablet, or as the organisation's own IT for a colleague's."""
    principal = current()
    user_id = str(body.get("user_id", principal.user_id))
    if user_id != principal.user_id:
        principal.require_scope(principal.organisation_id, "trust_it")
    made = make_sign_in_code(user_id, actor_id=principal.user_id)
    return {"code": shown_code(made.code), "expires_at": made.expires_at}


def check_sign_in(body: Mapping[str, str]) -> str:
    """Return the secret of the new session for the page and the API alike."""
    address = request.remote_addr or "nowhere"
    old = read_cookie(SESSION)
    if "code" in body:
        return sign_in_with_code(body["code"], address=address, old=old)
    return sign_in_with_password(
        body["email"],
        body["password"],
        address=address,
        old=old,
        organisation_id=body.get("organisation", ""),
    )


def _with_session(secret: str) -> Response:
    found = find_session(secret)
    if found is None:
        raise Problem("sign_in_failed")
    reach = reach_of(found.user_id, found.organisation_id)
    with as_organisation(found.organisation_id):
        view = session_view(Principal(found.user_id, found.organisation_id, "session", *reach))
    response = make_response(SessionSchema().dump(view))
    set_session_cookie(response, secret)
    return response
