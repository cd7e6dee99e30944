"""POST /push: a device sends numbered changes."""

from __future__ import annotations

from flask import Response

from server.accounts.access import allow, current
from server.core.clock import now_ms
from server.exchange.admission import PUSHES, admitted
from server.exchange.api.blueprint import blp
from server.exchange.api.body import read_body, same_organisation, spliced
from server.exchange.hand_in import room_for_changes
from server.exchange.receive import MAX_BYTES, receive, result_json, split_push
from server.exchange.transaction import snapshot
from sync.batch import APPLIED, Outcome
from sync.codec import canonical

HEADER_BYTES = 4096


@blp.route("/push", methods=["POST"])
@allow.signed_in
@admitted(PUSHES)
def push() -> Response:
    """Take changes. 200 never depends on one of them: each has its own result."""
    header, lines = split_push(read_body(MAX_BYTES + HEADER_BYTES))
    principal = current()
    same_organisation(header.organisation_id, principal.organisation_id)
    if principal.via == "device":
        last, size = header.first_mid + header.n - 1, sum(map(len, lines))
        with snapshot() as connection:
            room_for_changes(connection, principal, header.client_id, last, size)
    done = receive(principal, header, lines)
    results = ",".join([_result(mid, outcome) for mid, outcome in done.results])
    rest = canonical(
        {
            "heads": done.heads,
            "last_mid": done.last_mid,
            "server_epoch": done.epoch,
            "server_now": now_ms(),
        }
    )
    return spliced(f'{{"results":[{results}],{rest[1:]}')


def _result(mid: int, outcome: Outcome) -> str:
    """Return one result as JSON; nearly all are the same but for the number."""
    if outcome is APPLIED:
        return f'{{"mid":{mid},"status":"applied"}}'
    return canonical(result_json(mid, outcome))
