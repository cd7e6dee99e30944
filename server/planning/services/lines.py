"""Reading a plan's lines, the things behind one, and what is not yet in the total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, or_, select

from server.accounts.access import Principal
from server.core.database import db
from server.core.problems import Problem
from server.planning.rules.calendar import year_label
from server.planning.rules.words import OUT_OF_TOTAL, line_words
from server.planning.services.plans import SeenPlan, see_plan
from server.planning.services.solve import GAP, LINE, SUBJECT, TYPE
from server.ratings.services.matrices import ROOM
from server.ratings.services.names import names_of
from server.ratings.services.rebuild import RATING

PAGE = 200


def list_lines(
    seen: SeenPlan, *, school_id: str | None, year: int | None, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of lines by year, must-dos first, dearest first; and where the next starts."""
    typed = (TYPE.c.organisation_id == LINE.c.organisation_id) & (TYPE.c.id == LINE.c.asset_type_id)
    query = (
        select(LINE, TYPE.c.name.label("type_name"))
        .select_from(LINE.join(TYPE, typed))
        .where(
            LINE.c.organisation_id == seen.plan["organisation_id"],
            LINE.c.plan_id == seen.plan["id"],
            LINE.c.school_id.in_([school_id] if school_id else list(seen.schools)),
        )
        .order_by(LINE.c.year, LINE.c.must_do.desc(), LINE.c.total_pence.desc(), LINE.c.id)
        .limit(PAGE + 1)
    )
    if year is not None:
        query = query.where(LINE.c.year == year)
    if after is not None:
        query = query.where(_beyond(seen, after))
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    more = rows[PAGE - 1]["id"] if len(rows) > PAGE else None
    return [_said(seen, row) for row in rows[:PAGE]], more


def _beyond(seen: SeenPlan, after: str) -> Any:
    """Return the condition for what follows a line in the order of the page."""
    c = LINE.c
    last = db.session.execute(
        select(c.year, c.must_do, c.total_pence).where(
            c.organisation_id == seen.plan["organisation_id"],
            c.plan_id == seen.plan["id"],
            c.id == after,
        )
    ).one_or_none()
    if last is None:
        raise Problem("bad_request", "The plan was solved again; read its lines from the start.")
    year, must, pence = last
    same = and_(c.year == year, c.must_do == must)
    return or_(
        c.year > year,
        # must-dos stand first: only after one of them do the others follow
        *([and_(c.year == year, c.must_do.is_(False))] if must else []),
        and_(same, c.total_pence < pence),
        and_(same, c.total_pence == pence, c.id > after),
    )


def _said(seen: SeenPlan, row: Mapping[str, Any]) -> dict[str, Any]:
    starts_on = seen.plan["starts_on"]
    return {
        **row,
        "label": year_label(starts_on, row["year"]),
        "school_name": seen.schools[row["school_id"]],
        "words": line_words(row["reason"], starts_on, row["due_by_age_on"], row["due_on"]),
    }


def list_subjects(principal: Principal, line_id: str) -> list[dict[str, Any]]:
    """Return the things a line replaces, worst first. Raises not_found for a line of others."""
    line = (
        db.session.execute(
            select(LINE.c.plan_id, LINE.c.school_id).where(
                LINE.c.organisation_id == principal.organisation_id, LINE.c.id == line_id
            )
        )
        .mappings()
        .one_or_none()
    )
    if line is None or line["school_id"] not in see_plan(principal, line["plan_id"]).schools:
        raise Problem("not_found")
    rated = (
        (RATING.c.organisation_id == SUBJECT.c.organisation_id)
        & (RATING.c.subject_kind == SUBJECT.c.subject_kind)
        & (RATING.c.subject_id == SUBJECT.c.subject_id)
    )
    roomed = (ROOM.c.organisation_id == RATING.c.organisation_id) & (ROOM.c.id == RATING.c.room_id)
    rows = [
        dict(row)
        for row in db.session.execute(
            select(
                SUBJECT.c.subject_kind,
                SUBJECT.c.subject_id,
                SUBJECT.c.quantity,
                RATING.c.rag,
                ROOM.c.name.label("room_name"),
            )
            .select_from(SUBJECT.outerjoin(RATING, rated).outerjoin(ROOM, roomed))
            .where(
                SUBJECT.c.organisation_id == principal.organisation_id,
                SUBJECT.c.line_id == line_id,
            )
        ).mappings()
    ]
    order = ("red", "amber", "grey", "green", None)
    rows.sort(key=lambda row: (order.index(row["rag"]), row["subject_id"]))
    return _named(principal.organisation_id, rows[:PAGE])


def list_gaps(seen: SeenPlan, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Return what is not yet in the total, and why; and where the next page starts."""
    query = (
        select(GAP)
        .where(
            GAP.c.organisation_id == seen.plan["organisation_id"],
            GAP.c.plan_id == seen.plan["id"],
            GAP.c.school_id.in_(seen.schools),
        )
        .order_by(GAP.c.subject_id, GAP.c.subject_kind)
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(GAP.c.subject_id > after)
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    more = rows[PAGE - 1]["subject_id"] if len(rows) > PAGE else None
    for row in rows:
        row["words"] = OUT_OF_TOTAL[row["why"]]
        row["school_name"] = seen.schools[row["school_id"]]
    return _named(seen.plan["organisation_id"], rows[:PAGE]), more


def _named(organisation_id: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = names_of(organisation_id, [(row["subject_kind"], row["subject_id"]) for row in rows])
    for row in rows:
        named = names[row["subject_kind"], row["subject_id"]]
        row["name"], row["tag"] = named.name, named.tag
    return rows
