"""One open conflict or held unit, read whole: both values, who, when, on which device."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, tuple_

from server.core.database import db
from server.core.tenancy import current_organisation
from server.exchange.commit import current_build
from server.exchange.models import SyncClient, SyncConflict, SyncOp
from server.exchange.nowhere import scopes_there
from server.exchange.store import chunks
from sync.batch import Key
from sync.codec import JsonValue
from sync.op import read_op
from sync.record import Mark, Record, load


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a value, on which device, and when by the server's clock."""

    actor_id: str | None
    device_id: str | None
    at: int | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values of a conflict; ``by`` names it."""

    by: Mark
    value: JsonValue
    author: Author


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A field on which people differ: what stands, and every value that lost and was kept."""

    kind: str
    id: str
    field: str
    at: int
    record: Record
    stands: Side | None  # None: nobody has written ``deleted``, the record simply stands
    others: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class HeldChange:
    """One change of a held unit, as the ledger has it."""

    mid: int
    kind: str
    id: str
    scope_id: str
    set: dict[str, JsonValue]
    record: Record | None
    is_nowhere: bool


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A held change, or a held group: decided together."""

    client_id: str
    mid: int  # of its first
    code: str
    at: int
    author: Author
    changes: tuple[HeldChange, ...]
    is_erased: bool
    scope_ids: frozenset[str]  # those named, and there
    is_nowhere: bool  # one of its changes names no scope that there is


Waiting = OpenConflict | HeldUnit


def read_conflicts(keys: Sequence[tuple[str, ...]]) -> list[OpenConflict]:
    """Return these (kind, id, field) where a conflict is open and the record is still known."""
    rows = _open_rows(keys)
    records = read_records({(row.kind, row.id) for row in rows})
    grouped: dict[tuple[str, str, str], list[SyncConflict]] = {}
    for row in rows:
        grouped.setdefault((row.kind, row.id, row.field), []).append(row)
    marks = {(row.by_client, row.by_mid) for row in rows}
    for kind, id_, field in grouped:
        record = records.get((kind, id_))
        if record is not None and field in record.vers:
            marks.add(record.vers[field][1:])
    authors = authors_of(marks)
    return [
        _conflict(key, records[key[:2]], found, authors)
        for key, found in grouped.items()
        if key[:2] in records
    ]


def _open_rows(keys: Sequence[tuple[str, ...]]) -> list[SyncConflict]:
    if not keys:
        return []
    wanted = or_(*(
        and_(SyncConflict.kind == kind, SyncConflict.id == id_, SyncConflict.field == field)
        for kind, id_, field in keys
    ))  # fmt: skip
    query = (
        select(SyncConflict)
        .where(SyncConflict.state == "open", wanted)
        .order_by(SyncConflict.made_at, SyncConflict.by_client, SyncConflict.by_mid)
    )
    return list(db.session.scalars(query))


def _conflict(
    key: tuple[str, str, str],
    record: Record,
    rows: Sequence[SyncConflict],
    authors: dict[Mark, Author],
) -> OpenConflict:
    kind, id_, field = key
    ver = record.vers.get(field)
    stands = None
    if ver is not None:
        mark = ver[1:]
        stands = Side(mark, record.fields.get(field), authors.get(mark, Author(None, None, ver[0])))
    others = tuple(
        Side(
            (row.by_client, row.by_mid),
            row.losing_value,
            authors.get((row.by_client, row.by_mid), Author(None, None, None)),
        )
        for row in rows
    )
    return OpenConflict(kind, id_, field, rows[0].made_at, record, stands, others)


def read_units(firsts: Sequence[Mark]) -> list[HeldUnit]:
    """Return the held changes with these first numbers, each with the rest of its group."""
    if not firsts:
        return []
    heads = list(
        db.session.scalars(
            select(SyncOp).where(
                tuple_(SyncOp.client_id, SyncOp.mid).in_(firsts), SyncOp.status == "held"
            )
        )
    )
    groups = {(op.client_id, op.txn): op for op in heads if op.txn is not None}
    members = list(
        db.session.scalars(
            select(SyncOp)
            .where(tuple_(SyncOp.client_id, SyncOp.txn).in_(groups), SyncOp.status == "held")
            .order_by(SyncOp.mid)
        )
    )
    wanted = {(op.kind, op.record_id) for op in (*heads, *members) if op.kind and op.record_id}
    records = read_records(wanted)
    authors = authors_of({(op.client_id, op.mid) for op in heads})
    named = {op.scope_id for op in (*heads, *members) if op.scope_id}
    there = scopes_there(db.session.connection(), current_organisation(), named)
    units = []
    for head in heads:
        own = [
            op
            for op in members
            if head.txn and (op.client_id, op.txn) == (head.client_id, head.txn)
        ]
        rows = own or [head]
        changes = [_change(row, records, row.scope_id in there) for row in rows]
        known = frozenset(row.scope_id for row in rows if row.scope_id in there)
        units.append(_unit(head, rows, changes, known, authors))
    return units


def _unit(
    head: SyncOp,
    rows: Sequence[SyncOp],
    changes: Sequence[HeldChange | None],
    known: frozenset[str],
    authors: dict[Mark, Author],
) -> HeldUnit:
    mark = (head.client_id, head.mid)
    return HeldUnit(
        *mark,
        head.code or "",
        head.received_at,
        authors.get(mark, Author(head.actor_id, None, head.at_corrected)),
        tuple(found for found in changes if found is not None),
        any(row.body is None for row in rows),
        known,
        any(row.scope_id not in known for row in rows),
    )


def _change(row: SyncOp, records: dict[Key, Record], is_there: bool) -> HeldChange | None:
    if row.body is None:
        return None
    op = read_op(bytes(row.body), row.client_id, row.mid)
    record = records.get((op.kind, op.id))
    return HeldChange(row.mid, op.kind, op.id, op.scope_id, op.set, record, not is_there)


def read_records(wanted: Collection[Key]) -> dict[Key, Record]:
    """Return these records as they stand, deleted ones too; kinds of a later build are left out."""
    connection = db.session.connection()
    build, organisation_id = current_build(connection), current_organisation()
    by_kind: dict[str, set[str]] = {}
    for kind, id_ in wanted:
        if kind in build.tables:
            by_kind.setdefault(kind, set()).add(id_)
    found: dict[Key, Record] = {}
    for kind, ids in by_kind.items():
        table = build.tables[kind].table
        for some in chunks(ids):
            rows = connection.execute(
                select(table.c.wire, table.c.scope_id).where(
                    table.c.organisation_id == organisation_id, table.c.id.in_(some)
                )
            )
            for wire, scope_id in rows:
                record = load(wire, scope_id)
                found[(kind, record.id)] = record
    return found


def authors_of(marks: Iterable[Mark]) -> dict[Mark, Author]:
    """Return who made each value, from the ledger."""
    wanted = sorted(marks)
    if not wanted:
        return {}
    query = (
        select(
            SyncOp.client_id, SyncOp.mid, SyncOp.actor_id, SyncOp.at_corrected, SyncClient.device_id
        )
        .outerjoin(SyncClient, SyncClient.id == SyncOp.client_id)
        .where(tuple_(SyncOp.client_id, SyncOp.mid).in_(wanted))
    )
    return {
        (client, mid): Author(actor_id, device_id, at)
        for client, mid, actor_id, at, device_id in db.session.execute(query)
    }
