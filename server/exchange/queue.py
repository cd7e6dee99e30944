"""What waits for a person: open conflicts and undecided held changes, oldest first, in pages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from server.core.database import db
from server.exchange.commit import current_build
from server.exchange.models import SyncConflict, SyncDecision, SyncOp
from server.exchange.nowhere import names_no_scope
from server.exchange.waiting import OpenConflict, Waiting, read_conflicts, read_units

# A place in the queue: when it began to wait, which of the two it is, and its key.
Place = tuple[int, str, tuple[str, ...]]
CONFLICT, HELD = "conflict", "held"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose queue: what waits in these scopes and, ``nowhere``, what names none that there is."""

    scope_ids: tuple[str, ...]
    nowhere: bool = False


def place_of(item: Waiting) -> Place:
    """Return where an item stands in the queue."""
    if isinstance(item, OpenConflict):
        return item.at, CONFLICT, (item.kind, item.id, item.field)
    return item.at, HELD, (item.client_id, _padded(item.mid))


def waiting_in(
    asked: Asked, *, after: Place | None, limit: int
) -> tuple[list[Waiting], Place | None]:
    """Return a page of what waits in a queue, oldest first, and where to go on."""
    places = sorted([
        *_conflict_places(asked, after, limit),
        *_held_places(asked, after, limit),
    ])[:limit]  # fmt: skip
    conflicts = read_conflicts([key for _, what, key in places if what == CONFLICT])
    held = read_units([(key[0], int(key[1])) for _, what, key in places if what == HELD])
    every: list[Waiting] = [*conflicts, *held]
    found = {place_of(item)[1:]: item for item in every}
    items = [found[(what, key)] for _, what, key in places if (what, key) in found]
    return items, places[-1] if len(places) == limit else None


def one_waiting(what: str, key: tuple[str, ...]) -> Waiting | None:
    """Return one item by its key, if it still waits."""
    if what == CONFLICT:
        return next(iter(read_conflicts([key])), None)
    return next(iter(read_units([(key[0], int(key[1]))])), None)


def count_waiting(asked: Asked) -> tuple[int, int]:
    """Return how many conflicts and how many held units wait in a queue."""
    fields = (
        select(SyncConflict.kind, SyncConflict.id, SyncConflict.field)
        .where(*_open_in(asked))
        .distinct()
        .subquery()
    )
    conflicts = db.session.scalar(select(func.count()).select_from(fields))
    held = db.session.scalar(
        select(func.count()).select_from(SyncOp).where(*_undecided(), _held_in(asked))
    )
    return int(conflicts or 0), int(held or 0)


# -- which -------------------------------------------------------------------------------------


def _conflict_places(asked: Asked, after: Place | None, limit: int) -> list[Place]:
    table = SyncConflict
    began = func.min(table.made_at)
    query = (
        select(table.kind, table.id, table.field, began)
        .where(*_open_in(asked))
        .group_by(table.kind, table.id, table.field)
        .order_by(began, table.kind, table.id, table.field)
        .limit(limit)
    )
    if after is not None:
        at, what, key = after
        later: ColumnElement[bool] = false()
        if what == CONFLICT:
            kind, id_, field = key
            later = and_(
                began == at,
                or_(
                    table.kind > kind,
                    and_(table.kind == kind, table.id > id_),
                    and_(table.kind == kind, table.id == id_, table.field > field),
                ),
            )
        query = query.having(or_(began > at, later))
    rows = db.session.execute(query)
    return [(int(at), CONFLICT, (kind, str(id_), field)) for kind, id_, field, at in rows]


def _open_in(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Open, in these scopes, and of a field that a person wrote: nobody judges between two taps."""
    kinds = current_build(db.session.connection()).registry.all()
    quiet = [
        (item.collection.kind, name)
        for item in kinds
        for name, declared in item.collection.fields.items()
        if declared.quiet
    ]
    return (
        SyncConflict.state == "open",
        SyncConflict.scope_id.in_(asked.scope_ids),
        tuple_(SyncConflict.kind, SyncConflict.field).not_in(quiet),
    )


def _held_places(asked: Asked, after: Place | None, limit: int) -> list[Place]:
    query = (
        select(SyncOp.received_at, SyncOp.client_id, SyncOp.mid)
        .where(*_undecided(), _held_in(asked))
        .order_by(SyncOp.received_at, SyncOp.client_id, SyncOp.mid)
        .limit(limit)
    )
    if after is not None:
        at, what, key = after
        same = SyncOp.received_at == at
        if what == HELD:
            client, mid = key[0], int(key[1])
            same = and_(
                same,
                or_(
                    SyncOp.client_id > client,
                    and_(SyncOp.client_id == client, SyncOp.mid > mid),
                ),
            )
        query = query.where(or_(SyncOp.received_at > at, same))
    rows = db.session.execute(query)
    return [(at, HELD, (client, _padded(mid))) for at, client, mid in rows]


def _padded(mid: int) -> str:
    """Return a number as text that sorts as the number does."""
    return f"{mid:019d}"


def _held_in(asked: Asked) -> ColumnElement[bool]:
    here = SyncOp.scope_id.in_(asked.scope_ids)
    return or_(here, names_no_scope()) if asked.nowhere else here


def _undecided() -> tuple[ColumnElement[bool], ...]:
    """Held, no decision yet, and the first of its group: a group is one item."""
    before = aliased(SyncOp)
    return (
        SyncOp.status == "held",
        ~exists().where(
            SyncDecision.organisation_id == SyncOp.organisation_id,
            SyncDecision.client_id == SyncOp.client_id,
            SyncDecision.mid == SyncOp.mid,
        ),
        ~exists().where(
            before.organisation_id == SyncOp.organisation_id,
            before.client_id == SyncOp.client_id,
            before.mid == SyncOp.mid - 1,
            before.txn == SyncOp.txn,
        ),
    )
