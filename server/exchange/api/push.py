"""POST /push: a device sends numbered changes."""

from __future__ import annotations

from flask import Response

from server.accounts.access import allow, current
from server.exchange.admission import PUSHES, admitted
from server.exchange.api.blueprint import blp
from server.exchange.api.body import answer, read_body, same_organisation
from server.exchange.receive import MAX_BYTES, receive, result_json, split_push

HEADER_BYTES = 4096


@blp.route("/push", methods=["POST"])
@allow.signed_in
@admitted(PUSHES)
def push() -> Response:
    """Take changes. 200 never depends on one of them: each has its own result."""
    header, lines = split_push(read_body(MAX_BYTES + HEADER_BYTES))
    principal = current()
    same_organisation(header.organisation_id, principal.organisation_id)
    done = receive(principal, header, lines)
    return answer(
        done.epoch,
        {
            "last_mid": done.last_mid,
            "results": [result_json(mid, outcome) for mid, outcome in done.results],
            "heads": done.heads,
        },
    )
