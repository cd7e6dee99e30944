"""What is behind a cell: its rule, its worst contributors, what would turn it green."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select

from server.core.database import db
from server.estate.models import AssetType
from server.ratings.rules.cells import Counts, cell_rag, rule_words, sum_counts
from server.ratings.rules.ladder import Flaw, Step, ladder
from server.ratings.rules.policy import version_words
from server.ratings.rules.reasons import BY_KEY, DIMENSIONS, GREEN, WORST_FIRST, reason_words
from server.ratings.services.facts import TABLES
from server.ratings.services.matrices import ROOM, Cell
from server.ratings.services.names import names_of
from server.ratings.services.rebuild import CELL, CELL_COUNTS, RATING
from server.ratings.services.reference import current_policy

TYPE = AssetType.metadata.tables["asset_type"]
WORST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Which cell: a school, one of its rooms or all, one category or all."""

    organisation_id: str
    school_id: str
    room_id: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class CellDetail:
    cell: Cell
    rule: dict[str, str]
    as_at: int | None
    contributors: list[dict[str, Any]]
    to_green: list[Step]
    evidence: dict[str, int | None]


def read_cell(place: Place) -> CellDetail:
    """Return all that a cell's panel shows."""
    policy = current_policy(place.organisation_id)
    counts = _counts(place)
    rag, rule = cell_rag(counts, policy)
    as_at = select(func.max(RATING.c.rated_at)).where(*_inside(place, RATING))
    return CellDetail(
        cell=Cell(counts, rag, rule),
        rule={
            "id": rule,
            "version": version_words(policy.rule_version),
            "words": rule_words(rule, policy),
        },
        as_at=db.session.scalar(as_at),
        contributors=worst_of(place),
        to_green=ladder(counts, _flaws(place), policy),
        evidence=_evidence(place),
    )


def _inside(place: Place, table: Any) -> list[Any]:
    found = [
        table.c.organisation_id == place.organisation_id,
        table.c.school_id == place.school_id,
    ]
    if place.room_id is not None:
        found.append(table.c.room_id == place.room_id)
    if place.category is not None:
        found.append(table.c.category == place.category)
    return found


def _counts(place: Place) -> Counts:
    rows = db.session.execute(
        select(*(CELL.c[n] for n in CELL_COUNTS)).where(*_inside(place, CELL))
    )
    return sum_counts(Counts(*(int(count) for count in row)) for row in rows)


def worst_of(place: Place, limit: int = WORST) -> list[dict[str, Any]]:
    """Return the worst things of a cell first: by colour, then critical services, then value."""
    rows = db.session.execute(_worst_first(place, limit)).mappings().all()
    names = names_of(place.organisation_id, [(r["subject_kind"], r["subject_id"]) for r in rows])
    return [
        {
            "subject_kind": row["subject_kind"],
            "subject_id": row["subject_id"],
            "name": names[row["subject_kind"], row["subject_id"]].name,
            "tag": names[row["subject_kind"], row["subject_id"]].tag,
            "room_name": row["room_name"],
            "rag": row["rag"],
            "reasons": worst_reasons(row["dimensions"], row["rag"], row["required"] or ()),
            "value_pence": row["value_pence"],
        }
        for row in rows
    ]


def _worst_first(place: Place, limit: int) -> Select[Any]:
    rank = case(*((RATING.c.rag == rag, place_) for rag, place_ in WORST_FIRST.items()))
    its_room = (ROOM.c.organisation_id == RATING.c.organisation_id) & (
        ROOM.c.id == RATING.c.room_id
    )
    its_type = (TYPE.c.organisation_id == RATING.c.organisation_id) & (
        TYPE.c.id == RATING.c.asset_type_id
    )
    return (
        select(RATING, ROOM.c.name.label("room_name"), TYPE.c.required)
        .select_from(RATING.outerjoin(ROOM, its_room).outerjoin(TYPE, its_type))
        .where(*_inside(place, RATING))
        .order_by(
            rank,
            RATING.c.critical_service.desc(),
            RATING.c.critical.desc(),
            RATING.c.value_pence.desc(),
            RATING.c.subject_id,
        )
        .limit(limit)
    )


def reasons_of(dimensions: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Return all of a rating's reasons in words, worst first."""
    said = []
    for name in DIMENSIONS:
        found = dimensions[name]
        on = dt.date.fromisoformat(found["on"]) if "on" in found else None
        words = reason_words(found["reason"], on)
        said.append({"dimension": name, "rag": found["rag"], "words": words, "on": on})
    return sorted(said, key=lambda reason: WORST_FIRST[str(reason["rag"])])


def worst_reasons(
    dimensions: dict[str, dict[str, str]], rag: str, required: Collection[str]
) -> list[dict[str, Any]]:
    """Return why a thing has its colour: what is bad, what its type needs known, what is good."""
    said = reasons_of(dimensions)
    bad = [reason for reason in said if reason["rag"] in {"red", "amber"}]
    missing = [one for one in said if one["rag"] == "grey" and one["dimension"] in required]
    known = [reason for reason in said if reason["rag"] != "grey"]
    if rag == "grey" and missing:
        return missing + bad
    return bad or known or said


def _flaws(place: Place) -> Iterable[Flaw]:
    rows = db.session.execute(
        select(
            TYPE.c.name,
            RATING.c.rag,
            RATING.c.quantity,
            RATING.c.value_pence,
            RATING.c.critical,
            RATING.c.critical_service,
            RATING.c.dimensions,
        )
        .select_from(
            RATING.join(
                TYPE,
                (TYPE.c.organisation_id == RATING.c.organisation_id)
                & (TYPE.c.id == RATING.c.asset_type_id),
            )
        )
        .where(*_inside(place, RATING), RATING.c.rag != "green")
        .order_by(RATING.c.subject_id)
    )
    for name, rag, quantity, value, critical, service, dimensions in rows:
        keys = tuple(found["reason"] for found in dimensions.values())
        bad = tuple(key for key in keys if BY_KEY[key].level != GREEN)
        yield Flaw(name, rag, quantity, value, critical, service, bad)


def _evidence(place: Place) -> dict[str, int | None]:
    """Return when the oldest and the newest grade in this cell was given."""
    found: list[int] = []
    for kind, table in TABLES.items():
        same = (table.c.organisation_id == RATING.c.organisation_id) & (
            table.c.id == RATING.c.subject_id
        )
        query = (
            select(func.min(table.c.condition_at), func.max(table.c.condition_at))
            .select_from(RATING.join(table, same))
            .where(*_inside(place, RATING), RATING.c.subject_kind == kind)
        )
        found += [at for at in db.session.execute(query).one() if at is not None]
    return {"oldest_at": min(found, default=None), "newest_at": max(found, default=None)}
