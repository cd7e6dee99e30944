"""Rate everything of an organisation at once, and check by night that what is kept is right."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import (
    Insert,
    Select,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from server.core.database import db
from server.core.types import IdType
from server.ratings.models import Rating, RatingCell
from server.ratings.services.expression import RATING_COLUMNS, rated
from server.ratings.services.facts import KINDS, counted_ids
from server.ratings.services.reference import current_policy, rating_parameters

log = logging.getLogger(__name__)

RATING = Rating.metadata.tables["rating"]
CELL = RatingCell.metadata.tables["rating_cell"]
RAGS = ("red", "amber", "green", "grey")
# What a rating says; the rest is where it stands and when it was made.
KEPT = tuple(
    name
    for name in RATING_COLUMNS
    if name not in {"organisation_id", "subject_kind", "subject_id", "rated_at"}
)
PLACE = ("school_id", "room_id", "category")
CELL_COUNTS = (
    *RAGS,
    *(f"{rag}_pence" for rag in RAGS),
    "critical_red",
    "service_red",
)


def dialect_name() -> str:
    return db.engine.dialect.name


def lock_ratings(organisation_id: str) -> None:
    """Let one rating job of an organisation run at a time. SQLite has locked the file already.

    Compiling the expression to machine code takes PostgreSQL longer than running it.
    """
    if dialect_name() == "postgresql":
        db.session.execute(text("SET LOCAL jit = off"))
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"ratings:{organisation_id}"},
        )


def rebuild(organisation_id: str) -> int:
    """Rate all assets, lots and systems anew and roll them up; return how many there are.

    A rating that stands is left alone: to write it again costs more than to make it.
    """
    lock_ratings(organisation_id)
    parameters = rating_parameters(organisation_id, current_policy(organisation_id))
    for kind in KINDS:
        _forget_gone(organisation_id, kind)
        db.session.connection().execute(_rate_all(kind), parameters)
    rebuild_cells(organisation_id)
    count = select(func.count()).where(RATING.c.organisation_id == organisation_id)
    return db.session.execute(count).scalar_one()


def _forget_gone(organisation_id: str, kind: str) -> None:
    """Take the ratings of what no longer counts."""
    db.session.execute(
        delete(RATING).where(
            RATING.c.organisation_id == organisation_id,
            RATING.c.subject_kind == kind,
            RATING.c.subject_id.not_in(counted_ids(kind)),
        ),
        {"organisation": organisation_id},
    )


def _rate_all(kind: str) -> Insert:
    """Write the rating of everything that has none or another one."""
    build = postgresql.insert if dialect_name() == "postgresql" else sqlite.insert
    many = rated(kind, dialect_name(), some=False)
    # SQLite reads ON CONFLICT after a FROM as the condition of a join, so there is a WHERE.
    statement = build(RATING).from_select(RATING_COLUMNS, many.where(true()))
    keys = [column.name for column in RATING.primary_key]
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={name: fresh[name] for name in RATING_COLUMNS if name not in keys},
        where=or_(*(RATING.c[name].is_distinct_from(fresh[name]) for name in KEPT)),
    )


def rebuild_cells(organisation_id: str) -> None:
    """Sum the ratings into their cells."""
    db.session.execute(delete(CELL).where(CELL.c.organisation_id == organisation_id))
    columns = ("organisation_id", *PLACE, *CELL_COUNTS)
    db.session.execute(insert(CELL).from_select(columns, _sums(organisation_id)))


def _sums(organisation_id: str) -> Select[Any]:
    place = (RATING.c.organisation_id, *(RATING.c[name] for name in PLACE))
    is_red = RATING.c.rag == "red"
    return (
        select(
            *place,
            *(_sum(RATING.c.quantity, RATING.c.rag == rag).label(rag) for rag in RAGS),
            *(
                _sum(RATING.c.value_pence, RATING.c.rag == rag).label(f"{rag}_pence")
                for rag in RAGS
            ),
            _sum(RATING.c.quantity, is_red & RATING.c.critical).label("critical_red"),
            _sum(RATING.c.quantity, is_red & RATING.c.critical_service).label("service_red"),
        )
        .where(RATING.c.organisation_id == organisation_id)
        .group_by(*place)
    )


def _sum(value: Any, when: Any) -> Any:
    return func.coalesce(func.sum(value).filter(when), 0)


def heal(organisation_id: str) -> int:
    """Compare every stored rating and cell with a fresh count; mend and log what differs."""
    wrong = wrong_ratings(organisation_id) + wrong_cells(organisation_id)
    if wrong:
        log.warning(
            "ratings: %s of organisation %s differed and were mended", wrong, organisation_id
        )
        rebuild(organisation_id)
    return wrong


COMPARED = (
    "school_id",
    "room_id",
    "category",
    "asset_type_id",
    "quantity",
    "rag",
    "reasons",
    "value_pence",
    "critical",
    "critical_service",
    "rule_version",
    "next_flip_on",
)


def wrong_ratings(organisation_id: str) -> int:
    """Count ratings that are missing, superfluous, or other than the rules say today."""
    parameters = rating_parameters(organisation_id, current_policy(organisation_id))
    wrong = 0
    for kind in KINDS:
        fresh = rated(kind, dialect_name(), some=False).cte("fresh")
        same = (
            (RATING.c.organisation_id == fresh.c.organisation_id)
            & (RATING.c.subject_kind == fresh.c.subject_kind)
            & (RATING.c.subject_id == fresh.c.subject_id)
        )
        differs = or_(
            RATING.c.subject_id.is_(None),
            *(RATING.c[name].is_distinct_from(fresh.c[name]) for name in COMPARED),
        )
        query = select(func.count()).select_from(fresh.outerjoin(RATING, same)).where(differs)
        wrong += db.session.execute(query, parameters).scalar_one()
        extra = select(func.count()).where(
            RATING.c.organisation_id == literal(organisation_id, IdType()),
            RATING.c.subject_kind == kind,
            RATING.c.subject_id.not_in(select(fresh.c.subject_id)),
        )
        wrong += db.session.execute(extra, parameters).scalar_one()
    return wrong


def wrong_cells(organisation_id: str) -> int:
    """Count cells whose sums are not those of their ratings; a cell of nothing may be absent."""
    sums = _sums(organisation_id).subquery()
    kept = (
        select(CELL)
        .where(
            CELL.c.organisation_id == organisation_id,
            tuple_(*(CELL.c[name] for name in RAGS)) != tuple_(*(literal(0) for _ in RAGS)),
        )
        .subquery()
    )
    joined = sums.join(
        kept, (tuple_(*(sums.c[n] for n in PLACE)) == tuple_(*(kept.c[n] for n in PLACE)))
    )
    right = (
        select(func.count())
        .select_from(joined)
        .where(*(sums.c[name] == kept.c[name] for name in CELL_COUNTS))
    )
    of_sums = db.session.execute(select(func.count()).select_from(sums)).scalar_one()
    of_kept = db.session.execute(select(func.count()).select_from(kept)).scalar_one()
    same = db.session.execute(right).scalar_one()
    return int(max(of_sums, of_kept) - same)
