"""POST, HEAD and PATCH /blobs: a device sends photo bytes, in any order with their record."""

from __future__ import annotations

from flask import Response, request

from server.accounts.access import allow, current
from server.core.database import db
from server.core.problems import Problem
from server.exchange.api.blueprint import ON_DEVICES, blp
from server.exchange.api.body import answer, number_of, read_json, same_organisation, text_of
from server.exchange.clients import server_epoch
from server.exchange.uploads import Upload, begin_upload, take_chunk, upload_state


@blp.route("/blobs", methods=["POST"])
@allow.or_tablet(*ON_DEVICES)
def announce() -> Response:
    """Announce bytes by their hash and learn where to go on."""
    said, principal = read_json(16 * 1024), current()
    same_organisation(said.get("organisation_id"), principal.organisation_id)
    found = begin_upload(
        principal, text_of(said, "sha256"), number_of(said, "size"), text_of(said, "mime")
    )
    epoch = server_epoch(db.session.connection())
    return answer(epoch, {"state": found.state, "offset": found.received})


@blp.route("/blobs/<sha256>", methods=["GET"])
@allow.or_tablet(*ON_DEVICES)
def offset(sha256: str) -> Response:
    """HEAD: say how far this person's upload has come. The bytes are never served from here."""
    if request.method != "HEAD":
        raise Problem("not_found")
    return _where(upload_state(current(), sha256), 200)


@blp.route("/blobs/<sha256>", methods=["PATCH"])
@allow.or_tablet(*ON_DEVICES)
def send_chunk(sha256: str) -> Response:
    """Take bytes at an offset."""
    said = request.headers.get("Upload-Offset", "")
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        raise Problem("bad_value", fields={"Upload-Offset": "a whole number"})
    return _where(take_chunk(current(), sha256, int(said), request.get_data(cache=False)), 204)


def _where(found: Upload, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(found.received)
    response.headers["Upload-Length"] = str(found.size)
    return response
