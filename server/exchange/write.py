"""Writes one batch of effects: ledger, conflicts, decisions, then rows and counters last."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server.core.statements import Statement, compiled
from server.exchange.build import Build
from server.exchange.lines import quick_text
from server.exchange.models import (
    SyncConflict,
    SyncDecision,
    SyncLost,
    SyncOp,
    SyncWaiting,
)
from server.exchange.rows import RowWriter
from sync.batch import APPLIED, Batch, Key, LedgerRow
from sync.codec import canonical

_LEDGER = (
    "organisation_id",
    "client_id",
    "mid",
    "actor_id",
    "sha256",
    "status",
    "code",
    "fields",
    "scope_id",
    "kind",
    "record_id",
    "txn",
    "received_at",
    "at_raw",
    "at_corrected",
    "sv",
    "bases",
    "body",
)
# The columns of a line that was applied as it came, and of one for which nothing was seen before.
_BASED = tuple(name for name in _LEDGER if name not in {"code", "fields", "txn"})
FIRST = tuple(name for name in _BASED if name != "bases")
_statements: dict[tuple[str, tuple[str, ...]], Statement] = {}


class Writer:
    """Writes for one organisation inside the caller's transaction."""

    def __init__(self, connection: Connection, build: Build, organisation_id: str) -> None:
        self.connection = connection
        self.build = build
        self.organisation_id = organisation_id
        self.heads: dict[str, int] = {}

    def write(self, batch: Batch, now: int) -> None:
        """Write everything; scopes and rows last, so that their locks are held shortest."""
        self._ledger(batch.ledger)
        self._conflicts(batch, now)
        self._decisions(batch, now)
        self._waiting(batch)
        if batch.changed:
            rows = RowWriter(self.connection, self.build, self.organisation_id)
            self.heads = rows.write(list(batch.changed.values()), now)
            for key in rows.moved:
                self._follow(key, batch.changed[key].scope_id)

    def _ledger(self, rows: list[LedgerRow]) -> None:
        """Write the lines, those with the same empty columns together: nothing binds a NULL."""
        organisation_id = self.organisation_id
        ready: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
        for row in rows:
            if row.outcome is APPLIED and row.op.txn is None and row.op.at is not None:
                columns, values = _applied(organisation_id, row)
            else:
                columns, values = _LEDGER, _ledger_row(organisation_id, row)
            ready.setdefault(columns, []).append(values)
        for columns, every in ready.items():
            write_ledger(self.connection, columns, every)

    def _conflicts(self, batch: Batch, now: int) -> None:
        rows: list[dict[str, object]] = [
            {
                "organisation_id": self.organisation_id,
                "kind": made.kind,
                "id": made.id,
                "field": made.field,
                "by_client": made.by[0],
                "by_mid": made.by[1],
                "scope_id": self._scope_of(batch, made.kind, made.id),
                "losing_value": made.value,
                "winner_client": made.winner[0],
                "winner_mid": made.winner[1],
                "state": "open",
                "made_at": now,
            }
            for made in batch.losers
        ]
        kept = {
            tuple(row[name] for name in ("kind", "id", "field", "by_client", "by_mid")): row
            for row in rows
        }
        for row in kept.values():
            self._put_conflict(row)
        for kind, id_, name, by in batch.closed:
            self.connection.execute(
                update(SyncConflict)
                .where(
                    SyncConflict.organisation_id == self.organisation_id,
                    SyncConflict.kind == kind,
                    SyncConflict.id == id_,
                    SyncConflict.field == name,
                    SyncConflict.by_client == by[0],
                    SyncConflict.by_mid == by[1],
                    SyncConflict.state == "open",
                )
                .values(state="superseded")
            )

    def _put_conflict(self, row: dict[str, object]) -> None:
        """Insert a conflict, or open it again if the same value lost before."""
        table = SyncConflict
        names = ("organisation_id", "kind", "id", "field", "by_client", "by_mid")
        again = self.connection.execute(
            update(table)
            .where(*(getattr(table, name) == row[name] for name in names))
            .values(winner_client=row["winner_client"], winner_mid=row["winner_mid"], state="open")
        )
        if again.rowcount == 0:
            self.connection.execute(insert(table).values(row))

    def _follow(self, key: Key, scope_id: str) -> None:
        """Let what waits for a person be found where the record now is."""
        for table in (SyncConflict, SyncLost):
            self.connection.execute(
                update(table)
                .where(
                    table.organisation_id == self.organisation_id,
                    table.kind == key[0],
                    table.id == key[1],
                )
                .values(scope_id=scope_id)
            )

    def _scope_of(self, batch: Batch, kind: str, id_: str) -> str:
        record = batch.changed.get((kind, id_))
        if record is not None:
            return record.scope_id
        table = self.build.tables[kind].table
        return str(
            self.connection.execute(
                select(table.c.scope_id).where(
                    table.c.organisation_id == self.organisation_id, table.c.id == id_
                )
            ).scalar_one()
        )

    def _decisions(self, batch: Batch, now: int) -> None:
        if not batch.decisions:
            return
        # A taken number is a unique violation and the push is tried again: order is commit order.
        last = self.connection.execute(
            select(func.coalesce(func.max(SyncDecision.n), 0)).where(
                SyncDecision.organisation_id == self.organisation_id
            )
        ).scalar_one()
        self.connection.execute(
            insert(SyncDecision),
            [
                {
                    "organisation_id": self.organisation_id,
                    "n": last + 1 + i,
                    "client_id": made.client_id,
                    "mid": made.mid,
                    "outcome": made.outcome,
                    "reason": made.reason,
                    "actor_id": made.actor_id,
                    "decided_at": now,
                }
                for i, made in enumerate(batch.decisions)
            ],
        )

    def _waiting(self, batch: Batch) -> None:
        done = set(batch.done_waiting)
        rows = {
            (wanted, *mark): {
                "organisation_id": self.organisation_id,
                "wants_id": wanted,
                "client_id": mark[0],
                "mid": mark[1],
            }
            for wanted, mark in batch.waits
            if mark not in done
        }
        for client_id, mid in sorted({(client, mid) for _, client, mid in rows} | done):
            self.connection.execute(
                delete(SyncWaiting).where(
                    SyncWaiting.organisation_id == self.organisation_id,
                    SyncWaiting.client_id == client_id,
                    SyncWaiting.mid == mid,
                )
            )
        if rows:
            self.connection.execute(insert(SyncWaiting), list(rows.values()))


def write_ledger(
    connection: Connection, columns: tuple[str, ...], rows: list[tuple[object, ...]]
) -> None:
    """Write lines that have the same columns."""
    sql = _ledger_statement(connection.dialect.name, columns, connection).sql
    connection.exec_driver_sql(sql, rows)


def _ledger_statement(dialect: str, columns: tuple[str, ...], connection: Connection) -> Statement:
    found = _statements.get((dialect, columns))
    if found is None:
        values: dict[str, object] = {name: bindparam(name) for name in columns}
        found = compiled(insert(SyncOp).values(values), connection.dialect)
        assert found.names == columns, found.names
        _statements[dialect, columns] = found
    return found


def _applied(organisation_id: str, row: LedgerRow) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """Return columns and values of the usual line: applied, of one person, alone."""
    op = row.op
    head = (organisation_id, op.client_id, op.mid, row.actor_id, op.sha256, "applied")
    what = (op.scope_id, op.kind, op.id, row.received_at, op.at, op.at_corrected, op.sv)
    if op.bases:
        return _BASED, (*head, *what, quick_text(op.bases), op.raw)
    return FIRST, (*head, *what, op.raw)


def _ledger_row(organisation_id: str, row: LedgerRow) -> tuple[object, ...]:
    """Return one line's row, in the order of _LEDGER."""
    op, outcome = row.op, row.outcome
    return (
        organisation_id,
        op.client_id,
        op.mid,
        row.actor_id,
        op.sha256,
        outcome.status,
        outcome.code,
        canonical(outcome.fields) if outcome.fields else None,
        op.scope_id or None,
        op.kind or None,
        op.id or None,
        op.txn,
        row.received_at,
        op.at,
        op.at_corrected or None,
        op.sv,
        canonical(op.bases) if op.bases else None,
        op.raw,
    )
