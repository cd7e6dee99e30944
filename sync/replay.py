"""Held ops decide themselves again when the record they waited for arrives, however it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.batch import Decision, Held

if TYPE_CHECKING:
    from sync.push import Push

ROUNDS = 20  # a chain of held parents may be this long in one push


def replay_waiting(push: Push) -> None:
    """Replay what waits for the records just created, until nothing more can be."""
    seen: set[str] = set()
    for _ in range(ROUNDS):
        fresh = push.created - seen
        if not fresh:
            return
        seen |= fresh
        for unit in _waiting_units(push, fresh):
            _replay(push, unit)


def _waiting_units(push: Push, fresh: set[str]) -> list[list[Held]]:
    """Return what waits for these records: the store's, and this batch's own; groups whole."""
    mine = {mark for mark, wanted in push.wants.items() if wanted & fresh}
    rows = [
        Held(row.op, row.actor_id)
        for row in (push.batch.ledger if mine else ())
        if row.outcome.code == "missing_parent" and row.op.mark in mine
    ]
    found: dict[tuple[str, object], list[Held]] = {}
    done = set(push.batch.done_waiting)
    for held in [*push.store.waiting(fresh), *rows]:
        op = held.op
        if op.mark in done:
            continue
        key = (op.client_id, op.txn or op.mid)
        if key in found:
            continue
        found[key] = [held] if op.txn is None else _group(push, held)
    return [found[key] for key in sorted(found, key=str)]


def _group(push: Push, held: Held) -> list[Held]:
    op = held.op
    assert op.txn is not None
    here = [
        Held(row.op, row.actor_id)
        for row in push.batch.ledger
        if row.op.client_id == op.client_id and row.op.txn == op.txn
    ]
    return here or push.store.group(op.client_id, op.txn)


def _replay(push: Push, unit: list[Held]) -> None:
    """Decide a unit again; an end is a decision, a new lack is a new wait."""
    rights = push.store.rights_of(unit[0].actor_id)
    for held in unit:
        push.wants.pop(held.op.mark, None)
    outcomes = push.replay(unit, rights)
    batch = push.batch
    worst = next((found for found in outcomes if found.status in ("held", "rejected")), None)
    if worst is None:
        batch.decisions += [
            Decision(h.op.client_id, h.op.mid, "accepted", "parent_arrived") for h in unit
        ]
        batch.done_waiting += [held.op.mark for held in unit]
    elif worst.status == "rejected":
        batch.decisions += [
            Decision(h.op.client_id, h.op.mid, "refused", found.code or "")
            for h, found in zip(unit, outcomes, strict=True)
        ]
        batch.done_waiting += [held.op.mark for held in unit]
    else:
        for held in unit:
            batch.waits += [
                (want, held.op.mark) for want in sorted(push.wants.get(held.op.mark, ()))
            ]
