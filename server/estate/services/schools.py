"""Create trusts, schools with their built-in rooms, buildings and rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update

from server.core.clock import new_id
from server.core.database import db
from server.core.problems import Problem
from server.core.scopes import Scope
from server.core.tenancy import current_organisation
from server.estate.models import Room, School, Trust
from server.estate.services.writing import write_all
from server.exchange.commit import Change, create_scope
from sync.ids import natural_id

BUILTIN_NAMES = {"whole_school": "Whole school", "unplaced": "Unplaced"}
# Before every other room: the built-in ones are found first, and walked never.
BUILTIN_ORDER = {"whole_school": 0, "unplaced": 1}


@dataclass(frozen=True, slots=True)
class NewSchool:
    """What is said about a school when it is created."""

    name: str
    urn: str | None = None
    phase: str | None = None
    type_group: str | None = None
    pupils: int | None = None
    postcode: str | None = None
    year_start_month: int = 9
    trust_id: str | None = None
    id: str = field(default_factory=new_id)


def create_trust(
    name: str,
    *,
    group_uid: str | None = None,
    group_id: str | None = None,
    year_start_month: int = 9,
    id_: str | None = None,
) -> str:
    """Create a trust and return its id. A trust is not synced."""
    trust_id = id_ or new_id()
    db.session.execute(
        insert(Trust),
        [
            {
                "organisation_id": current_organisation(),
                "id": trust_id,
                "name": name,
                "group_uid": group_uid,
                "group_id": group_id,
                "year_start_month": year_start_month,
            }
        ],
    )
    return trust_id


def create_school(school: NewSchool, *, origin: str, actor_id: str | None = None) -> str:
    """Create one school: its scope, its record and its two built-in rooms. Return its id."""
    return create_schools([school], origin=origin, actor_id=actor_id)[0]


def create_schools(
    schools: list[NewSchool], *, origin: str, actor_id: str | None = None
) -> list[str]:
    """Create several schools in one set of changes. A school may stand alone: no trust."""
    changes: list[Change] = []
    for school in schools:
        create_scope("school", school.id, trust_id=school.trust_id)
        changes.append(Change("school", school.id, school.id, _said(school)))
        changes.extend(_builtin_rooms(school.id))
    write_all(changes, origin=origin, actor_id=actor_id)
    for school in schools:
        if school.trust_id is not None:
            set_trust(school.id, school.trust_id)
    return [school.id for school in schools]


def set_trust(school_id: str, trust_id: str | None) -> None:
    """Say which trust a school belongs to, if any; who may see it follows its scope."""
    for table in (School, Scope):
        db.session.execute(
            update(table)
            .where(table.organisation_id == current_organisation(), table.id == school_id)
            .values(trust_id=trust_id)
        )


def builtin_room_id(school_id: str, builtin: str) -> str:
    """Return the id of a school's built-in room, ``whole_school`` or ``unplaced``."""
    return natural_id("room", current_organisation(), school_id, builtin)


def builtin_room(school_id: str, builtin: str) -> str:
    """Find a school's built-in room, whoever created the school. Raises not_found."""
    found = db.session.scalar(
        select(Room.id).where(Room.scope_id == school_id, Room.builtin == builtin)
    )
    if found is None:
        raise Problem("not_found", "The school has no built-in rooms.")
    return found


def building_change(school_id: str, building_id: str, name: str, rank: int) -> Change:
    return Change("building", building_id, school_id, {"name": name, "rank": rank})


def room_change(
    school_id: str, room_id: str, building_id: str | None, more: Mapping[str, str | int]
) -> Change:
    """Return the change that creates a room; ``more`` holds name, floor, room_type, walk_order."""
    fields = dict(more)
    if building_id is not None:
        fields["building_id"] = building_id
    return Change("room", room_id, school_id, fields)


def _said(school: NewSchool) -> dict[str, str | int]:
    said: dict[str, str | int | None] = {
        "name": school.name,
        "urn": school.urn,
        "phase": school.phase,
        "type_group": school.type_group,
        "pupils": school.pupils,
        "postcode": school.postcode,
        "year_start_month": school.year_start_month,
    }
    return {key: value for key, value in said.items() if value is not None}


def _builtin_rooms(school_id: str) -> list[Change]:
    return [
        Change(
            "room",
            builtin_room_id(school_id, builtin),
            school_id,
            {"name": name, "builtin": builtin, "walk_order": BUILTIN_ORDER[builtin]},
        )
        for builtin, name in BUILTIN_NAMES.items()
    ]
