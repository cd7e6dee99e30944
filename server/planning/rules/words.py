"""Why a line stands in its year, in sentences a head teacher can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from server.planning.rules.calendar import year_label
from server.ratings.rules.reasons import BY_KEY, day_words, reason_words

OUT_OF_TOTAL = {
    "no_price": "No price yet",
    "no_date": "Age not known",
    "no_type": "Type not known",
}


def line_words(
    reason: Mapping[str, Any],
    starts_on: dt.date,
    due_by_age_on: dt.date | None,
    due_on: dt.date | None,
) -> str:
    """Return the cause, the date by age alone beside the date it is due, and why this year."""
    values = reason["values"]
    said = [_cause(reason["key"], values)]
    if due_by_age_on and due_on and due_on < due_by_age_on:
        said.append(f"By age alone it would be due on {day_words(due_by_age_on)}.")
    said.append(_timing(values, starts_on))
    return " ".join(sentence for sentence in said if sentence)


def _cause(key: str, values: Mapping[str, Any]) -> str:
    """Say the reason; of a must-do that is well otherwise, the end of its support."""
    must_by = values.get("must_by")
    if must_by and BY_KEY.get(key, BY_KEY["fit"]).dimension not in {"support", "safety"}:
        return f"Support ends on {day_words(dt.date.fromisoformat(must_by))}."
    if key not in BY_KEY:
        return "Due by age."
    on = dt.date.fromisoformat(values["on"]) if values["on"] else None
    return f"{reason_words(key, on)}."


def _timing(values: Mapping[str, Any], starts_on: dt.date) -> str:
    wanted = year_label(starts_on, values["wanted_year"])
    by = values.get("must_by")
    day = dt.date.fromisoformat(by) if by else starts_on
    must = f"It must be done by {day_words(day)}" if day > starts_on else "It must be done at once"
    return {
        "best": "This year it removes most risk for its cost.",
        "pushed": f"{wanted} would remove more risk, but its limit is spent on what removes more.",
        "in_time": f"{must}.",
        "early": f"{must}; brought forward because {wanted} is full.",
        "late": f"{must}, but the limit of {wanted} does not pay for it.",
        "no_money": f"Due in {wanted}, but the limits do not pay for it.",
        "after_plan": "Due after the plan.",
    }[values["timing"]]


def short_words(number: int, type_name: str, must_by: dt.date | None, pence: int, year: str) -> str:
    """Say that a must-do does not fit, and by how much: the smallest story."""
    by = f" by {day_words(must_by)}" if must_by else ""
    return (
        f"{number} {type_name} must be replaced{by}: £{pence // 100:,} in {year}, which the limits "
        "do not pay for. Nothing that can wait is planned at this school until it is paid for."
    )
