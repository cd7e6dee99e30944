"""How far visits are: rooms done, assets found, what was not seen. A few grouped queries each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from server.accounts.models import Membership
from server.audits.models import Finding, RoomWalk
from server.audits.rules import EXPECTED_LIFE, Expected, Outbox, is_drained, not_seen
from server.core.database import db
from server.core.extension import extension
from server.core.scopes import Scope
from server.core.tenancy import current_organisation
from server.estate.models import Asset, Room
from server.exchange.models import SyncClient
from server.exchange.registry import Registry

WEIGHED = 50  # records of a kind whose size is looked at for a rough total
DONE_STATES = ("done", "empty", "no_access")
# Not in a WHERE: the kind would lead SQLite to an index of the whole organisation.
SEEN_ASSET = and_(
    Finding.subject_kind == "asset",
    Finding.seen.is_(True),
    func.coalesce(Finding.void, False).is_(False),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts of one visit."""

    rooms: int
    rooms_done: int
    assets: int
    found: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What was not seen; no number before all that the team made has arrived."""

    is_known: bool
    count: int | None


def progress_of(visits: Mapping[str, str]) -> dict[str, Progress]:
    """Return the counts of visits, given as visit id → school id."""
    schools = set(visits.values())
    rooms = _count(
        Room.scope_id, Room.scope_id.in_(schools), Room.deleted_at.is_(None), Room.builtin.is_(None)
    )
    assets = _count(
        Asset.scope_id,
        Asset.scope_id.in_(schools),
        Asset.deleted_at.is_(None),
        Asset.life_state.in_(EXPECTED_LIFE),
        Asset.merged_into.is_(None),
    )
    # A visit is the scope of what was seen in it, and scopes are indexed.
    done = _count(
        RoomWalk.scope_id,
        RoomWalk.scope_id.in_(visits),
        RoomWalk.state.in_(DONE_STATES),
        RoomWalk.room_id.not_in(
            select(Room.id).where(Room.scope_id.in_(schools), Room.builtin.is_not(None))
        ),
    )
    found = {
        str(id_): int(n)
        for id_, n in db.session.execute(
            select(Finding.scope_id, func.count(case((SEEN_ASSET, 1))))
            .where(Finding.scope_id.in_(visits))
            .group_by(Finding.scope_id)
        )
    }
    return {
        visit_id: Progress(
            rooms.get(school_id, 0),
            done.get(visit_id, 0),
            assets.get(school_id, 0),
            found.get(visit_id, 0),
        )
        for visit_id, school_id in visits.items()
    }


def _count(column: Any, *where: ColumnElement[bool]) -> dict[str, int]:
    rows = db.session.execute(select(column, func.count()).where(*where).group_by(column))
    return {str(id_): int(n) for id_, n in rows}


def sizes_of(scope_ids: Collection[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return, for each scope, how many live records of each kind it has and their bytes."""
    registry: Registry = extension("registry")
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for item in registry.all():
        model: Any = item.model
        query = (
            select(
                model.scope_id, func.count(), func.coalesce(func.sum(func.length(model.wire)), 0)
            )
            .where(model.scope_id.in_(scope_ids), model.deleted_at.is_(None))
            .group_by(model.scope_id)
        )
        for scope_id, n, size in db.session.execute(query):
            found[scope_id][item.collection.kind] = (int(n), int(size))
    return found


def download_of(visit_id: str, school_id: str) -> tuple[dict[str, int], int]:
    """Return the counts per kind and the bytes of what a visit's download holds."""
    counts: dict[str, int] = defaultdict(int)
    total = 0
    for kinds in sizes_of([current_organisation(), school_id, visit_id]).values():
        for kind, (n, size) in kinds.items():
            counts[kind] += n
            total += size
    return dict(counts), total


def rough_bytes(scope_ids: Collection[str]) -> dict[str, int]:
    """Return about how many bytes each scope's records have: counted in the index, a few weighed.

    For lists: weighing every record of ninety schools would read the whole database.
    """
    registry: Registry = extension("registry")
    found: dict[str, int] = defaultdict(int)
    for item in registry.all():
        model: Any = item.model
        few = select(func.length(model.wire).label("size")).limit(WEIGHED).subquery()
        size = int(db.session.scalar(select(func.avg(few.c.size))) or 0)
        for scope_id, n in _count(model.scope_id, model.scope_id.in_(scope_ids)).items():
            found[scope_id] += n * size
    return found


def team_of(visit_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the user ids of each visit's team."""
    query = select(Membership.scope_id, Membership.user_id).where(
        Membership.scope_kind == "visit",
        Membership.scope_id.in_(list(visit_ids)),
        Membership.revoked_at.is_(None),
    )
    team: dict[str, list[str]] = defaultdict(list)
    for visit_id, user_id in db.session.execute(query):
        if user_id not in team[visit_id]:
            team[visit_id].append(user_id)
    return team


def missing_in(visit_id: str, school_id: str, starts_on: dt.date) -> Missing:
    """Derive what was expected and not seen, once the team's outboxes are drained."""
    closed_at = db.session.scalar(select(Scope.closed_at).where(Scope.id == visit_id))
    began = dt.datetime(starts_on.year, starts_on.month, starts_on.day, tzinfo=dt.UTC)
    since = int(began.timestamp() * 1000)
    if not is_drained(_outboxes(team_of([visit_id])[visit_id]), since=since, closed_at=closed_at):
        return Missing(is_known=False, count=None)
    expected = db.session.execute(
        select(Asset.id, Asset.room_id, Asset.life_state, Asset.allocation).where(
            Asset.scope_id == school_id, Asset.deleted_at.is_(None), Asset.merged_into.is_(None)
        )
    )
    walks = {
        row.room_id: row.state
        for row in db.session.execute(
            select(RoomWalk.room_id, RoomWalk.state).where(RoomWalk.scope_id == visit_id)
        )
    }
    rows = db.session.execute(
        select(Finding.subject_id, SEEN_ASSET).where(Finding.scope_id == visit_id)
    )
    seen = {row[0] for row in rows if row[1]}
    missing = not_seen((Expected(*row) for row in expected), walks, frozenset(seen))
    return Missing(is_known=True, count=len(missing))


def _outboxes(user_ids: Collection[str]) -> list[Outbox]:
    """Return what the team's tablets last said. A desk or a job has no outbox."""
    query = select(
        SyncClient.id, SyncClient.last_seen, SyncClient.last_mid, SyncClient.outbox
    ).where(SyncClient.user_id.in_(user_ids), SyncClient.state == "ok")
    return [
        Outbox(row.last_seen, row.last_mid, _last_held(row.outbox))
        for row in db.session.execute(query)
        if not row.id.startswith("server:")
    ]


def _last_held(outbox: object) -> int:
    held = outbox.get("last_mid") if isinstance(outbox, dict) else None
    return held if isinstance(held, int) else 0
