"""A person's answer to what a restore took back: written as their own edit, or left out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from server.accounts.access import Principal
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.choose import may_decide
from server.exchange.commit import Change, Result, commit_changes
from server.exchange.models import SyncLost
from sync.codec import JsonValue
from sync.record import Mark

Picked = frozenset[tuple[str, Mark]]  # values by field and who made them


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided: which of the values that they saw are written, none when ignored."""

    outcome: str  # applied or ignored
    reason: str | None = None
    until: int | None = None  # when the last value was told that they saw; None: all there are
    picked: Picked | None = None  # None: of each field the one told last


def settle_lost(
    connection: Connection, principal: Principal, kind: str, id_: str, answer: Answer
) -> Result | None:
    """Apply a record's lost values as this person's own edit, or ignore them. Once.

    What was not picked of them is ignored. Raises conflict with the code that says why for what
    cannot be applied, and for values that are not on the list: it stays, and nothing is written.
    """
    of_record = (
        SyncLost.organisation_id == principal.organisation_id,
        SyncLost.kind == kind,
        SyncLost.id == id_,
        SyncLost.state == "open",
        *([] if answer.until is None else [SyncLost.told_at <= answer.until]),
    )
    columns = (SyncLost.scope_id, SyncLost.field, SyncLost.value, SyncLost.by_client)
    rows = connection.execute(
        select(*columns, SyncLost.by_mid)
        .where(*of_record)
        .order_by(SyncLost.told_at, SyncLost.by_client, SyncLost.by_mid)
        .with_for_update()
    ).all()
    if not rows or not all(may_decide(principal.grants.get(row.scope_id)) for row in rows):
        raise Problem("not_found")
    told = {(row.field, (row.by_client, row.by_mid)): row.value for row in rows}
    values = _values(told, answer)
    result = None
    if values:
        written = {name: value for (name, _), value in values.items()}
        result = _apply(principal, _change(kind, id_, rows[-1].scope_id, written))
    said = {
        "decided_by": principal.user_id,
        "decided_at": now_ms(),
        "reason": answer.reason or None,
    }
    for name, (client_id, mid) in values:
        one = (SyncLost.field == name, SyncLost.by_client == client_id, SyncLost.by_mid == mid)
        connection.execute(update(SyncLost).where(*of_record, *one).values(state="applied", **said))
    connection.execute(update(SyncLost).where(*of_record).values(state="ignored", **said))
    return result


def _values(
    told: Mapping[tuple[str, Mark], JsonValue], answer: Answer
) -> dict[tuple[str, Mark], JsonValue]:
    """Return what is to be written, at most one value of each field."""
    if answer.outcome == "ignored":
        return {}
    last = {name: (name, mark) for name, mark in told}
    picked = frozenset(last.values()) if answer.picked is None else answer.picked
    if not picked or not picked <= told.keys():
        raise Problem("conflict", "This list has changed meanwhile.")
    if len({name for name, _ in picked}) < len(picked):
        raise Problem("bad_value", fields={"picked": "One value of a field."})
    return {key: told[key] for key in picked}


def _apply(principal: Principal, change: Change) -> Result:
    [result] = commit_changes(
        [change], origin=str(uuid.uuid4()), actor_id=principal.user_id, grants=principal.grants
    )
    if result.status not in ("applied", "merged"):
        words = "This cannot be applied as it is; the list keeps it."
        raise Problem("conflict", words, extra={"code": result.code, "of": list(result.fields)})
    return result


def _change(kind: str, id_: str, scope_id: str, values: dict[str, JsonValue]) -> Change:
    """Return the edit: it saw nothing, so that what stands is kept in a conflict. Or the delete."""
    if values.get("deleted") is True:
        return Change(kind, id_, scope_id, {"deleted": True})
    return Change(kind, id_, scope_id, values, base={})
