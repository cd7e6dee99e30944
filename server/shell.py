"""The app's shell: the built pages of pwa/dist, its service worker and hashed files."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, send_from_directory
from werkzeug.wrappers import Response as Answer

from server.accounts.access import allow
from server.core.problems import Problem

DIST = Path(__file__).resolve().parent.parent / "pwa" / "dist"
YEAR = 365 * 24 * 3600

shell = Blueprint("shell", __name__)


def _file(name: str, *, cache: str) -> Response:
    if not DIST.is_dir():
        raise Problem("unavailable", "The app is not built yet: run make run, or make build.")
    answer = send_from_directory(DIST, name, conditional=True)
    answer.headers["Cache-Control"] = cache
    return answer


@shell.get("/")
@allow.anyone
def home() -> Answer:
    return redirect("/desk/")


@shell.get("/field/", defaults={"path": ""})
@shell.get("/field/<path:path>")
@allow.anyone
def field(path: str) -> Response:  # noqa: ARG001  (the app reads its own path)
    return _file("field.html", cache="no-cache")


@shell.get("/desk/", defaults={"path": ""})
@shell.get("/desk/<path:path>")
@allow.anyone
def desk(path: str) -> Response:  # noqa: ARG001
    return _file("desk.html", cache="no-cache")


@shell.get("/assets/<path:name>")
@allow.anyone
def hashed(name: str) -> Response:
    return _file(f"assets/{name}", cache=f"public, max-age={YEAR}, immutable")


@shell.get("/<any('sw.js', 'field.webmanifest', 'favicon.svg'):name>")
@allow.anyone
def top(name: str) -> Response:
    answer = _file(name, cache="no-cache")
    if name == "sw.js":
        answer.headers["Service-Worker-Allowed"] = "/"
    if name.endswith(".webmanifest"):
        answer.mimetype = "application/manifest+json"
    return answer


@shell.get("/icons/<path:name>")
@allow.anyone
def icon(name: str) -> Response:
    current_app.logger.debug("icon %s", name)
    return _file(f"icons/{name}", cache="public, max-age=86400")
