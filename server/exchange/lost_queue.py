"""The recovery list as a person reads it: record by record, first told first, in pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from server.core.database import db
from server.exchange.models import SyncClient, SyncLost
from server.exchange.waiting import Author, authors_of, read_records
from sync.batch import Key
from sync.codec import JsonValue
from sync.record import Mark, Record

# A place in the list: when the record was first told of, and which it is.
Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class LostValue:
    """One value that a tablet had and the server has no more."""

    field: str
    value: JsonValue
    by: Mark
    author: Author
    shown_by: Author  # whose tablet still has it


@dataclass(frozen=True, slots=True)
class LostRecord:
    """All that is missing of one record: decided together."""

    kind: str
    id: str
    scope_id: str
    at: int
    until: int  # when the last of these values was told
    record: Record | None  # as it stands; None: it is not there at all
    values: tuple[LostValue, ...]


def lost_in(
    scope_ids: Collection[str], *, after: Place | None, limit: int
) -> tuple[list[LostRecord], Place | None]:
    """Return a page of what is missing in these scopes, and where to go on."""
    began = func.min(SyncLost.told_at)
    query = (
        select(began, SyncLost.kind, SyncLost.id)
        .where(*_open(scope_ids))
        .group_by(SyncLost.kind, SyncLost.id)
        .order_by(began, SyncLost.kind, SyncLost.id)
        .limit(limit)
    )
    if after is not None:
        at, kind, id_ = after
        same = or_(SyncLost.kind > kind, and_(SyncLost.kind == kind, SyncLost.id > id_))
        query = query.having(or_(began > at, and_(began == at, same)))
    places = [(int(at), kind, str(id_)) for at, kind, id_ in db.session.execute(query)]
    keys = [(kind, id_) for _, kind, id_ in places]
    return _read(scope_ids, keys), places[-1] if len(places) == limit else None


def count_lost(scope_ids: Collection[str]) -> int:
    """Return of how many records something is missing in these scopes."""
    records = select(SyncLost.kind, SyncLost.id).where(*_open(scope_ids)).distinct().subquery()
    return int(db.session.scalar(select(func.count()).select_from(records)) or 0)


def _open(scope_ids: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return SyncLost.state == "open", SyncLost.scope_id.in_(scope_ids)


def _read(scope_ids: Collection[str], keys: Sequence[Key]) -> list[LostRecord]:
    if not keys:
        return []
    query = (
        select(SyncLost)
        .where(*_open(scope_ids), tuple_(SyncLost.kind, SyncLost.id).in_(keys))
        .order_by(SyncLost.field, SyncLost.told_at, SyncLost.by_client, SyncLost.by_mid)
    )
    found: dict[Key, list[SyncLost]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[(row.kind, row.id)].append(row)
    every = [row for rows in found.values() for row in rows]
    authors = authors_of({(row.by_client, row.by_mid) for row in every})
    owners = _owners({name for row in every for name in (row.by_client, row.told_by)})
    records = read_records(keys)
    return [_record(found[key], records.get(key), authors, owners) for key in keys if key in found]


def _record(
    rows: Sequence[SyncLost],
    record: Record | None,
    authors: dict[Mark, Author],
    owners: dict[str, Author],
) -> LostRecord:
    nobody = Author(None, None, None)
    values = tuple(
        LostValue(
            row.field,
            row.value,
            (row.by_client, row.by_mid),
            # The ledger has it as void at most: whose device it was is often still known.
            authors.get((row.by_client, row.by_mid), owners.get(row.by_client, nobody)),
            owners.get(row.told_by, nobody),
        )
        for row in rows
    )
    told = [row.told_at for row in rows]
    first = rows[0]
    return LostRecord(first.kind, first.id, first.scope_id, min(told), max(told), record, values)


def _owners(client_ids: Collection[str]) -> dict[str, Author]:
    query = select(SyncClient.id, SyncClient.user_id, SyncClient.device_id)
    rows = db.session.execute(query.where(SyncClient.id.in_(client_ids)))
    return {id_: Author(user_id, device_id, None) for id_, user_id, device_id in rows}
