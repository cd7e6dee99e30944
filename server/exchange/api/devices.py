"""POST /hello: a device says who and how it is, and learns where it stands."""

from __future__ import annotations

from flask import Response
from sqlalchemy import Connection

from server.accounts.access import Principal, allow, current
from server.accounts.api.cookies import keep_enrolled
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.api.blueprint import blp
from server.exchange.api.body import (
    answer,
    number_of,
    read_json,
    same_organisation,
    uuid_of,
)
from server.exchange.clients import (
    MIN_SV,
    Client,
    add_client,
    find_client,
    note_client,
    server_epoch,
)
from server.exchange.overdue import replay_overdue
from server.exchange.receive import MAX_BYTES, MAX_OPS
from server.exchange.send import PAGE, SqlPullStore
from server.exchange.transaction import in_transaction
from server.exchange.uploads import MAX_CHUNK
from sync.codec import JsonValue
from sync.pull import readable

OUTBOX = ("first_mid", "last_mid", "bytes", "blobs")


@blp.route("/hello", methods=["POST"])
@allow.signed_in
def hello() -> Response:
    """Bind the client at its first hello, keep its clock's error, say what it may read."""
    said, principal = read_json(), current()
    if said.get("proto") != 1:
        raise Problem("app_too_old")
    device_id = uuid_of(said, "device_id")
    same_organisation(uuid_of(said, "organisation_id"), principal.organisation_id)
    epoch, members = in_transaction(lambda connection: _greet(connection, principal, said))
    response = answer(epoch, members)
    if principal.via == "session":
        keep_enrolled(response, principal, device_id)  # the request boundary commits it
    return response


def _greet(
    connection: Connection, principal: Principal, said: dict[str, JsonValue]
) -> tuple[str, dict[str, object]]:
    sv = number_of(said, "sv", least=1)
    if sv < MIN_SV:
        raise Problem("app_too_old", extra={"min_sv": MIN_SV})
    epoch = server_epoch(connection)
    organisation_id, client_id = principal.organisation_id, uuid_of(said, "client_id")
    outbox = _outbox(said)
    rtt = said.get("rtt")
    half = int(rtt / 2) if isinstance(rtt, int | float) and 0 <= rtt < 600_000 else 0
    skew = now_ms() - number_of(said, "device_now") - half
    client = find_client(connection, organisation_id, client_id, principal.user_id, lock=True)
    if client is not None:
        replay_overdue(connection, organisation_id, client_id)
    is_new = client is None
    if client is None:
        client = add_client(connection, organisation_id, client_id, principal.user_id)
    note_client(
        connection,
        organisation_id,
        client_id,
        device_id=uuid_of(said, "device_id"),
        skew_ms=skew,
        sv=sv,
        outbox=outbox,
    )
    return epoch, {
        "last_mid": client.last_mid,
        "backed_up_mid": client.backed_up_mid,
        "state": _state(client, principal, is_lost=is_new and (outbox.get("first_mid") or 0) > 1),
        "scopes": _scopes(connection, principal),
        "limits": {"ops": MAX_OPS, "bytes": MAX_BYTES, "page": PAGE, "chunk": MAX_CHUNK},
        "min_sv": MIN_SV,
    }


def _outbox(said: dict[str, JsonValue]) -> dict[str, int]:
    """Return what the device says it still holds, numbers only."""
    told = said.get("outbox")
    if not isinstance(told, dict):
        return {}
    return {
        name: value
        for name in OUTBOX
        if isinstance(value := told.get(name), int) and not isinstance(value, bool)
    }


def _state(client: Client, principal: Principal, *, is_lost: bool) -> str:
    if not principal.grants:
        return "revoked"
    return "unknown" if is_lost else client.state


def _scopes(connection: Connection, principal: Principal) -> list[dict[str, object]]:
    mine = readable(principal.grants)
    heads = SqlPullStore(connection, principal.organisation_id).heads(mine)
    return [
        {
            "id": scope_id,
            "kind": head.kind,
            "gen": head.gen,
            "head": head.seq,
            "min_seq": head.min_seq,
        }
        for scope_id in mine
        if (head := heads.get(scope_id)) is not None
    ]
