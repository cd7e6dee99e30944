"""A person's choice in a conflict: itself an op on top of what stands; the others are settled."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, select, update

from server.accounts.access import Grant, Principal
from server.accounts.models import User
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.commit import Change, commit_changes, current_build
from server.exchange.models import SyncConflict, SyncDecision
from server.exchange.write import Writer
from sync.batch import Batch, Decision
from sync.codec import JsonValue
from sync.record import Mark, Record, load

DECIDER = "trust_it"
CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person saw and what they chose: the mark of a value, or (None) a text of theirs."""

    kind: str
    id: str
    field: str
    stands: Mark | None
    others: tuple[Mark, ...]
    mark: Mark | None
    text: str | None = None


def may_decide(grant: Grant | None) -> bool:
    return grant is not None and DECIDER in grant.roles


def choose(connection: Connection, principal: Principal, choice: Choice) -> None:
    """Settle a conflict. Raises not_found, bad_value, or conflict with who decided what before.

    The record's row is locked first, as every push does: two choices at once come one after the
    other, and the second one sees the first.
    """
    record = _locked(connection, principal, choice)
    open_marks = _open(connection, principal, choice)
    _unchanged(connection, principal, choice, record, open_marks)
    values = _values(choice, record, _losing(connection, principal, choice))
    if values is not None:
        _write(connection, principal, choice, record, values)
    key = _key(principal, choice)
    settled = sorted(open_marks & set(choice.others))
    for client_id, mid in settled:
        connection.execute(
            update(SyncConflict)
            .where(*key, SyncConflict.by_client == client_id, SyncConflict.by_mid == mid)
            .values(state=CHOSEN)
        )
    decisions = [
        Decision(client_id, mid, CHOSEN, choice.field, principal.user_id)
        for client_id, mid in settled
    ]
    build = current_build(connection)
    Writer(connection, build, principal.organisation_id).write(Batch(decisions=decisions), now_ms())


def _locked(connection: Connection, principal: Principal, choice: Choice) -> Record:
    build = current_build(connection)
    if choice.kind not in build.tables:
        raise Problem("not_found")
    table = build.tables[choice.kind].table
    row = connection.execute(
        select(table.c.wire, table.c.scope_id)
        .where(table.c.organisation_id == principal.organisation_id, table.c.id == choice.id)
        .with_for_update()
    ).first()
    if row is None or not may_decide(principal.grants.get(row.scope_id)):
        raise Problem("not_found")
    return load(row.wire, row.scope_id)


def _key(principal: Principal, choice: Choice) -> tuple[ColumnElement[bool], ...]:
    return (
        SyncConflict.organisation_id == principal.organisation_id,
        SyncConflict.kind == choice.kind,
        SyncConflict.id == choice.id,
        SyncConflict.field == choice.field,
    )


def _open(connection: Connection, principal: Principal, choice: Choice) -> set[Mark]:
    rows = connection.execute(
        select(SyncConflict.by_client, SyncConflict.by_mid).where(
            *_key(principal, choice), SyncConflict.state == "open"
        )
    )
    return {(client_id, mid) for client_id, mid in rows}


def _losing(
    connection: Connection, principal: Principal, choice: Choice
) -> Mapping[Mark, JsonValue]:
    rows = connection.execute(
        select(SyncConflict.by_client, SyncConflict.by_mid, SyncConflict.losing_value).where(
            *_key(principal, choice)
        )
    )
    return {(client_id, mid): value for client_id, mid, value in rows}


def _unchanged(
    connection: Connection,
    principal: Principal,
    choice: Choice,
    record: Record,
    open_marks: set[Mark],
) -> None:
    """Refuse a choice between values of which one is settled, or stands no more."""
    ver = record.vers.get(choice.field)
    stands = ver[1:] if ver is not None else None
    if stands == choice.stands and set(choice.others) <= open_marks and choice.others:
        return
    decided = decided_before(connection, principal.organisation_id, choice.others)
    raise Problem("conflict", extra={"decided": decided} if decided else {})


def decided_before(
    connection: Connection, organisation_id: str, marks: Sequence[Mark]
) -> dict[str, object] | None:
    """Return who decided about the first of these that was decided by a person, what and when."""
    for client_id, mid in marks:
        row = connection.execute(
            select(SyncDecision.outcome, SyncDecision.reason, SyncDecision.decided_at, User.name)
            .outerjoin(User, User.id == SyncDecision.actor_id)
            .where(
                SyncDecision.organisation_id == organisation_id,
                SyncDecision.client_id == client_id,
                SyncDecision.mid == mid,
            )
            .order_by(SyncDecision.n.desc())
        ).first()
        if row is not None:
            reason = row.reason if row.outcome == "refused" else None
            return {"by": row.name, "outcome": row.outcome, "reason": reason, "at": row.decided_at}
    return None


def _values(
    choice: Choice, record: Record, losing: Mapping[Mark, JsonValue]
) -> dict[str, JsonValue] | None:
    """Return what the choice sets; None when what stands may simply go on standing."""
    keeps = choice.mark == choice.stands and choice.text is None
    if record.deleted and choice.field != "deleted":
        if keeps:
            return None  # it stays removed, and nobody has to settle its fields
        return {choice.field: _chosen(choice, record, losing), "deleted": False}
    if choice.field == "deleted":
        deletes = record.deleted if keeps else losing.get(choice.mark or ("", 0)) is True
        return {"deleted": True} if deletes else {"deleted": False}
    return {choice.field: _chosen(choice, record, losing)}


def _chosen(choice: Choice, record: Record, losing: Mapping[Mark, JsonValue]) -> JsonValue:
    if choice.text is not None:
        return choice.text
    if choice.mark == choice.stands:
        return record.fields.get(choice.field)
    if choice.mark not in choice.others or choice.mark not in losing:
        raise Problem("bad_value", fields={"mark": "Choose one of the values."})
    return losing[choice.mark]


def _write(
    connection: Connection,
    principal: Principal,
    choice: Choice,
    record: Record,
    values: dict[str, JsonValue],
) -> None:
    """Write the choice as the person, on top of what stands; a closed visit is opened for it."""
    if choice.field in current_build(connection).rules[choice.kind].immutable:
        if choice.mark != choice.stands or choice.text is not None:
            words = "This was fixed when it was first written. Only what stands can be kept."
            raise Problem("bad_value", fields={"mark": words})
        return
    opened = {id_: replace(grant, closed=False) for id_, grant in principal.grants.items()}
    change = Change(choice.kind, choice.id, record.scope_id, values, base=None)
    (result,) = commit_changes(
        [change], origin=str(uuid.uuid4()), actor_id=principal.user_id, grants=opened
    )
    if result.status not in ("applied", "merged"):
        fields = {"text" if choice.text is not None else "mark": "This value cannot be used."}
        raise Problem("bad_value", f"The choice was not saved: {result.code}.", fields=fields)
