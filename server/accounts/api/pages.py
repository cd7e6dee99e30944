"""The sign-in page: works without scripts, by keyboard, in both themes."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from server.accounts.access import allow, current_or_none
from server.accounts.api.cookies import (
    SESSION,
    clear_session_cookie,
    read_cookie,
    set_session_cookie,
)
from server.accounts.api.session import check_sign_in
from server.accounts.rules import own_path
from server.accounts.scopes import WALKERS, roles_of
from server.accounts.services.sessions import end_session, find_session
from server.core.problems import CATALOGUE, Problem
from server.core.security import page_nonce

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "pwa" / "dist" / "assets"
STYLES = {
    "tokens.css": ROOT / "pwa" / "src" / "ui" / "tokens.css",  # the app's own, the one source
    "pages.css": ROOT / "server" / "templates" / "pages.css",
}

pages = Blueprint("pages", __name__)


@pages.get("/sign-in")
@allow.anyone
def sign_in_page() -> Answer:
    """Show the form, or go on when somebody is signed in already, where it is wanted."""
    principal = current_or_none()
    if principal is not None and _organisation() in ("", principal.organisation_id):
        return redirect(_next_for(principal.roles), 303)
    return _form()


@pages.post("/sign-in")
@allow.anyone
def sign_in_form() -> Answer:
    """Sign in from the form: on failure the same page says what was wrong."""
    by_code = request.form.get("way") == "code"
    names = ("code",) if by_code else ("email", "password")
    fields = {name: request.form.get(name, "") for name in names}
    missing = {name: MISSING[name] for name, value in fields.items() if not value.strip()}
    if missing:
        return _form(faults=missing, by_code=by_code, status=422)
    try:
        secret = check_sign_in({**fields, "organisation": _organisation()})
    except Problem as problem:
        words = problem.detail or CATALOGUE[problem.slug][1]
        if problem.slug == "sign_in_failed" and not by_code:
            words = f"{CATALOGUE[problem.slug][1]}. {problem.detail}"
        return _form(words=words, by_code=by_code, status=problem.status)
    found = find_session(secret)
    roles = roles_of(found.user_id, found.organisation_id) if found else frozenset[str]()
    response = make_response(redirect(_next_for(roles), 303))
    set_session_cookie(response, secret)
    return response


@pages.post("/sign-out")
@allow.anyone
def sign_out_form() -> Answer:
    """End the session and go to the sign-in page."""
    end_session(read_cookie(SESSION))
    response = make_response(redirect("/sign-in", 303))
    clear_session_cookie(response)
    return response


@pages.get("/pages/<any('tokens.css', 'pages.css'):name>")
@allow.anyone
def style(name: str) -> Response:
    """Serve the styles of the server's own pages."""
    response = Response(STYLES[name].read_text(encoding="utf-8"), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.get("/pages/font.woff2")
@allow.anyone
def font() -> Response:
    """Serve the app's own font, once the app is built; until then pages use the system's."""
    found = next(iter(BUILT.glob("atkinson-hyperlegible-next-latin-wght-normal-*.woff2")), None)
    if found is None:
        return Response(status=404)
    response = Response(found.read_bytes(), mimetype="font/woff2")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


MISSING = {
    "email": "Type your e-mail.",
    "password": "Type your password.",
    "code": "Type the code.",
}


def _form(
    *,
    words: str = "",
    faults: dict[str, str] | None = None,
    by_code: bool = False,
    status: int = 200,
) -> Response:
    page = render_template(
        "sign_in.html",
        words=words,
        faults=faults or {},
        by_code=by_code,
        email=request.form.get("email", "")[:256],
        next=own_path(_wanted()) or "",
        organisation=_organisation()[:36],
        nonce=page_nonce(),
    )
    return make_response(page, status)


def _wanted() -> str:
    return request.form.get("next") or request.args.get("next", "")


def _organisation() -> str:
    """Return the organisation whose work waits for this sign-in, if the asker named one."""
    return request.form.get("organisation") or request.args.get("organisation", "")


def _next_for(roles: frozenset[str]) -> str:
    """Return where to go: what was asked for on this site, else the person's own door."""
    own = own_path(_wanted())
    if own is not None:
        return own
    return "/field/" if roles and roles <= WALKERS else "/desk/"
