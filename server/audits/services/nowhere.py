"""Accepts held work that names no place there is: a person says of which school it is.

A visit that the server never had, or lost with a restore, is opened again under the id that the
tablets know it by; the findings of it then find their place.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Connection

from server.accounts.access import Principal
from server.accounts.audit import record_event
from server.accounts.scopes import principal_now
from server.audits.reference import checklists_to_freeze
from server.core.database import db
from server.core.problems import Problem
from server.core.scopes import Scope
from server.exchange.choose import DECIDER
from server.exchange.commit import Change, commit_changes, create_scope, current_build
from server.exchange.review import Resolved, resolve
from server.exchange.waiting import HeldChange, HeldUnit, read_units
from sync.codec import JsonValue

VISIT_FOUND = "visit.found"


class StillHeldError(Exception):
    """It cannot be applied yet, so nothing that was opened for it may stay."""

    def __init__(self, done: Resolved) -> None:
        super().__init__(done.code)
        self.done = done


def accept_in_school(
    connection: Connection,
    principal: Principal,
    client_id: str,
    mid: int,
    *,
    reason: str,
    school_id: str,
) -> Resolved:
    """Accept a held unit, what of it names no place in this school. Raises StillHeldError."""
    principal.require_school(school_id, DECIDER)
    unit = next(iter(read_units([(client_id, mid)])), None)
    if unit is None:
        raise Problem("not_found")
    placed = {
        change.mid: _place(connection, principal, unit, change, school_id)
        for change in unit.changes
        if change.is_nowhere
    }
    done = resolve(
        connection, principal_now(principal), client_id, mid,
        outcome="accepted", reason=reason, placed=placed,
    )  # fmt: skip
    if not done.decided:
        raise StillHeldError(done)
    return done


def _place(
    connection: Connection,
    principal: Principal,
    unit: HeldUnit,
    change: HeldChange,
    school_id: str,
) -> str:
    if change.record is not None:
        return change.record.scope_id
    rules = current_build(connection).rules.get(change.kind)
    kind = rules.collection.scope_kind if rules else "school"
    if kind == "organisation":
        return principal.organisation_id
    if kind == "visit":
        return _open_visit(principal, change.scope_id, school_id, unit.at)
    return school_id


def _open_visit(principal: Principal, visit_id: str, school_id: str, at: int) -> str:
    """Open the visit that tablets know by this id, unless another change of the unit did."""
    if db.session.get(Scope, (principal.organisation_id, visit_id)) is not None:
        return visit_id
    create_scope("visit", visit_id, school_id=school_id)
    day = dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat()
    values: dict[str, JsonValue] = {
        "school_id": school_id,
        "name": "Visit found on a tablet",
        "starts_on": day,
        "ends_on": day,
        "state": "open",
        "checklists": checklists_to_freeze(),
    }
    change = Change("visit", visit_id, visit_id, values)
    origin = str(uuid.uuid4())
    (result,) = commit_changes([change], origin=origin, actor_id=principal.user_id, grants=None)
    if result.status != "applied":
        raise Problem("bad_value", f"The visit was not opened: {result.code}.")
    record_event(
        principal.organisation_id,
        VISIT_FOUND,
        actor_id=principal.user_id,
        about={"visit_id": visit_id},
    )
    return visit_id
