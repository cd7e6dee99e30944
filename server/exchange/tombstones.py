"""Collects the tombstones that no tablet of the last 180 days can still need.

How old one is, the ledger says: nothing was sent about its record since. Numbers are given in the
order of commits, so every tombstone below an old one is old as well. A cursor below what was
collected is told to start anew (``reset``). Ledger, conflicts and the records stay as they are.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from server.core.scopes import Scope
from server.exchange.models import SyncOp, SyncTombstone

HORIZON_MS = 180 * 24 * 3600 * 1000
CHUNK = 500


def collect_chunk(
    connection: Connection, organisation_id: str, scope_id: str, before: int
) -> tuple[int, bool]:
    """Remove the oldest tombstones of a scope; return (how many, whether there may be more).

    The scope is locked, and ``min_seq`` raised in the same transaction: no pull can see the one
    without the other.
    """
    of_scope = (
        SyncTombstone.organisation_id == organisation_id,
        SyncTombstone.scope_id == scope_id,
    )
    scope = (Scope.organisation_id == organisation_id, Scope.id == scope_id)
    connection.execute(select(Scope.id).where(*scope).with_for_update())
    rows = connection.execute(
        select(SyncTombstone.id, SyncTombstone.seq)
        .where(*of_scope)
        .order_by(SyncTombstone.seq)
        .limit(CHUNK)
    ).all()
    last_heard = _last_heard(connection, organisation_id, [str(row.id) for row in rows])
    old = [row.seq for row in rows if last_heard.get(str(row.id), before) < before]
    if not old:
        return 0, False
    connection.execute(update(Scope).where(*scope, Scope.min_seq < old[-1]).values(min_seq=old[-1]))
    gone = connection.execute(delete(SyncTombstone).where(*of_scope, SyncTombstone.seq <= old[-1]))
    return gone.rowcount, len(rows) == CHUNK


def _last_heard(connection: Connection, organisation_id: str, ids: list[str]) -> dict[str, int]:
    """Return when the ledger last took something about each record."""
    rows = connection.execute(
        select(SyncOp.record_id, func.max(SyncOp.received_at))
        .where(SyncOp.organisation_id == organisation_id, SyncOp.record_id.in_(ids))
        .group_by(SyncOp.record_id)
    )
    return {str(id_): at for id_, at in rows}
