"""Writes records: typed columns, versions and the stored item in one go, numbered by their scope.

The one function that writes a synced row. Counters are taken last, in order of scope id.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Connection, Dialect, bindparam, delete, insert, select, update

from server.core.scopes import Scope
from server.core.statements import Prepared, ids_given, one_of_ids
from server.core.types import IdType
from server.exchange.build import Build
from server.exchange.changes import Change
from server.exchange.lines import quick_text
from server.exchange.models import SyncTombstone
from server.exchange.shapes import Shape
from server.exchange.tables import Bulk, bulk, run_many
from sync.batch import Key
from sync.numbering import Counter, Numbering, Written, touched_scopes
from sync.record import DIGEST_MOD, Record


class UnknownScopeError(LookupError):
    """The server itself wrote into a scope that does not exist: a programming fault."""


class RowWriter:
    """Writes the changed records of one batch."""

    def __init__(self, connection: Connection, build: Build, organisation_id: str) -> None:
        self.connection = connection
        self.build = build
        self.organisation_id = organisation_id
        self.counters: dict[str, Counter] = {}
        self.moved: list[Key] = []  # what is in another school now

    def write(self, records: list[Record], now: int) -> dict[str, int]:
        """Write the records and return the new head of each scope they touched."""
        self.counters = lock_scopes(self.connection, self.organisation_id, touched_scopes(records))
        numbering = Numbering(self.counters, quick_text)
        inserts: dict[str, list[Written]] = {}
        updates: dict[str, list[Written]] = {}
        for record in records:
            written = numbering.number(record)
            (inserts if record.stored is None else updates).setdefault(record.kind, []).append(
                written
            )
        for kind in sorted({*inserts, *updates}, key=self.build.registry.rank):
            self._insert(kind, inserts.get(kind, []), now)
            self._update(kind, updates.get(kind, []), now)
        self._tombstones(numbering)
        self.moved = [(made.kind, made.id) for made in numbering.gone if made.reason == "moved"]
        release_scopes(self.connection, self.organisation_id, self.counters)
        return {scope_id: found.seq for scope_id, found in self.counters.items()}

    def _insert(self, kind: str, every: list[Written], now: int) -> None:
        """Insert new records, those of one shape together."""
        shapes, organisation_id = self.build.shapes[kind], self.organisation_id
        ready: dict[Shape, list[tuple[object, ...]]] = {}
        for written in every:
            record = written.record
            if record.deleted:  # made and deleted in one batch
                row = [organisation_id, record.id, *self._row(written, now)]
                run_many(self.connection, self.build.tables[kind].insert, [row])
                continue
            shape = shapes.of(record.fields)
            ready.setdefault(shape, []).append(shape.row(organisation_id, written))
        for shape, rows in ready.items():
            self.connection.exec_driver_sql(shape.sql, rows)

    def _update(self, kind: str, every: list[Written], now: int) -> None:
        """Change records, those of which the same fields were put together."""
        changes, key = self.build.changes[kind], self.organisation_id
        whole: list[list[object]] = []
        ready: dict[Change, list[tuple[object, ...]]] = {}
        for written in every:
            record = written.record
            if record.deleted or record.stored_deleted or record.scope_id != record.stored_scope:
                whole.append([*self._row(written, now), key, record.id])
                continue
            change = changes.of(frozenset(record.touched))
            ready.setdefault(change, []).append(change.row(key, written))
        run_many(self.connection, self.build.tables[kind].update, whole)
        for change, rows in ready.items():
            run_many(self.connection, change.statement, rows)

    def _row(self, written: Written, now: int) -> list[object]:
        """Return every column of a record's row but its key."""
        record = written.record
        deleted_at = now if record.deleted else None
        row: list[object] = [record.scope_id, written.seq, deleted_at, written.fver, written.wire]
        row += self.build.tables[record.kind].columns(record)
        return row

    def _tombstones(self, numbering: Numbering) -> None:
        """Set what left a scope, clear what came back. Rare, so one statement each."""
        gone = numbering.gone
        keys = [*numbering.back, *((made.scope_id, made.kind, made.id) for made in gone)]
        for scope_id, kind, id_ in keys:
            self.connection.execute(
                delete(SyncTombstone).where(
                    SyncTombstone.organisation_id == self.organisation_id,
                    SyncTombstone.scope_id == scope_id,
                    SyncTombstone.kind == kind,
                    SyncTombstone.id == id_,
                )
            )
        if gone:
            self.connection.execute(
                insert(SyncTombstone),
                [
                    {
                        "organisation_id": self.organisation_id,
                        "scope_id": made.scope_id,
                        "kind": made.kind,
                        "id": made.id,
                        "seq": made.seq,
                        "reason": made.reason,
                        "fver": made.fver,
                    }
                    for made in gone
                ],
            )


def lock_scopes(
    connection: Connection, organisation_id: str, wanted: list[str]
) -> dict[str, Counter]:
    """Lock the counters of these scopes, which are given in order of id."""
    given = {"p_organisation": organisation_id, "p_ids": ids_given(wanted, connection)}
    rows = _locking(connection.dialect).rows(connection, given)
    found = {str(scope_id): Counter(seq, digest) for scope_id, seq, digest in rows}
    if len(found) < len(wanted):
        raise UnknownScopeError(", ".join(sorted(set(wanted) - found.keys())))
    return found


def release_scopes(
    connection: Connection, organisation_id: str, counters: Mapping[str, Counter]
) -> None:
    """Store the counters; their locks go with the commit."""
    rows = [
        (found.seq, found.digest % DIGEST_MOD, organisation_id, scope_id)
        for scope_id, found in sorted(counters.items())
    ]
    run_many(connection, _releasing(connection.dialect), rows)


@cache
def _locking(dialect: Dialect) -> Prepared:
    return Prepared(
        select(Scope.id, Scope.seq, Scope.digest)
        .where(
            Scope.organisation_id == bindparam("p_organisation", type_=IdType()),
            one_of_ids(Scope.__table__.c.id, dialect),
        )
        .order_by(Scope.id)
        .with_for_update()
    )


@cache
def _releasing(dialect: Dialect) -> Bulk:
    statement = (
        update(Scope)
        .where(Scope.organisation_id == bindparam("b_organisation"))
        .where(Scope.id == bindparam("b_id"))
        .values(seq=bindparam("n_seq"), digest=bindparam("n_digest"))
    )
    return bulk(statement, dialect, ("n_seq", "n_digest", "b_organisation", "b_id"))
