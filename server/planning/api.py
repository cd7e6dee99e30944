"""The planning API: plans, their lines, the things behind a line, what is not yet in the total."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint

from server.accounts.access import allow, current
from server.planning.schemas import (
    AfterQuery,
    GapListSchema,
    LineListSchema,
    LineQuery,
    NewPlanSchema,
    PlanChangeSchema,
    PlanDetailSchema,
    PlanListSchema,
    StartedSchema,
    SubjectListSchema,
)
from server.planning.services.lines import list_gaps, list_lines, list_subjects
from server.planning.services.overview import read_plan
from server.planning.services.plans import (
    READERS,
    change_plan,
    delete_plan,
    list_plans,
    make_plan,
    own_plan,
    see_plan,
    start_solving,
)

blp = Blueprint("planning", __name__, url_prefix="/api", description="Plans and their lines")


@blp.route("/plans")
@blp.response(200, PlanListSchema)
@allow(*READERS)
def read_plans() -> dict[str, Any]:
    """Return the plans that touch a school of this person, newest first."""
    return {"items": list_plans(current()), "next": None}


@blp.route("/plans", methods=["POST"])
@blp.arguments(NewPlanSchema)
@blp.response(201, StartedSchema)
@allow("trust_it")
def post_plan(given: dict[str, Any]) -> dict[str, str]:
    """Make a plan of a trust or of a school that stands alone; solving starts at once."""
    plan_id, job_id = make_plan(current(), given)
    return {"id": plan_id, "job_id": job_id}


@blp.route("/plans/<uuid:plan_id>")
@blp.response(200, PlanDetailSchema)
@allow(*READERS)
def read_one_plan(plan_id: uuid.UUID) -> dict[str, Any]:
    """Return one plan, its totals over the schools this person may see."""
    return read_plan(see_plan(current(), str(plan_id)))


@blp.route("/plans/<uuid:plan_id>", methods=["PATCH"])
@blp.arguments(PlanChangeSchema)
@blp.response(200, PlanDetailSchema)
@allow("trust_it")
def patch_plan(given: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Change a plan's name, years or limits. It is not solved again until asked."""
    change_plan(current(), str(plan_id), given)
    return read_plan(see_plan(current(), str(plan_id)))


@blp.route("/plans/<uuid:plan_id>", methods=["DELETE"])
@blp.response(204)
@allow("trust_it")
def remove_plan(plan_id: uuid.UUID) -> None:
    """Delete a plan with its lines."""
    delete_plan(current(), str(plan_id))


@blp.route("/plans/<uuid:plan_id>/solve", methods=["POST"])
@blp.response(202, StartedSchema)
@allow("trust_it")
def solve_plan(plan_id: uuid.UUID) -> dict[str, str]:
    """Solve a plan again; the answer names the job to watch."""
    own_plan(current(), str(plan_id))
    return {"id": str(plan_id), "job_id": start_solving(current(), str(plan_id))}


@blp.route("/plans/<uuid:plan_id>/lines")
@blp.arguments(LineQuery, location="query")
@blp.response(200, LineListSchema)
@allow(*READERS)
def read_lines(query: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Return a plan's lines by year, must-dos first, at most 200 a page."""
    seen = see_plan(current(), str(plan_id))
    school_id = str(query["school_id"]) if "school_id" in query else None
    if school_id is not None:
        current().require_school(school_id, *READERS)
    after = str(query["after"]) if "after" in query else None
    items, more = list_lines(seen, school_id=school_id, year=query.get("year"), after=after)
    return {"items": items, "next": more}


@blp.route("/plan-lines/<uuid:line_id>/subjects")
@blp.response(200, SubjectListSchema)
@allow(*READERS)
def read_subjects(line_id: uuid.UUID) -> dict[str, Any]:
    """Return the assets, lots and systems behind a line: from a pound back to a room."""
    return {"items": list_subjects(current(), str(line_id)), "next": None}


@blp.route("/plans/<uuid:plan_id>/gaps")
@blp.arguments(AfterQuery, location="query")
@blp.response(200, GapListSchema)
@allow(*READERS)
def read_gaps(query: dict[str, Any], plan_id: uuid.UUID) -> dict[str, Any]:
    """Return what is not yet in the total, with its likely range."""
    after = str(query["after"]) if "after" in query else None
    items, more = list_gaps(see_plan(current(), str(plan_id)), after)
    return {"items": items, "next": more}
