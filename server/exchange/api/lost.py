"""POST and GET /recovery: what tablets still show after a restore, and a person's answer to it."""

from __future__ import annotations

from flask import Response
from sqlalchemy import Connection

from server.accounts.access import Principal, allow, current
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.api.blueprint import ON_DEVICES, blp
from server.exchange.api.body import answer, read_json, same_organisation, text_of, uuid_of
from server.exchange.clients import find_client, server_epoch
from server.exchange.lost import Lost, keep_lost, list_lost, read_lost
from server.exchange.settle_lost import Answer, settle_lost
from server.exchange.transaction import in_transaction, snapshot

LARGEST = 2 * 1024 * 1024


@blp.route("/recovery", methods=["POST"])
@allow(*ON_DEVICES)
def tell() -> Response:
    """Keep for a person what this tablet still shows and the restored ledger lacks. Idempotent."""
    said, principal = read_json(LARGEST), current()
    same_organisation(said.get("organisation_id"), principal.organisation_id)
    client_id, epoch = uuid_of(said, "client_id"), text_of(said, "server_epoch")
    told = read_lost(said.get("items"))
    kept = in_transaction(lambda c: _keep(c, principal, (client_id, epoch), told))
    return answer(epoch, {"kept": kept})


def _keep(
    connection: Connection, principal: Principal, sender: tuple[str, str], told: list[Lost]
) -> int:
    client_id, epoch = sender
    now_epoch = server_epoch(connection)
    if epoch != now_epoch:
        raise Problem("epoch", extra={"server_epoch": now_epoch, "server_now": now_ms()})
    organisation_id, user_id = principal.organisation_id, principal.user_id
    if find_client(connection, organisation_id, client_id, user_id) is None:
        raise Problem("not_found")
    return keep_lost(connection, principal, client_id, told)


@blp.route("/recovery", methods=["GET"])
@allow("trust_it")
def lost() -> Response:
    """List the open values of the scopes in which one decides, at most 200."""
    with snapshot() as connection:
        epoch = server_epoch(connection)
        items = list_lost(connection, current())
    return answer(epoch, {"items": items})


@blp.route("/recovery/<kind>/<uuid:record_id>", methods=["POST"])
@allow("trust_it")
def settle(kind: str, record_id: object) -> Response:
    """Apply a record's lost values as one's own edit, or ignore them."""
    said, principal = read_json(16 * 1024), current()
    outcome = text_of(said, "outcome")
    if outcome not in ("applied", "ignored"):
        raise Problem("bad_value", fields={"outcome": "applied or ignored"})
    given = Answer(outcome, str(said.get("reason") or "")[:500])
    epoch, done = in_transaction(
        lambda connection: (
            server_epoch(connection),
            settle_lost(connection, principal, kind, str(record_id), given),
        )
    )
    status = "ignored" if done is None else done.status
    return answer(epoch, {"status": status, "code": done.code if done else None})
