"""The nightly proof of the digests: each is computed again from the rows it stands for.

A digest that differs says that some path wrote a row without its counter. It is reported, and
corrected from the rows; a tablet that holds what no longer is differs at its next comparison and
fetches the scope anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select, update

from server.accounts.audit import record_event
from server.core.scopes import Scope
from server.exchange.commit import current_build
from server.exchange.send import tables_of
from sync.record import DIGEST_MOD, digest_of_wire

MISMATCH = "sync.digest_mismatch"
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Summed:
    """A scope as its rows are, beside what its counter says."""

    seq: int
    stored: int
    rows: int
    total: int
    unreadable: int  # rows whose item is no item any more: a damaged database

    @property
    def is_right(self) -> bool:
        return self.stored == self.total and not self.unreadable


def sum_scope(
    connection: Connection, organisation_id: str, scope_id: str, *, lock: bool = False
) -> Summed | None:
    """Add up a scope's live rows, a chunk at a time, in one snapshot or under its lock."""
    query = select(Scope.kind, Scope.seq, Scope.digest).where(
        Scope.organisation_id == organisation_id, Scope.id == scope_id
    )
    scope = connection.execute(query.with_for_update() if lock else query).first()
    if scope is None:
        return None
    rows = total = unreadable = 0
    for table in tables_of(current_build(connection), scope.kind):
        for wire in _live(connection, table, organisation_id, scope_id):
            rows += 1
            try:
                total += digest_of_wire(wire)
            except (ValueError, KeyError, TypeError):
                unreadable += 1
    return Summed(scope.seq, scope.digest, rows, total % DIGEST_MOD, unreadable)


def _live(
    connection: Connection, table: Table, organisation_id: str, scope_id: str
) -> Iterator[str]:
    after = 0
    while True:
        found = connection.execute(
            select(table.c.sync_seq, table.c.wire)
            .where(
                table.c.organisation_id == organisation_id,
                table.c.scope_id == scope_id,
                table.c.deleted_at.is_(None),
                table.c.sync_seq > after,
            )
            .order_by(table.c.sync_seq)
            .limit(CHUNK)
        ).all()
        yield from (wire for _, wire in found)
        if len(found) < CHUNK:
            return
        after = found[-1][0]


def correct_scope(connection: Connection, organisation_id: str, scope_id: str) -> bool:
    """Compare again under the scope's lock; report and correct what still differs."""
    found = sum_scope(connection, organisation_id, scope_id, lock=True)
    if found is None or found.is_right:
        return False
    connection.execute(
        update(Scope)
        .where(Scope.organisation_id == organisation_id, Scope.id == scope_id)
        .values(digest=found.total)
    )
    about: dict[str, str | int] = {
        "scope_id": scope_id,
        "seq": found.seq,
        "stored": found.stored,
        "found": found.total,
        "rows": found.rows,
        "unreadable": found.unreadable,
    }
    record_event(organisation_id, MISMATCH, actor_id=None, about=about)
    return True
