"""From decisions to plan lines: which things, in which year, for what money, and what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.planning.rules.calendar import OVERHANG, price_in
from server.planning.rules.cohorts import Cohort, Item, Span
from server.planning.rules.greedy import Pick, Solution
from server.planning.rules.risk import PER_THOUSANDTH


@dataclass(frozen=True, slots=True)
class Share:
    """How many of one subject a line replaces; a lot may be shared between years."""

    kind: str
    id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Line:
    """One cohort's replacements in one year. A year after the plan is shown, not funded."""

    key: tuple[str, ...]
    year: int
    category: str
    asset_type_id: str
    quantity: int
    unit_pence: int
    must_do: bool
    reason: dict[str, object]
    due_by_age_on: dt.date | None
    due_on: dt.date | None
    benefit: int  # thousandths of a risk point
    shares: tuple[Share, ...]

    @property
    def total_pence(self) -> int:
        return self.quantity * self.unit_pence


def write_lines(cohorts: Sequence[Cohort], span: Span, solution: Solution) -> list[Line]:
    """Return funded lines, then what is due but waits for money or lies beyond the plan."""
    lines: list[Line] = []
    for place, cohort in enumerate(cohorts):
        units = _Units(cohort.items)
        picks = sorted(
            (pick for pick in solution.picks if pick.cohort == place), key=lambda pick: pick.year
        )
        lines += [_line(cohort, span, pick.year, units.take(pick.quantity), "") for pick in picks]
        waiting = cohort.quantity - sum(pick.quantity for pick in picks)
        if waiting and cohort.due_year is not None:
            is_late = cohort.due_year <= span.years
            year = span.years + 1 if is_late else cohort.due_year
            why = "no_money" if is_late else "after_plan"
            lines.append(_line(cohort, span, year, units.take(waiting), why))
    return sorted(lines, key=lambda line: (line.year, line.key))


class _Units:
    """Hands out things of a cohort, worst first."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._left = [(item, item.quantity) for item in items]

    def take(self, count: int) -> list[tuple[Item, int]]:
        taken: list[tuple[Item, int]] = []
        while count and self._left:
            item, held = self._left[0]
            part = min(held, count)
            taken.append((item, part))
            count -= part
            self._left[0] = (item, held - part)
            if held == part:
                self._left.pop(0)
        return taken


def _line(cohort: Cohort, span: Span, year: int, taken: list[tuple[Item, int]], waits: str) -> Line:
    first = cohort.items[0]
    quantity = sum(count for _, count in taken)
    by_age = [item.due_by_age_on for item, _ in taken if item.due_by_age_on]
    due = [day for item, _ in taken if (day := _due_on(item))]
    gain = cohort.benefits[year - 1] if year <= span.years else 0
    return Line(
        key=(*cohort.key, str(year)),
        year=year,
        category=first.category,
        asset_type_id=first.asset_type_id,
        quantity=quantity,
        unit_pence=price_in(first.unit_pence, span.uplift, year),
        must_do=cohort.must_year is not None,
        reason=_reason(cohort, span, year, waits, quantity),
        due_by_age_on=min(by_age, default=None),
        due_on=min(due, default=None),
        benefit=gain * quantity // PER_THOUSANDTH,
        shares=tuple(Share(item.kind, item.id, count) for item, count in taken),
    )


def _due_on(item: Item) -> dt.date | None:
    """Return when a thing is due after condition, faults and support end."""
    days = [day for day in (item.due_by_age_on, item.cause_on, item.must_by) if day]
    return min(days, default=None)


def _reason(cohort: Cohort, span: Span, year: int, waits: str, quantity: int) -> dict[str, object]:
    """Return why these, why this year: {key, values}, said by words.py."""
    wanted = cohort.must_year or _best_year(cohort, span)
    if waits == "after_plan":
        timing = "after_plan"
    elif waits:
        timing = "no_money"
    elif cohort.must_year is not None:
        timing = "late" if year > wanted else "early" if year < wanted else "in_time"
    else:
        timing = "pushed" if year > wanted else "best"
    first = cohort.items[0]
    return {
        "key": first.cause,
        "values": {
            "count": quantity,
            "timing": timing,
            "wanted_year": wanted,
            "on": first.cause_on.isoformat() if first.cause_on else None,
            "must_by": first.must_by.isoformat() if cohort.must_year and first.must_by else None,
        },
    }


def _best_year(cohort: Cohort, span: Span) -> int:
    """Return the year that removes most for a pound, money apart."""
    best = max(
        range(1, span.years + 1),
        key=lambda y: (
            cohort.benefits[y - 1] * 1_000_000 // price_in(cohort.unit_pence, span.uplift, y),
            -y,
        ),
    )
    return best if cohort.benefits[best - 1] > 0 else cohort.due_year or span.years + OVERHANG


def shortfalls(
    cohorts: Sequence[Cohort], span: Span, solution: Solution
) -> Iterator[tuple[Pick, int]]:
    """Yield each must-do that no year can pay for, with what it would cost in its year."""
    for pick in solution.unfunded_must:
        price = price_in(cohorts[pick.cohort].unit_pence, span.uplift, pick.year)
        yield pick, price * pick.quantity
