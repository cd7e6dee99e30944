"""Solving a plan school by school: read, decide outside any transaction, write, sum up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from server.core.database import db
from server.core.problems import Problem
from server.estate.models import AssetType, School
from server.planning.models import Plan, PlanGap, PlanLimit, PlanLine, PlanLineSubject
from server.planning.rules.cohorts import Cohort, Item, Span, form_cohorts
from server.planning.rules.finance import Body, body_of, finance_line
from server.planning.rules.greedy import Solution, solve_school
from server.planning.rules.lines import Line, write_lines
from server.planning.services.items import Gap, read_items, read_prices
from sync.ids import natural_id

SOLVER = "greedy 1"
PLAN = Plan.metadata.tables["plan"]
LIMIT = PlanLimit.metadata.tables["plan_limit"]
LINE = PlanLine.metadata.tables["plan_line"]
SUBJECT = PlanLineSubject.metadata.tables["plan_line_subject"]
GAP = PlanGap.metadata.tables["plan_gap"]
SCHOOL = School.metadata.tables["school"]
TYPE = AssetType.metadata.tables["asset_type"]


@dataclass(frozen=True, slots=True)
class PlanSchool:
    id: str
    name: str
    body: Body


@dataclass(frozen=True, slots=True)
class Work:
    """What a plan decides over: its span and its schools with their yearly limits."""

    organisation_id: str
    plan_id: str
    span: Span
    schools: tuple[PlanSchool, ...]
    limits: dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """One school decided."""

    school: PlanSchool
    cohorts: list[Cohort]
    solution: Solution
    lines: list[Line]
    gaps: list[Gap]
    sha256: str


def read_work(organisation_id: str, plan_id: str) -> Work:
    """Return the plan as it stands. Raises not_found."""
    plan = (
        db.session.execute(
            select(PLAN).where(PLAN.c.organisation_id == organisation_id, PLAN.c.id == plan_id)
        )
        .mappings()
        .one_or_none()
    )
    if plan is None:
        raise Problem("not_found")
    schools = schools_of(organisation_id, plan["trust_id"], plan["school_id"])
    rows = db.session.execute(
        select(LIMIT.c.school_id, LIMIT.c.year, LIMIT.c.pence).where(
            LIMIT.c.organisation_id == organisation_id, LIMIT.c.plan_id == plan_id
        )
    )
    given = {(school_id, year): pence for school_id, year, pence in rows}
    span = Span(plan["starts_on"], plan["years"], plan["uplift"])
    limits = {school.id: carried(given, school.id, span.years) for school in schools}
    return Work(organisation_id, plan_id, span, schools, limits)


def carried(given: dict[tuple[str, int], int], school_id: str, years: int) -> tuple[int, ...]:
    """Return a limit for each year: a year without one has that of the year before, else none."""
    found: list[int] = []
    for year in range(1, years + 1):
        before = found[-1] if found else 0
        found.append(given.get((school_id, year), before))
    return tuple(found)


def schools_of(
    organisation_id: str, trust_id: str | None, school_id: str | None
) -> tuple[PlanSchool, ...]:
    """Return the schools of a plan: those of its trust now, or the one that stands alone."""
    mine = SCHOOL.c.trust_id == trust_id if trust_id else SCHOOL.c.id == school_id
    rows = db.session.execute(
        select(SCHOOL.c.id, SCHOOL.c.name, SCHOOL.c.type_group, SCHOOL.c.year_start_month)
        .where(SCHOOL.c.organisation_id == organisation_id, SCHOOL.c.deleted_at.is_(None), mine)
        .order_by(SCHOOL.c.name, SCHOOL.c.id)
    )
    return tuple(PlanSchool(id_, name, body_of(group, month)) for id_, name, group, month in rows)


def read_school(work: Work, school: PlanSchool) -> tuple[list[Item], list[Gap]]:
    book = read_prices(work.organisation_id)
    return read_items(work.organisation_id, school.id, work.span, book)


def decide_school(
    work: Work, school: PlanSchool, items: Sequence[Item], gaps: list[Gap]
) -> SchoolPlan:
    """Decide one school: pure, no transaction is open."""
    cohorts = form_cohorts(items, work.span)
    solution = solve_school(cohorts, work.span, work.limits[school.id])
    # All of these are frozen values, and a repr of them is the same in every process.
    inputs = repr((SOLVER, work.span, work.limits[school.id], items, gaps))
    sha256 = hashlib.sha256(inputs.encode()).hexdigest()
    lines = write_lines(cohorts, work.span, solution)
    return SchoolPlan(school, cohorts, solution, lines, gaps, sha256)


def write_school(work: Work, decided: SchoolPlan) -> None:
    """Put one school's lines in place of those it had; ids follow from what a line is."""
    erase_school(work.organisation_id, work.plan_id, [decided.school.id])
    lines: list[dict[str, Any]] = []
    shares: list[dict[str, Any]] = []
    for line in decided.lines:
        id_ = natural_id(
            "plan_line", work.organisation_id, work.plan_id, decided.school.id, *line.key
        )
        lines.append(_row(work, decided.school, line, id_))
        shares += [
            {
                "organisation_id": work.organisation_id,
                "line_id": id_,
                "subject_kind": share.kind,
                "subject_id": share.id,
                "quantity": share.quantity,
            }
            for share in line.shares
        ]
    gaps = [
        {
            "organisation_id": work.organisation_id,
            "plan_id": work.plan_id,
            "subject_kind": gap.kind,
            "subject_id": gap.id,
            "school_id": decided.school.id,
            "category": gap.category,
            "quantity": gap.quantity,
            "why": gap.why,
            "low_pence": gap.low_pence,
            "high_pence": gap.high_pence,
        }
        for gap in decided.gaps
    ]
    for table, rows in ((LINE, lines), (SUBJECT, shares), (GAP, gaps)):
        if rows:
            db.session.execute(insert(table), rows)


def _row(work: Work, school: PlanSchool, line: Line, id_: str) -> dict[str, Any]:
    return {
        "organisation_id": work.organisation_id,
        "id": id_,
        "plan_id": work.plan_id,
        "school_id": school.id,
        "year": line.year,
        "category": line.category,
        "asset_type_id": line.asset_type_id,
        "quantity": line.quantity,
        "unit_pence": line.unit_pence,
        "total_pence": line.total_pence,
        "must_do": line.must_do,
        "reason": line.reason,
        "due_by_age_on": line.due_by_age_on,
        "due_on": line.due_on,
        "benefit": line.benefit,
        "finance_line": finance_line(line.category, school.body),
    }


def erase_school(organisation_id: str, plan_id: str, school_ids: Sequence[str]) -> None:
    """Remove the lines and gaps of these schools from a plan."""
    mine = (
        LINE.c.organisation_id == organisation_id,
        LINE.c.plan_id == plan_id,
        LINE.c.school_id.in_(school_ids),
    )
    db.session.execute(
        delete(SUBJECT).where(
            SUBJECT.c.organisation_id == organisation_id,
            SUBJECT.c.line_id.in_(select(LINE.c.id).where(*mine)),
        )
    )
    db.session.execute(delete(LINE).where(*mine))
    db.session.execute(
        delete(GAP).where(
            GAP.c.organisation_id == organisation_id,
            GAP.c.plan_id == plan_id,
            GAP.c.school_id.in_(school_ids),
        )
    )
