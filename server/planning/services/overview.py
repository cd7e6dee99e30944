"""One plan on one page: years against limits, schools, risk before and after, what is missing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from server.core.database import db
from server.planning.rules.calendar import OVERHANG, year_label
from server.planning.services.plans import SeenPlan, gap_sums, school_sums, year_sums
from server.planning.services.solve import LIMIT, carried


def read_plan(seen: SeenPlan) -> dict[str, Any]:
    """Return the plan as the planner shows it; totals are sums of its lines, to the penny."""
    plan = seen.plan
    limits = _limits(seen)
    parts = [s for s in (plan["summary"] or {}).get("schools", ()) if s["id"] in seen.schools]
    return {
        "plan": plan,
        "years": _years(seen, limits),
        "schools": _schools(seen, limits),
        "risk": {
            "before": sum(part["risk_before"] for part in parts),
            "after": sum(part["risk_after"] for part in parts),
        },
        "gaps": gap_sums(seen),
        "short": [
            {"school_id": part["id"], "label": year_label(plan["starts_on"], said["year"]), **said}
            for part in parts
            for said in part["short"]
        ],
    }


def _limits(seen: SeenPlan) -> dict[str, tuple[int, ...]]:
    rows = db.session.execute(
        select(LIMIT.c.school_id, LIMIT.c.year, LIMIT.c.pence).where(
            LIMIT.c.organisation_id == seen.plan["organisation_id"],
            LIMIT.c.plan_id == seen.plan["id"],
        )
    )
    given = {(school_id, year): pence for school_id, year, pence in rows}
    return {id_: carried(given, id_, seen.plan["years"]) for id_ in seen.schools}


def _years(seen: SeenPlan, limits: dict[str, tuple[int, ...]]) -> list[dict[str, Any]]:
    """Return the plan's years, then those beyond it, which are shown and not funded."""
    sums, years = year_sums(seen), seen.plan["years"]
    found = []
    for year in range(1, years + OVERHANG + 1):
        of_year = sums.get(year, {"total_pence": 0, "must_pence": 0, "lines": 0})
        is_planned = year <= years
        limit = sum(school[year - 1] for school in limits.values()) if is_planned else None
        found.append(
            {
                "year": year,
                "label": year_label(seen.plan["starts_on"], year),
                "is_planned": is_planned,
                "limit_pence": limit,
                "left_pence": None if limit is None else limit - of_year["total_pence"],
                **of_year,
            }
        )
    return found


def _schools(seen: SeenPlan, limits: dict[str, tuple[int, ...]]) -> list[dict[str, Any]]:
    sums, years = school_sums(seen), range(1, seen.plan["years"] + OVERHANG + 1)
    return [
        {
            "id": id_,
            "name": name,
            "total_pence": sum(sums.get((id_, y), 0) for y in years if y <= seen.plan["years"]),
            "years": [
                {
                    "year": year,
                    "total_pence": sums.get((id_, year), 0),
                    "limit_pence": limits[id_][year - 1] if year <= seen.plan["years"] else None,
                }
                for year in years
            ],
        }
        for id_, name in seen.schools.items()
    ]
