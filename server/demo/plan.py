"""The demo's first plan, so that a newcomer sees pounds at once; the worker solves it at start."""

from __future__ import annotations

import datetime as dt

from server.accounts.access import Principal
from server.accounts.scopes import scopes_of
from server.core.clock import today
from server.core.tenancy import current_organisation
from server.demo.estate import SchoolEstate
from server.planning.services.plans import make_plan

YEARS = 5
PENCE_A_PUPIL = 60_00  # capital a pupil and year: enough for must-dos, not for everything


def add_plan(trust_id: str, estates: list[SchoolEstate], user_id: str) -> str:
    """Make the trust's plan as its trust IT would; return its id."""
    organisation_id = current_organisation()
    grants = scopes_of(user_id, organisation_id)
    person = Principal(user_id, organisation_id, "session", frozenset({"trust_it"}), grants)
    plan_id, _ = make_plan(
        person,
        {
            "trust_id": trust_id,
            "name": "Refresh",
            "starts_on": _september(),
            "years": YEARS,
            "uplift": 30,
            "limits": [
                {
                    "school_id": estate.school_id,
                    "year": year,
                    "pence": estate.spec.pupils * PENCE_A_PUPIL,
                }
                for estate in estates
                if estate.spec.trust_id == trust_id
                for year in range(1, YEARS + 1)
            ],
        },
    )
    return plan_id


def _september() -> dt.date:
    """Return the first day of the academy year that runs now."""
    now = today()
    return dt.date(now.year if now.month >= 9 else now.year - 1, 9, 1)
