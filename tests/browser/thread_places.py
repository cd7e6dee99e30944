"""Where the thread happens: the school's open visit, a room of its walk, and three labels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import aliased

from server.audits.models import Visit
from server.core.clock import today
from server.core.database import db
from server.core.tenancy import across_organisations
from server.estate.models import Asset, AssetType, Room, School, Tag
from tests.browser.field_day import blank_codes


@dataclass
class Places:
    """Where the story happens: the school's open visit, a room, and three labels."""

    school_id: str
    school: str
    visit_id: str
    room_id: str
    room: str
    display_id: str
    display_code: str
    stray_id: str
    stray_code: str
    blank_code: str


def find_places(app: Flask) -> Places:
    """Choose a room with one display, a device listed elsewhere, and a label nobody has used."""
    with app.app_context(), across_organisations():
        visit, school = largest_open_visit()
        assert rooms_of(school.id) == 80
        display, tag, room = lone_display(school.id)
        stray, stray_tag = listed_elsewhere(school.id, room.id)
        return Places(
            school.id,
            school.name,
            visit.id,
            room.id,
            room.name,
            display.id,
            tag.code,
            stray.id,
            stray_tag.code,
            blank_codes(school.id)[0],
        )


def largest_open_visit() -> Row[Visit, School]:
    """Return the open visit whose school has the most rooms."""
    return db.session.execute(
        select(Visit, School)
        .join(School, School.id == Visit.school_id)
        .where(Visit.state == "open")
        .order_by(
            select(func.count(Room.id)).where(Room.scope_id == School.id).scalar_subquery().desc()
        )
        .limit(1)
    ).one()


def rooms_of(school_id: str) -> int | None:
    return db.session.scalar(
        select(func.count())
        .select_from(Room)
        .where(Room.scope_id == school_id, Room.builtin.is_(None))
    )


def lone_display(school_id: str) -> Row[Asset, Tag, Room]:
    """Return a young, sound panel that is all a classroom deep in the walk has to show with."""
    other, its_type = aliased(Asset), aliased(AssetType)
    return db.session.execute(
        select(Asset, Tag, Room)
        .join(AssetType, AssetType.id == Asset.asset_type_id)
        .join(Tag, Tag.asset_id == Asset.id)
        .join(Room, Room.id == Asset.room_id)
        .where(
            Asset.scope_id == school_id,
            AssetType.key == "interactive_panel",
            Asset.condition.in_(("A", "B")),
            Asset.bought_on > today() - dt.timedelta(days=5 * 365),
            Room.room_type == "classroom",
            Room.walk_order > 20,
            ~exists().where(
                other.room_id == Asset.room_id,
                other.id != Asset.id,
                other.asset_type_id == its_type.id,
                its_type.category == "classroom_av",
            ),
        )
        .order_by(Room.walk_order)
        .limit(1)
    ).one()


def listed_elsewhere(school_id: str, room_id: str) -> Row[Asset, Tag]:
    """Return a device, with its label, that is listed in another room than this."""
    return db.session.execute(
        select(Asset, Tag)
        .join(Tag, Tag.asset_id == Asset.id)
        .where(
            Asset.scope_id == school_id,
            Asset.room_id != room_id,
            Asset.allocation == "in_room",
        )
        .order_by(Asset.id.desc())
        .limit(1)
    ).one()
