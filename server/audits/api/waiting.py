"""What needs a person: open conflicts and held changes, listed, chosen, accepted, refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from server.accounts.access import allow, current
from server.audits.api.blueprint import blp
from server.audits.api.waiting_schemas import (
    ChoiceSchema,
    DecidedSchema,
    DecisionSchema,
    UnsettledSchema,
    WaitingCountSchema,
    WaitingListSchema,
    WaitingQuerySchema,
    WaitingSchema,
)
from server.audits.services.nowhere import StillHeldError, accept_in_school
from server.audits.services.settling import unsettled
from server.audits.services.waiting import count_open, list_waiting, queue_of, read_waiting
from server.core.paging import read_cursor, write_cursor
from server.core.problems import Problem
from server.exchange.choose import DECIDER, Choice, choose
from server.exchange.queue import CONFLICT, HELD, Asked, Place
from server.exchange.review import Resolved, resolve
from server.exchange.transaction import in_transaction
from sync.op import CLIENT, KIND
from sync.op import UUID as ID
from sync.record import Mark

deciders = allow(DECIDER)
KEYS = {CONFLICT: 3, HELD: 2}


@blp.route("/waiting")
@blp.arguments(WaitingQuerySchema, location="query")
@blp.response(200, WaitingListSchema)
@deciders
def waiting(query: Mapping[str, Any]) -> Mapping[str, object]:
    """List what needs a person, oldest first: of a school, of a visit, or of all one decides."""
    after = _after(query.get("after"))
    items, following = list_waiting(current(), _queue(query), after=after, limit=query["limit"])
    cursor = write_cursor(following[0], following[1], *following[2]) if following else None
    return {"items": items, "next": cursor}


@blp.route("/waiting/count")
@blp.arguments(WaitingQuerySchema, location="query")
@blp.response(200, WaitingCountSchema)
@deciders
def waiting_count(query: Mapping[str, Any]) -> Mapping[str, object]:
    """Count what needs a person; a group that is decided together counts once."""
    return count_open(_queue(query))


@blp.route("/waiting/<string:what>/<string:key>")
@blp.response(200, WaitingSchema)
@deciders
def one_waiting(what: str, key: str) -> Mapping[str, object]:
    """Read one of them by its key. Decided ones are not here any more."""
    return read_waiting(current(), what, _key(what, key.split("~")))


@blp.route("/conflicts/<string:kind>/<uuid:record_id>/choose", methods=["POST"])
@blp.arguments(ChoiceSchema)
@blp.response(204)
@deciders
def choose_value(body: Mapping[str, Any], kind: str, record_id: UUID) -> None:
    """Choose in a conflict: one of the values, or a text. It becomes a change like any other."""
    principal = current()
    choice = Choice(
        kind,
        str(record_id),
        body["field"],
        _mark(body["stands"]),
        tuple(mark for said in body["others"] if (mark := _mark(said))),
        _mark(body["chosen"]),
        body["text"],
    )
    in_transaction(lambda connection: choose(connection, principal, choice))


@blp.route("/held/<string:client_id>/<int:mid>/decide", methods=["POST"])
@blp.arguments(DecisionSchema)
@blp.response(200, DecidedSchema)
@deciders
def decide_held(body: Mapping[str, Any], client_id: str, mid: int) -> Mapping[str, object]:
    """Accept or refuse a held change, with all of its group. A refusal needs a reason."""
    if not ID.match(client_id) or not 0 < mid < 2**53:
        raise Problem("not_found")
    done = _decide(body, client_id, mid)
    return {"decided": done.decided, "status": done.status, "code": done.code}


def _decide(body: Mapping[str, Any], client_id: str, mid: int) -> Resolved:
    principal, school_id, reason = current(), body["school_id"], body["reason"].strip()
    outcome = body["outcome"]
    if outcome == "refused" or school_id is None:
        return in_transaction(
            lambda connection: resolve(
                connection, principal, client_id, mid, outcome=outcome, reason=reason
            )
        )
    try:
        return in_transaction(
            lambda connection: accept_in_school(
                connection, principal, client_id, mid, reason=reason, school_id=str(school_id)
            )
        )
    except StillHeldError as still:
        return still.done


@blp.route("/visits/<uuid:visit_id>/unsettled")
@blp.response(200, UnsettledSchema)
@deciders
def visit_unsettled(visit_id: UUID) -> Mapping[str, object]:
    """Say what stands between a visit and its end: conflicts, held changes, unsent work."""
    return unsettled(current(), str(visit_id))


def _queue(query: Mapping[str, Any]) -> Asked:
    names = ("school_id", "visit_id")
    return queue_of(current(), **{n: str(query[n]) for n in names if n in query})


def _after(text: str | None) -> Place | None:
    if not text:
        return None
    for what, parts in KEYS.items():
        try:
            at, said, *key = read_cursor(text, int, str, *[str] * parts) or ()
        except Problem:
            continue
        if said == what:
            return int(at), what, _key(what, [str(part) for part in key])
    raise Problem("bad_value", fields={"after": "This is not a place in this list."})


def _key(what: str, parts: list[str]) -> tuple[str, ...]:
    """Return the parts of an item's key, each of which has its shape, or raise not_found."""
    if what == CONFLICT and len(parts) == KEYS[CONFLICT]:
        kind, id_, field = parts
        if KIND.match(kind) and ID.match(id_) and 0 < len(field) <= 120 and "\0" not in field:
            return kind, id_, field
    if what == HELD and len(parts) == KEYS[HELD]:
        client_id, mid = parts
        if CLIENT.match(client_id) and mid.isascii() and mid.isdigit() and len(mid) <= 19:
            return client_id, mid
    raise Problem("not_found")


def _mark(said: Mapping[str, Any] | None) -> Mark | None:
    if said is None:
        return None
    if not CLIENT.match(said["client_id"]):
        raise Problem("bad_value", fields={"stands": "This names no value."})
    return said["client_id"], said["mid"]
