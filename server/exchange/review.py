"""A person's answers to held changes: accepted is replayed as first made, refused stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from server.accounts.access import Principal
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.choose import decided_before
from server.exchange.clients import find_client
from server.exchange.commit import current_build, rights_reader
from server.exchange.models import SyncOp
from server.exchange.nowhere import decides_all, scopes_there
from server.exchange.receive import result_json, stored_fields
from server.exchange.store import SqlStore
from server.exchange.wake import wake
from server.exchange.write import Writer
from sync.batch import Decision, Held, Outcome, Sender
from sync.op import read_op
from sync.push import Push

PAGE = 200


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whether a decision was recorded, and what the replay came to."""

    decided: bool
    status: str
    code: str | None


def own_ops(
    connection: Connection, principal: Principal, client_id: str, after: int
) -> tuple[list[dict[str, object]], int | None]:
    """Return a page of one's own ledger rows and the number to go on after."""
    client = find_client(connection, principal.organisation_id, client_id, principal.user_id)
    if client is None:
        raise Problem("not_found")
    rows = connection.execute(
        select(
            SyncOp.mid, SyncOp.status, SyncOp.code, SyncOp.fields, SyncOp.received_at, SyncOp.sha256
        )
        .where(
            SyncOp.organisation_id == principal.organisation_id,
            SyncOp.client_id == client_id,
            SyncOp.mid > after,
        )
        .order_by(SyncOp.mid)
        .limit(PAGE)
    ).all()
    items: list[dict[str, object]] = [
        {
            **result_json(row.mid, Outcome(row.status, row.code, stored_fields(row.fields))),
            "received_at": row.received_at,
            "sha256": bytes(row.sha256).hex(),
        }
        for row in rows
    ]
    return items, rows[-1].mid if len(rows) == PAGE else None


def resolve(
    connection: Connection,
    principal: Principal,
    client_id: str,
    mid: int,
    *,
    outcome: str,
    reason: str,
    placed: Mapping[int, str] | None = None,
) -> Resolved:
    """Decide a held op, or its whole group. It stays held while any member cannot be applied.

    A refusal says why: the reason reaches the tablet. ``placed``: by its number, the scope in which
    an op that names none is accepted; the scope of a record that exists is its own all the same.
    """
    if outcome == "refused" and not reason.strip():
        raise Problem("bad_value", fields={"reason": "Say why; it is shown on the tablet."})
    organisation_id, now = principal.organisation_id, now_ms()
    held = _held(connection, principal, client_id, mid)
    if outcome == "accepted":
        _put_somewhere(connection, principal, held, placed or {})
    build = current_build(connection)
    store = SqlStore(connection, build, organisation_id, rights_reader(organisation_id))
    sender = Sender(client_id, principal.user_id, None, now)
    push = Push(store, build.rules, organisation_id, sender)
    done = Resolved(decided=True, status="refused", code=None)
    if outcome == "accepted":
        done = _replayed(push, held, principal)
        if not done.decided:
            return done
    push.batch.decisions += [
        Decision(client_id, item.op.mid, outcome, reason, principal.user_id) for item in held
    ]
    push.batch.done_waiting += [item.op.mark for item in held]
    Writer(connection, build, organisation_id).write(push.batch, now)
    wake(push.batch, push.created, actor_id=principal.user_id)
    return done


def _replayed(push: Push, held: list[Held], principal: Principal) -> Resolved:
    """Replay under the reviewer's rights: they answer for it, a closed visit is opened for this."""
    opened = {id_: replace(grant, closed=False) for id_, grant in principal.grants.items()}
    outcomes = push.replay(held, opened)
    stuck = next((found for found in outcomes if found.status in ("held", "rejected")), None)
    if stuck is not None:
        return Resolved(decided=False, status=stuck.status, code=stuck.code)
    status = "merged" if any(found.status == "merged" for found in outcomes) else "applied"
    return Resolved(decided=True, status=status, code=None)


def _held(connection: Connection, principal: Principal, client_id: str, mid: int) -> list[Held]:
    """Return the undecided held op, with its group, that this reviewer may decide."""
    key = (SyncOp.organisation_id == principal.organisation_id, SyncOp.client_id == client_id)
    first = connection.execute(
        select(SyncOp.txn, SyncOp.status).where(*key, SyncOp.mid == mid).with_for_update()
    ).first()
    if first is None or first.status != "held":
        raise Problem("not_found")
    done = decided_before(connection, principal.organisation_id, [(client_id, mid)])
    if done is not None:
        words = "This change has been decided already."
        raise Problem("conflict", words, extra={"decided": done})
    members = SyncOp.mid == mid if first.txn is None else SyncOp.txn == first.txn
    rows = connection.execute(
        select(SyncOp.mid, SyncOp.body, SyncOp.at_corrected, SyncOp.actor_id, SyncOp.scope_id)
        .where(*key, members, SyncOp.status == "held")
        .order_by(SyncOp.mid)
    ).all()
    named = {row.scope_id for row in rows if row.scope_id}
    there = scopes_there(connection, principal.organisation_id, named)
    nowhere = any(row.scope_id not in there for row in rows)
    if not decides_all(principal, there, nowhere=nowhere):
        raise Problem("not_found")
    found: list[Held] = []
    for row in rows:
        if row.body is None:
            raise Problem("gone", "The content of this change was erased.")
        op = read_op(bytes(row.body), client_id, row.mid)
        op.at_corrected = row.at_corrected or 0
        found.append(Held(op, row.actor_id))
    return found


def _put_somewhere(
    connection: Connection, principal: Principal, held: list[Held], placed: Mapping[int, str]
) -> None:
    """Give each op that names no scope there is the one chosen for it, in memory only.

    Raises bad_value where none was chosen, not_found where this person does not decide in it.
    """
    named = {item.op.scope_id for item in held if item.op.scope_id}
    there = scopes_there(connection, principal.organisation_id, named)
    for item in held:
        if item.op.scope_id in there or item.op.fault is not None:
            continue
        chosen = placed.get(item.op.mid)
        if chosen is None:
            raise Problem("bad_value", fields={"school_id": "Choose the school it belongs to."})
        if not decides_all(principal, [chosen], nowhere=True):
            raise Problem("not_found")
        item.op.scope_id = chosen
