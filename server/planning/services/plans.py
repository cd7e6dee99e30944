"""Keeping plans: make, change, delete, and who may; every read is of the schools one may plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, delete, func, insert, or_, select, update

from server.accounts.access import Principal
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.queue import enqueue
from server.planning.services.solve import GAP, LIMIT, LINE, PLAN, SCHOOL, SUBJECT, schools_of

# Who reads plans: in the schools where they hold one of these roles, not in all they may see.
READERS = ("consultant", "school_it", "trust_it", "leader")


@dataclass(frozen=True, slots=True)
class SeenPlan:
    """A plan with those of its schools that this person may see."""

    plan: Mapping[str, Any]
    schools: Mapping[str, str]  # id → name


def list_plans(principal: Principal) -> list[dict[str, Any]]:
    """Return the plans that touch a school where this person reads plans, newest first."""
    mine = principal.school_ids(*READERS)
    trusts = select(SCHOOL.c.trust_id).where(
        SCHOOL.c.organisation_id == principal.organisation_id, SCHOOL.c.id.in_(mine)
    )
    rows = db.session.execute(
        select(PLAN)
        .where(
            PLAN.c.organisation_id == principal.organisation_id,
            or_(PLAN.c.school_id.in_(mine), PLAN.c.trust_id.in_(trusts)),
        )
        .order_by(PLAN.c.made_at.desc(), PLAN.c.id)
        .limit(200)
    )
    return [dict(row) for row in rows.mappings()]


def see_plan(principal: Principal, plan_id: str) -> SeenPlan:
    """Return a plan and its schools where this person reads plans. Raises not_found."""
    row = (
        db.session.execute(
            select(PLAN).where(
                PLAN.c.organisation_id == principal.organisation_id, PLAN.c.id == plan_id
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise Problem("not_found")
    schools = schools_of(principal.organisation_id, row["trust_id"], row["school_id"])
    mine = principal.school_ids(*READERS)
    seen = {school.id: school.name for school in schools if school.id in mine}
    if not seen:
        raise Problem("not_found")
    return SeenPlan(dict(row), seen)


def own_plan(principal: Principal, plan_id: str) -> SeenPlan:
    """Return a plan that this person may change: trust IT of all its schools."""
    seen = see_plan(principal, plan_id)
    _require_writer(principal, seen.plan["trust_id"], seen.plan["school_id"])
    return seen


def _require_writer(
    principal: Principal, trust_id: str | None, school_id: str | None
) -> frozenset[str]:
    """Return the plan's schools if this person is trust IT of every one of them."""
    schools = schools_of(principal.organisation_id, trust_id, school_id)
    ids = frozenset(school.id for school in schools)
    if not ids & principal.school_ids(*READERS):
        raise Problem("not_found")
    if not ids <= principal.school_ids("trust_it"):
        raise Problem("not_allowed", "Only trust IT of all schools of a plan may change it.")
    return ids


def make_plan(principal: Principal, given: Mapping[str, Any]) -> tuple[str, str]:
    """Write a plan with its limits and start solving it; return its id and the job's."""
    trust_id, school_id = _text(given.get("trust_id")), _text(given.get("school_id"))
    if (trust_id is None) == (school_id is None):
        said = "Give the trust, or a school that stands alone."
        raise Problem("bad_value", said, {"trust_id": said})
    ids = _require_writer(principal, trust_id, school_id)
    if school_id is not None and _trust_of(principal.organisation_id, school_id) is not None:
        said = "This school belongs to a trust; make the plan for the trust."
        raise Problem("bad_value", said, {"school_id": said})
    plan_id = new_id()
    db.session.execute(
        insert(PLAN).values(
            organisation_id=principal.organisation_id,
            id=plan_id,
            trust_id=trust_id,
            school_id=school_id,
            name=given["name"],
            starts_on=given["starts_on"],
            years=given["years"],
            uplift=given.get("uplift", 0),
            state="new",
            made_at=now_ms(),
        )
    )
    set_limits(principal.organisation_id, plan_id, ids, given.get("limits", ()))
    return plan_id, start_solving(principal, plan_id)


def change_plan(principal: Principal, plan_id: str, given: Mapping[str, Any]) -> None:
    """Change a plan's name, years or limits. Fewer years keep the limits of the years beyond."""
    seen = own_plan(principal, plan_id)
    values = {key: given[key] for key in ("name", "years", "uplift") if key in given}
    if values:
        db.session.execute(
            update(PLAN)
            .where(PLAN.c.organisation_id == principal.organisation_id, PLAN.c.id == plan_id)
            .values(**values)
        )
    set_limits(principal.organisation_id, plan_id, seen.schools, given.get("limits", ()))


def set_limits(
    organisation_id: str,
    plan_id: str,
    school_ids: Collection[str],
    limits: Sequence[Mapping[str, Any]],
) -> None:
    """Write yearly limits; the last of two for one school and year counts."""
    wanted = {(str(item["school_id"]), item["year"]): item["pence"] for item in limits}
    strange = sorted({school_id for school_id, _ in wanted} - set(school_ids))
    if strange:
        said = "A limit names a school that is not in this plan."
        raise Problem("bad_value", said, {"limits": said})
    for (school_id, year), pence in sorted(wanted.items()):
        at = {"organisation_id": organisation_id, "plan_id": plan_id}
        db.session.execute(
            delete(LIMIT).where(
                LIMIT.c.organisation_id == organisation_id,
                LIMIT.c.plan_id == plan_id,
                LIMIT.c.school_id == school_id,
                LIMIT.c.year == year,
            )
        )
        db.session.execute(
            insert(LIMIT), {**at, "school_id": school_id, "year": year, "pence": pence}
        )


def start_solving(principal: Principal, plan_id: str) -> str:
    """Queue the plan's job and return its id."""
    args = {"plan_id": plan_id}
    return enqueue("planning.solve", args, queue="heavy", actor_id=principal.user_id)


def delete_plan(principal: Principal, plan_id: str) -> None:
    """Remove a plan with all that belongs to it."""
    own_plan(principal, plan_id)
    at = principal.organisation_id
    lines = select(LINE.c.id).where(LINE.c.organisation_id == at, LINE.c.plan_id == plan_id)
    db.session.execute(
        delete(SUBJECT).where(SUBJECT.c.organisation_id == at, SUBJECT.c.line_id.in_(lines))
    )
    for table in (LINE, GAP, LIMIT):
        db.session.execute(
            delete(table).where(table.c.organisation_id == at, table.c.plan_id == plan_id)
        )
    db.session.execute(delete(PLAN).where(PLAN.c.organisation_id == at, PLAN.c.id == plan_id))


def year_sums(seen: SeenPlan) -> dict[int, dict[str, int]]:
    """Return pence, must-do pence and lines by year, of the schools seen."""
    rows = db.session.execute(
        select(
            LINE.c.year,
            func.sum(LINE.c.total_pence),
            func.sum(case((LINE.c.must_do, LINE.c.total_pence), else_=0)),
            func.count(),
        )
        .where(*_of(seen, LINE))
        .group_by(LINE.c.year)
    )
    return {
        year: {"total_pence": int(total), "must_pence": int(must), "lines": count}
        for year, total, must, count in rows
    }


def school_sums(seen: SeenPlan) -> dict[tuple[str, int], int]:
    """Return pence by school and year, of the schools seen."""
    rows = db.session.execute(
        select(LINE.c.school_id, LINE.c.year, func.sum(LINE.c.total_pence))
        .where(*_of(seen, LINE))
        .group_by(LINE.c.school_id, LINE.c.year)
    )
    return {(school_id, year): int(total) for school_id, year, total in rows}


def gap_sums(seen: SeenPlan) -> dict[str, int]:
    """Return how many things are not yet in the total, and their likely range."""
    count, low, high = db.session.execute(
        select(
            func.coalesce(func.sum(GAP.c.quantity), 0),
            func.coalesce(func.sum(GAP.c.low_pence), 0),
            func.coalesce(func.sum(GAP.c.high_pence), 0),
        ).where(*_of(seen, GAP))
    ).one()
    return {"count": int(count), "low_pence": int(low), "high_pence": int(high)}


def _of(seen: SeenPlan, table: Any) -> tuple[Any, ...]:
    return (
        table.c.organisation_id == seen.plan["organisation_id"],
        table.c.plan_id == seen.plan["id"],
        table.c.school_id.in_(seen.schools),
    )


def _trust_of(organisation_id: str, school_id: str) -> str | None:
    query = select(SCHOOL.c.trust_id).where(
        SCHOOL.c.organisation_id == organisation_id, SCHOOL.c.id == school_id
    )
    found: str | None = db.session.scalar(query)
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)
