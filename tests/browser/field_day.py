"""What one day in the field touches: the visit, its rooms, and a thing for each action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Row, func, select

from server.audits.models import Finding, Visit
from server.core.database import db
from server.core.tenancy import across_organisations
from server.estate.models import Asset, AssetType, Lot, Room, School, System, Tag, TagCode
from server.estate.rules import TAG_ALPHABET, check_character


@dataclass(frozen=True)
class Thing:
    """One tagged thing, with the faults that its type offers first."""

    id: str
    code: str
    room_id: str
    fault: str


@dataclass
class Day:
    """Each action has a thing of its own, so that no row can be right by another action."""

    visit_id: str
    school: str
    question: str  # the first about a room
    lab: Room
    lot_id: str
    here: list[Thing]  # in the lab, listed there
    strays: list[Thing]  # listed in other rooms
    set_room: Room
    set_parts: set[str]
    empty_room: Room
    locked_room: Room
    left_room: Room  # closed with things not seen
    again_room: Room  # closed, then opened again
    seen_room: Room  # closed with all seen
    seen_things: list[Thing]
    whole_school: Room
    service_id: str
    blanks: list[str]
    foreign: str
    findings_before: int


def plan_day(app: Flask) -> Day:
    """Choose everything from the open visit's rooms that nobody has walked yet."""
    with app.app_context(), across_organisations():
        visit, school, lab, lot = db.session.execute(
            select(Visit, School, Room, Lot)
            .join(School, School.id == Visit.school_id)
            .join(Room, Room.scope_id == School.id)
            .join(Lot, Lot.room_id == Room.id)
            .where(Visit.state == "open", Room.name.startswith("ICT"))
            .limit(1)
        ).one()
        rooms = unwalked(school.id)
        offices = [room for room in rooms if room.name.startswith("Office")]
        classrooms = [room for room in rooms if room.name.startswith("Classroom")]
        service = service_seen(visit.id)
        set_room = next(room for room in classrooms if set_in(room.id))
        others = [room for room in classrooms if room is not set_room]
        day = Day(
            visit_id=visit.id,
            school=school.name,
            question=room_question(visit),
            lab=lab,
            lot_id=lot.id,
            here=list(things_in(lab.id)),
            strays=[next(things_in(room.id)) for room in others[-3:]],
            set_room=set_room,
            set_parts=set_in(set_room.id),
            empty_room=next(room for room in rooms if room.name == "Store"),
            locked_room=offices[0],
            left_room=next(room for room in rooms if room.name == "Staff room"),
            again_room=next(room for room in rooms if room.name == "Hall"),
            seen_room=offices[1],
            seen_things=list(things_in(offices[1].id)),
            whole_school=service.Room,
            service_id=service.System.id,
            blanks=blank_codes(school.id),
            foreign=foreign_code(),
            findings_before=findings_of(visit.id),
        )
        db.session.expunge_all()
        return day


def findings_of(visit_id: str) -> int:
    asked = select(func.count()).select_from(Finding).where(Finding.visit_id == visit_id)
    return db.session.scalar(asked) or 0


def room_question(visit: Visit) -> str:
    about_rooms = next(one for one in visit.checklists if one["about"] == "room")
    return str(about_rooms["questions"][0]["key"])


def unwalked(school_id: str) -> list[Room]:
    """Rooms in the second half of the walk: the demo's own team has not been there."""
    return list(
        db.session.scalars(
            select(Room)
            .where(Room.scope_id == school_id, Room.builtin.is_(None), Room.walk_order > 7)
            .order_by(Room.walk_order)
        )
    )


def service_seen(visit_id: str) -> Row[System, Room]:
    """Return a service that the team has answered about, and where it is listed."""
    return db.session.execute(
        select(System, Room)
        .join(Room, Room.id == System.room_id)
        .join(Finding, Finding.subject_id == System.id)
        .where(Finding.visit_id == visit_id, Finding.condition != "D")
        .order_by(System.name)
        .limit(1)
    ).one()


def things_in(room_id: str) -> Iterator[Thing]:
    rows = db.session.execute(
        select(Asset, Tag.code, AssetType.faults)
        .join(Tag, Tag.asset_id == Asset.id)
        .join(AssetType, AssetType.id == Asset.asset_type_id)
        .where(
            Asset.room_id == room_id,
            Asset.allocation == "in_room",
            Asset.set_id.is_(None),
            Tag.code.regexp_match("^[0-9A-Z]{8}$"),
        )
        .order_by(Asset.id)
    )
    for asset, code, faults in rows:
        yield Thing(asset.id, code, room_id, faults[0])


def set_in(room_id: str) -> set[str]:
    """Return the parts of the room's one set: fewer than two are no set."""
    asked = select(Asset.id).where(Asset.room_id == room_id, Asset.set_id.is_not(None))
    parts = set(db.session.scalars(asked))
    return parts if len(parts) > 1 else set()


def blank_codes(school_id: str) -> list[str]:
    return list(
        db.session.scalars(
            select(TagCode.code)
            .where(
                TagCode.pool_school_id == school_id,
                TagCode.code.not_in(select(Tag.code)),
                TagCode.code.not_in(select(Finding.code).where(Finding.code.is_not(None))),
            )
            .limit(2)
        )
    )


def foreign_code() -> str:
    """Return a code that is sound and that this organisation never issued."""
    issued = set(db.session.scalars(select(TagCode.code)))
    for first in TAG_ALPHABET:
        body = f"{first}ZZ9ZZ9"
        code = body + check_character(body)
        if code[-1] in TAG_ALPHABET and code not in issued:
            return code
    raise AssertionError("every such code was issued")


def mistype(code: str) -> str:
    """Return the code with its third character wrong."""
    other = "7" if code[2] != "7" else "9"
    return code[:2] + other + code[3:]
