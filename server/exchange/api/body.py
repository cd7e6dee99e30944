"""Reads request bodies, zipped or not, never more than allowed; writes answers, zipped if asked."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, request
from isal import isal_zlib

from server.core.clock import now_ms
from server.core.problems import Problem
from sync.codec import JsonValue, canonical
from sync.op import UUID

WORTH_GZIP = 1024
GZIP = 31  # what zlib calls a stream with gzip's header and sum


def read_body(most: int) -> bytes:
    """Return the body, unzipped. Raises too_large beyond ``most`` bytes, however small it came."""
    data = request.get_data(cache=False)
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding == "identity":
        if len(data) > most:
            raise Problem("too_large")
        return data
    if encoding != "gzip":
        raise Problem("wrong_type", "Send the body as it is or zipped with gzip.")
    unzip = isal_zlib.decompressobj(GZIP)
    try:
        body = unzip.decompress(data, most + 1)
    except isal_zlib.IsalError:  # type: ignore[misc]  # its stubs say it is an exception, not a class
        raise Problem("bad_request", "The zipped body cannot be read.") from None
    if len(body) > most:
        raise Problem("too_large")
    if not unzip.eof or unzip.unused_data:
        raise Problem("bad_request", "The zipped body was cut short.")
    return body


def read_json(most: int = 256 * 1024) -> dict[str, JsonValue]:
    """Return the JSON object of the body. Raises bad_request.

    Only ops are read strictly: a device that reports half a millisecond must not be shut out.
    """
    try:
        found = json.loads(read_body(most))
    except (ValueError, RecursionError):
        raise Problem("bad_request", "The body must be a JSON object.") from None
    if not isinstance(found, dict):
        raise Problem("bad_request", "The body must be a JSON object.")
    return found


def same_organisation(named: JsonValue, mine: str) -> None:
    """Refuse what was meant for another organisation than the one signed in to.

    A tablet's sign-in can change between two of its requests, and neither its work nor its photos
    may then go astray. The answer is the same for one that exists and one that does not.
    """
    if named is not None and named != mine:
        raise Problem("not_found", "You are signed in to another organisation.")


def text_of(said: Mapping[str, JsonValue], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise Problem("bad_value", fields={name: "a text"})
    return value


def uuid_of(said: Mapping[str, JsonValue], name: str) -> str:
    value = text_of(said, name)
    if not UUID.match(value):
        raise Problem("bad_value", fields={name: "a UUID in lower case"})
    return value


def number_of(said: Mapping[str, JsonValue], name: str, *, least: int = 0) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**53:
        raise Problem("bad_value", fields={name: "a whole number"})
    return value


def answer(epoch: str, members: Mapping[str, object]) -> Response:
    """Return 200 with these members, the server's epoch and its time."""
    return spliced(canonical({"server_epoch": epoch, "server_now": now_ms(), **members}))


def spliced(text: str) -> Response:
    """Return 200 with JSON that is already text."""
    data = text.encode()
    response = Response(mimetype="application/json")
    if len(data) > WORTH_GZIP and "gzip" in request.headers.get("Accept-Encoding", ""):
        data = isal_zlib.compress(data, 1, GZIP)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_data(data)
    return response
