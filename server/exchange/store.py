"""The engine's reads on a real database: records, ledger entries, conflicts, held ops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from orjson import loads
from sqlalchemy import Connection, Select, bindparam, exists, literal, select

from server.core.statements import Prepared, ids_given
from server.core.types import IdType
from server.exchange.build import Build
from server.exchange.models import SyncConflict, SyncOp, SyncTombstone, SyncWaiting
from sync.batch import Held, Key, Rights
from sync.merge import Entry
from sync.op import UUID, read_op
from sync.record import Mark, Record, load

CHUNK = 500
_ANY_WAITING = Prepared(
    select(literal(1)).where(
        exists().where(SyncWaiting.organisation_id == bindparam("p_organisation", type_=IdType()))
    )
)
_HELD: Select[str, int, bytes | None, int | None, str | None] = select(
    SyncOp.client_id, SyncOp.mid, SyncOp.body, SyncOp.at_corrected, SyncOp.actor_id
)


def chunks(ids: Iterable[str]) -> list[list[str]]:
    """Return ids sorted and cut so that one statement never has too many parameters.

    What is no id names no record, and PostgreSQL would fail the batch over it: left out.
    """
    ordered = sorted(id_ for id_ in ids if UUID.match(id_))
    return [ordered[i : i + CHUNK] for i in range(0, len(ordered), CHUNK)]


class SqlStore:
    """Reads inside one transaction of one organisation; ``records`` locks rows on PostgreSQL."""

    def __init__(
        self,
        connection: Connection,
        build: Build,
        organisation_id: str,
        rights_of: Callable[[str | None], Rights | None],
    ) -> None:
        self.connection = connection
        self.build = build
        self.organisation_id = organisation_id
        self.rights_of = rights_of
        self._entries: dict[Mark, Entry | None] = {}
        self._any_waiting: bool | None = None

    def records(self, wanted: Mapping[str, set[str]]) -> dict[Key, Record]:
        found: dict[Key, Record] = {}
        for kind in sorted(wanted, key=self.build.registry.rank):
            rows = self.build.tables[kind].records.rows(self.connection, self._ids(wanted[kind]))
            for wire, scope_id in rows:
                record = load(wire, str(scope_id), loads)
                found[kind, record.id] = record
        return found

    def places(self, wanted: Mapping[str, set[str]]) -> dict[Key, str]:
        found: dict[Key, str] = {}
        for kind, every in wanted.items():
            rows = self.build.tables[kind].places.rows(self.connection, self._ids(every))
            found.update(((kind, str(id_)), str(scope_id)) for id_, scope_id in rows)
        return found

    def _ids(self, every: Iterable[str]) -> dict[str, object]:
        """Return ids as parameters. What is no id names no record: PostgreSQL would refuse it."""
        ids = sorted(filter(UUID.match, every))
        return {
            "p_organisation": self.organisation_id,
            "p_ids": ids_given(ids, self.connection),
        }

    def moved_from(self, kind: str, record_id: str) -> list[str]:
        rows = self.connection.execute(
            select(SyncTombstone.scope_id).where(
                SyncTombstone.organisation_id == self.organisation_id,
                SyncTombstone.kind == kind,
                SyncTombstone.id == record_id,
                SyncTombstone.reason == "moved",
            )
        )
        return list(rows.scalars())

    def entry(self, mark: Mark) -> Entry | None:
        if mark not in self._entries:
            row = self.connection.execute(
                select(SyncOp.at_corrected, SyncOp.bases).where(
                    SyncOp.organisation_id == self.organisation_id,
                    SyncOp.client_id == mark[0],
                    SyncOp.mid == mark[1],
                )
            ).first()
            self._entries[mark] = None if row is None else _entry(row.at_corrected, row.bases)
        return self._entries[mark]

    def losers(self, kind: str, record_id: str, field: str) -> list[Mark]:
        rows = self.connection.execute(
            select(SyncConflict.by_client, SyncConflict.by_mid).where(
                SyncConflict.organisation_id == self.organisation_id,
                SyncConflict.kind == kind,
                SyncConflict.id == record_id,
                SyncConflict.field == field,
            )
        )
        return [(client, mid) for client, mid in rows]

    def waiting(self, ids: set[str]) -> list[Held]:
        if not self._is_anything_waiting():
            return []
        found: dict[Mark, Held] = {}
        for some in chunks(ids):
            query = (
                _HELD.join(
                    SyncWaiting,
                    (SyncWaiting.organisation_id == SyncOp.organisation_id)
                    & (SyncWaiting.client_id == SyncOp.client_id)
                    & (SyncWaiting.mid == SyncOp.mid),
                )
                .where(
                    SyncOp.organisation_id == self.organisation_id, SyncWaiting.wants_id.in_(some)
                )
                .order_by(SyncOp.client_id, SyncOp.mid)
            )
            for held in self._held(query):
                found[held.op.mark] = held
        return [found[mark] for mark in sorted(found)]

    def group(self, client_id: str, txn: str) -> list[Held]:
        return self._held(
            _HELD.where(
                SyncOp.organisation_id == self.organisation_id,
                SyncOp.client_id == client_id,
                SyncOp.txn == txn,
            ).order_by(SyncOp.mid)
        )

    def _is_anything_waiting(self) -> bool:
        if self._any_waiting is None:
            given = {"p_organisation": self.organisation_id}
            self._any_waiting = bool(_ANY_WAITING.rows(self.connection, given))
        return self._any_waiting

    def _held(self, query: Select[str, int, bytes | None, int | None, str | None]) -> list[Held]:
        found: list[Held] = []
        for client_id, mid, body, at_corrected, actor_id in self.connection.execute(query):
            if body is None:
                continue  # erased: it can never be replayed
            op = read_op(bytes(body), client_id, mid)
            op.at_corrected = at_corrected or 0
            found.append(Held(op, actor_id))
        return found


def _entry(at: int | None, bases: str | None) -> Entry:
    read = json.loads(bases) if bases else {}
    return Entry(at or 0, {name: (client, mid) for name, (client, mid) in read.items()})
