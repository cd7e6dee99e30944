"""The risk of keeping a thing and what replacing it removes, in exact integers.

Failure risk rises with age against life, more steeply for what is red or amber now; years further
off count less (3.5 % a year), and two years beyond the plan count too, so that the end of the
plan does not freeze replacement (planning.md, section 2).
"""

from __future__ import annotations

from typing import Literal

Need = Literal["red", "amber", "fine"]

TAIL = 2
ONE = 1_000_000  # weights of years are millionths
# A benefit is thousandths of criticality × thousandths of risk × millionths of weight.
PER_THOUSANDTH = 1_000_000_000
WORN = 350  # thousandths: from here a thing is worth replacing
DUE = 1000  # thousandths: at the end of its life


def weight(year: int) -> int:
    """Return (1 / 1.035) ** year in millionths."""
    return int(ONE * 1000**year // 1035**year)


def risk_by_age(age: int, life: int) -> int:
    """Return thousandths: little in the first three quarters of a life, then more each year."""
    if 4 * age < 3 * life:
        return 50
    if age < life:
        return WORN
    return DUE + 150 * (age - life)


def risk_in(year: int, age: int | None, life: int, need: Need) -> int:
    """Return the risk of keeping a thing in a plan year; ``age`` is on the plan's first day."""
    base = risk_by_age(age + year - 1, life) if age is not None else 50
    if need == "red":
        return max(base, DUE + 100 * year)
    if need == "amber":
        return max(base, WORN if year <= 2 else DUE)
    return base


def risk_kept(years: int, age: int | None, life: int, need: Need, criticality: int) -> int:
    """Return the weighted risk of never replacing it, over the plan and its tail."""
    return criticality * sum(
        weight(year) * risk_in(year, age, life, need) for year in range(1, years + TAIL + 1)
    )


def benefits(
    years: int, age: int | None, life: int, need: Need, criticality: int
) -> tuple[int, ...]:
    """Return what replacing one in each plan year removes; 0 where it is not worth replacing."""
    found = []
    for bought in range(1, years + 1):
        if risk_in(bought, age, life, need) < WORN:
            found.append(0)
            continue
        removed = sum(
            weight(year) * (risk_in(year, age, life, need) - risk_by_age(year - bought, life))
            for year in range(bought, years + TAIL + 1)
        )
        found.append(max(criticality * removed, 0))
    return tuple(found)
