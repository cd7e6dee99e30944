"""What a solved plan says of itself: risk before and after, what is short, its inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from server.core.clock import now_ms
from server.core.database import db
from server.planning.rules.calendar import year_label
from server.planning.rules.greedy import removed
from server.planning.rules.lines import shortfalls
from server.planning.rules.risk import PER_THOUSANDTH
from server.planning.rules.words import short_words
from server.planning.services.solve import (
    LINE,
    PLAN,
    SOLVER,
    TYPE,
    SchoolPlan,
    Work,
    erase_school,
)
from server.ratings.rules.ladder import many
from server.ratings.services.reference import current_policy


def summarise(work: Work, decided: SchoolPlan) -> dict[str, Any]:
    """Return one school's part of the summary: thousandths of risk points, pence, words."""
    before = sum(cohort.kept * cohort.quantity for cohort in decided.cohorts)
    after = before - removed(decided.cohorts, decided.solution)
    return {
        "id": decided.school.id,
        "name": decided.school.name,
        "body": decided.school.body,
        "limits": list(work.limits[decided.school.id]),
        "left": decided.solution.left,
        "risk_before": before // PER_THOUSANDTH,
        "risk_after": after // PER_THOUSANDTH,
        "short": list(_short(work, decided)),
        "sha256": decided.sha256,
    }


def _short(work: Work, decided: SchoolPlan) -> list[dict[str, Any]]:
    names = _type_names(work.organisation_id)
    found = []
    for pick, pence in shortfalls(decided.cohorts, work.span, decided.solution):
        cohort = decided.cohorts[pick.cohort]
        label = year_label(work.span.starts_on, pick.year)
        name = many(names[cohort.asset_type_id], pick.quantity)
        words = short_words(pick.quantity, name, cohort.items[0].must_by, pence, label)
        found.append({"year": pick.year, "pence": pence, "words": words})
    return found


def _type_names(organisation_id: str) -> dict[str, str]:
    query = select(TYPE.c.id, TYPE.c.name).where(TYPE.c.organisation_id == organisation_id)
    return {str(id_): str(name) for id_, name in db.session.execute(query)}


def finish(work: Work, schools: Sequence[dict[str, Any]]) -> str:
    """Mark the plan ready with its summary; drop lines of schools that have left it."""
    ids = [school["id"] for school in schools]
    gone = db.session.scalars(
        select(LINE.c.school_id)
        .where(
            LINE.c.organisation_id == work.organisation_id,
            LINE.c.plan_id == work.plan_id,
            LINE.c.school_id.not_in(ids),
        )
        .distinct()
    ).all()
    if gone:
        erase_school(work.organisation_id, work.plan_id, gone)
    sha256 = hashlib.sha256("".join(school["sha256"] for school in schools).encode()).hexdigest()
    set_state(
        work,
        "ready",
        solved_at=now_ms(),
        inputs_sha256=sha256,
        summary={
            "schools": list(schools),
            "solver": SOLVER,
            "rule_version": current_policy(work.organisation_id).rule_version,
        },
    )
    return sha256


def set_state(work: Work, state: str, **values: object) -> None:
    db.session.execute(
        update(PLAN)
        .where(PLAN.c.organisation_id == work.organisation_id, PLAN.c.id == work.plan_id)
        .values(state=state, **values)
    )
