"""Turns every failure into an answer: problem+json for programs, a plain page for people.

A stack trace or a database's words never leave the server; they go to the log.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, Response, render_template, request
from flask_smorest import Blueprint
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.wrappers import Response as Answer

from server.core.problems import CATALOGUE, Problem
from server.core.room import is_away, is_full

log = logging.getLogger(__name__)

NOT_JSON = "The body is not JSON that can be read."
# The one reader that every blp.arguments uses.
PARSER = Blueprint.ARGUMENTS_PARSER
READ_JSON = PARSER.load_json

SLUGS = {
    400: "bad_request",
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    409: "conflict",
    410: "gone",
    413: "too_large",
    415: "wrong_type",
    422: "bad_value",
    429: "too_many",
    503: "unavailable",
    507: "no_room",
}


def install(app: Flask) -> None:
    """Attach the handlers. By code, so that they stand before flask-smorest's general one."""
    PARSER.load_json = _read_json
    app.register_error_handler(Problem, answer)
    for code in default_exceptions:
        app.register_error_handler(code, _from_http)
    app.register_error_handler(OperationalError, from_busy_database)
    app.register_error_handler(Exception, _from_fault)


def _read_json(req: Request, schema: Any) -> Any:
    """Read a JSON body for its schema; what a reader cannot take is the sender's fault."""
    try:
        return READ_JSON(req, schema)
    except (ValueError, RecursionError):  # numbers of ten thousand digits, a million brackets
        raise Problem("bad_request", NOT_JSON) from None


def answer(problem: Problem) -> Response:
    """Return a problem as its HTTP answer."""
    status = problem.status
    if _wants_page():
        title = CATALOGUE[problem.slug][1]
        response = Response(
            render_template("problem.html", title=title, detail=problem.detail, slug=problem.slug),
            status=status,
            mimetype="text/html",
        )
    else:
        body = json.dumps(problem.body(), ensure_ascii=False)
        response = Response(body, status=status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def _wants_page() -> bool:
    if request.path.startswith("/api/"):
        return False
    best = request.accept_mimetypes.best_match(["application/problem+json", "text/html"])
    return best == "text/html"


def _from_http(fault: HTTPException) -> Answer:
    """Say what Werkzeug, Flask or webargs refused; a redirect is no failure."""
    code = fault.code or 500
    if code < 400:
        return fault.get_response()
    data = getattr(fault, "data", None)
    messages = data.get("messages") if isinstance(data, Mapping) else None
    if isinstance(messages, Mapping):
        if code == 400:
            return answer(Problem("bad_request", NOT_JSON))
        return answer(Problem("bad_value", fields=flatten(messages)))
    allowed = getattr(fault, "valid_methods", None)
    if code == 405:
        response = answer(Problem("not_found", "This address does not take that method."))
        response.status_code = 405
        response.headers["Allow"] = ", ".join(allowed or ())
        return response
    if code >= 500:
        log.error("HTTP %s on %s %s", code, request.method, request.path)
    return answer(Problem(SLUGS.get(code, "bad_request" if code < 500 else "server_error")))


def flatten(messages: Mapping[object, object], path: str = "") -> dict[str, str]:
    """Return every field error at once: {"limits.0.pence": "Not a valid integer."}.

    The outermost name that webargs adds (json, query) is where it came from and left out.
    """
    found: dict[str, str] = {}
    for key, value in messages.items():
        outer = not path and key in ("json", "query", "json_or_form", "form", "files")
        here = "" if outer else f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            found.update(flatten(value, here))
        elif isinstance(value, list | tuple):
            found[here or "body"] = " ".join(str(part) for part in value)
        else:
            found[here or "body"] = str(value)
    return found


def from_busy_database(fault: OperationalError) -> Response:
    """Answer a database that is busy, gone or full: it passes, and the sender tries again."""
    log.error("the database did not answer: %s", type(fault.orig).__name__, exc_info=fault)
    seconds = 3 + secrets.randbelow(6)  # not all at once again
    return answer(Problem("unavailable", headers={"Retry-After": str(seconds)}))


def _from_fault(fault: Exception) -> Response:
    """Answer a programming fault: the log gets the trace, the person gets a sentence."""
    if is_full(fault):
        log.error("no room left on %s %s: %s", request.method, request.path, fault)
        return answer(Problem("no_room", headers={"Retry-After": "30"}))
    if is_away(fault):
        log.error("a disk failed on %s %s: %s", request.method, request.path, fault)
        return answer(Problem("unavailable", headers={"Retry-After": "10"}))
    log.error("fault on %s %s", request.method, request.path, exc_info=fault)
    return answer(Problem("server_error"))
