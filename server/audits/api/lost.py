"""After a restore: what tablets still show and the server lost, and who has yet to come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from server.accounts.access import allow, current
from server.audits.api.lost_schemas import (
    AwaitedListSchema,
    LostAnswerSchema,
    LostCountSchema,
    LostListSchema,
    LostSettledSchema,
)
from server.audits.schemas import PageQuerySchema
from server.audits.services.lost import count_open, list_awaited, list_lost
from server.core.paging import read_cursor, write_cursor
from server.core.problems import Problem
from server.exchange.choose import DECIDER
from server.exchange.settle_lost import Answer, settle_lost
from server.exchange.transaction import in_transaction
from sync.op import KIND
from sync.op import UUID as ID

blp = Blueprint("recovery", __name__, url_prefix="/api", description="After a restore")
deciders = allow(DECIDER)


@blp.route("/lost")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, LostListSchema)
@deciders
def lost(query: Mapping[str, Any]) -> Mapping[str, object]:
    """List the records of which something is missing since a restore, the first told first."""
    place = read_cursor(query.get("after"), int, str, str)
    after = (_at(place[0]), str(place[1]), str(place[2])) if place else None
    if after is not None and not (KIND.match(after[1]) and ID.match(after[2])):
        raise _nowhere()
    items, following = list_lost(current(), after=after, limit=query["limit"])
    return {"items": items, "next": write_cursor(*following) if following else None}


@blp.route("/lost/count")
@blp.response(200, LostCountSchema)
@deciders
def lost_count() -> Mapping[str, object]:
    """Say when the data were last restored, how many records miss something, who is awaited."""
    return count_open(current())


@blp.route("/lost/awaited")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, AwaitedListSchema)
@deciders
def lost_awaited(query: Mapping[str, Any]) -> Mapping[str, object]:
    """List the devices that may still hold what the restore took back, longest silent first."""
    place = read_cursor(query.get("after"), int, str)
    after = (_at(place[0]), str(place[1])) if place else None
    items, following = list_awaited(current(), after=after, limit=query["limit"])
    return {"items": items, "next": write_cursor(*following) if following else None}


@blp.route("/lost/<string:kind>/<uuid:record_id>/settle", methods=["POST"])
@blp.arguments(LostAnswerSchema)
@blp.response(200, LostSettledSchema)
@deciders
def settle(body: Mapping[str, Any], kind: str, record_id: UUID) -> Mapping[str, object]:
    """Write what was picked of a record's lost values as one's own edit, or leave all of it."""
    principal = current()
    if not KIND.match(kind):
        raise Problem("not_found")
    picked = frozenset((one["field"], (one["client_id"], one["mid"])) for one in body["picked"])
    answer = Answer(body["outcome"], body["reason"].strip(), body["until"], picked)
    done = in_transaction(
        lambda connection: settle_lost(connection, principal, kind, str(record_id), answer)
    )
    if done is None:
        return {"status": "ignored", "conflicts": 0}
    return {"status": done.status, "conflicts": len(done.fields)}


def _at(said: object) -> int:
    if isinstance(said, int) and 0 <= said < 2**53:
        return said
    raise _nowhere()


def _nowhere() -> Problem:
    return Problem("bad_value", fields={"after": "This is not a place in this list."})
