"""GET /ops and POST /ops/{client}/{mid}/resolve: one's own ledger, answers to held changes."""

from __future__ import annotations

from flask import Response, request

from server.accounts.access import allow, current
from server.core.problems import Problem
from server.exchange.api.blueprint import blp
from server.exchange.api.body import answer, read_json, text_of
from server.exchange.clients import server_epoch
from server.exchange.review import own_ops, resolve
from server.exchange.transaction import in_transaction, snapshot
from sync.op import UUID


@blp.route("/ops", methods=["GET"])
@allow.signed_in
def ops() -> Response:
    """List what a client of one's own has sent, and what became of it; 200 a page."""
    client_id, after = request.args.get("client_id", ""), request.args.get("after", "0")
    if not UUID.match(client_id) or not (after.isascii() and after.isdigit() and len(after) < 17):
        raise Problem("bad_request", "Give client_id and, to go on, after.")
    with snapshot() as connection:
        epoch = server_epoch(connection)
        items, following = own_ops(connection, current(), client_id, int(after))
    return answer(epoch, {"items": items, "next": following})


@blp.route("/ops/<client_id>/<int:mid>/resolve", methods=["POST"])
@allow("trust_it")
def decide(client_id: str, mid: int) -> Response:
    """Accept or refuse a held change, or all of its group. ``outcome``: accepted or refused."""
    said, principal = read_json(16 * 1024), current()
    outcome = text_of(said, "outcome")
    if outcome not in ("accepted", "refused"):
        raise Problem("bad_value", fields={"outcome": "accepted or refused"})
    reason = str(said.get("reason") or "")[:500]
    epoch, done = in_transaction(
        lambda connection: (
            server_epoch(connection),
            resolve(connection, principal, client_id, mid, outcome=outcome, reason=reason),
        )
    )
    return answer(epoch, {"decided": done.decided, "status": done.status, "code": done.code})
