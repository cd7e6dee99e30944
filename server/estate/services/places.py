"""Read trusts, schools and rooms, with what stands in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, String, func, select, tuple_

from server.core.database import db
from server.core.types import IdType
from server.estate.models import Asset, Building, Room, School, Trust


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school in a list."""

    id: str
    name: str
    urn: str | None
    trust_id: str | None
    trust_name: str | None
    phase: str | None
    pupils: int | None
    rooms: int
    assets: int


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One room of a school, in walking order."""

    id: str
    name: str
    building_id: str | None
    building: str | None
    floor: str | None
    room_type: str | None
    builtin: str | None
    walk_order: int
    assets: int


@dataclass(frozen=True, slots=True)
class TrustRow:
    """One trust, with how many of its schools the asker may see."""

    id: str
    name: str
    schools: int


def list_schools(
    school_ids: Collection[str], *, after: tuple[str, str] | None, limit: int
) -> list[SchoolRow]:
    """List schools by name."""
    query = (
        select(School, Trust.name)
        .outerjoin(
            Trust,
            (Trust.organisation_id == School.organisation_id) & (Trust.id == School.trust_id),
        )
        .where(School.id.in_(school_ids), School.deleted_at.is_(None))
        .order_by(School.name, School.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(
            tuple_(School.name, School.id) > tuple_(*after, types=[String(), IdType()])
        )
    found = db.session.execute(query).all()
    shown = [school.id for school, _ in found]
    rooms = _rooms_by_school(shown)
    assets = _assets_by_school(shown)
    return [
        SchoolRow(
            id=school.id,
            name=school.name,
            urn=school.urn,
            trust_id=school.trust_id,
            trust_name=trust_name,
            phase=school.phase,
            pupils=school.pupils,
            rooms=rooms.get(school.id, 0),
            assets=assets.get(school.id, 0),
        )
        for school, trust_name in found
    ]


def list_rooms(school_id: str, *, after: tuple[int, str] | None, limit: int) -> list[RoomRow]:
    """List the rooms of a school in walking order, the built-in ones first."""
    standing = (
        select(Asset.room_id, func.count().label("n"))
        .where(Asset.scope_id == school_id, Asset.deleted_at.is_(None), Asset.merged_into.is_(None))
        .group_by(Asset.room_id)
        .subquery()
    )
    query = (
        select(Room, Building.name, standing.c.n)
        .outerjoin(
            Building,
            (Building.organisation_id == Room.organisation_id) & (Building.id == Room.building_id),
        )
        .outerjoin(standing, standing.c.room_id == Room.id)
        .where(Room.scope_id == school_id, Room.deleted_at.is_(None))
        .order_by(Room.walk_order, Room.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(
            tuple_(Room.walk_order, Room.id) > tuple_(*after, types=[Integer(), IdType()])
        )
    return [
        RoomRow(
            id=room.id,
            name=room.name,
            building_id=room.building_id,
            building=building,
            floor=room.floor,
            room_type=room.room_type,
            builtin=room.builtin,
            walk_order=room.walk_order,
            assets=assets or 0,
        )
        for room, building, assets in db.session.execute(query)
    ]


def list_trusts(school_ids: Collection[str]) -> list[TrustRow]:
    """List the trusts of the schools that may be seen."""
    rows = db.session.execute(
        select(Trust.id, Trust.name, func.count())
        .join(
            School,
            (School.organisation_id == Trust.organisation_id) & (School.trust_id == Trust.id),
        )
        .where(School.id.in_(school_ids), School.deleted_at.is_(None))
        .group_by(Trust.id, Trust.name)
        .order_by(Trust.name, Trust.id)
        .limit(200)
    )
    return [TrustRow(*row) for row in rows]


def _rooms_by_school(school_ids: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(Room.scope_id, func.count())
        .where(Room.scope_id.in_(school_ids), Room.deleted_at.is_(None), Room.builtin.is_(None))
        .group_by(Room.scope_id)
    )
    return {school_id: count for school_id, count in rows}  # noqa: C416  (a Result is no mapping)


def _assets_by_school(school_ids: Sequence[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(Asset.scope_id, func.count())
        .where(
            Asset.scope_id.in_(school_ids),
            Asset.deleted_at.is_(None),
            Asset.merged_into.is_(None),
        )
        .group_by(Asset.scope_id)
    )
    return {school_id: count for school_id, count in rows}  # noqa: C416
