"""The greedy plan of one school: must-dos first with their date, then risk removed per pound.

Integer pence and exact comparisons throughout: the same inputs give the same plan to the penny.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from server.planning.rules.calendar import price_in
from server.planning.rules.cohorts import Cohort, Span

SCALE = 1_000_000  # ratios are compared to the millionth
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Pick:
    """So many of one cohort in one plan year."""

    cohort: int
    year: int
    quantity: int


@dataclass(slots=True)
class Solution:
    """What was decided for one school."""

    picks: list[Pick] = field(default_factory=list)
    unfunded_must: list[Pick] = field(default_factory=list)  # year = by when it must be done
    left: list[int] = field(default_factory=list)  # pence not spent, by plan year

    def quantity(self, cohort: int) -> int:
        return sum(pick.quantity for pick in self.picks if pick.cohort == cohort)


def solve_school(cohorts: Sequence[Cohort], span: Span, limits: Sequence[int]) -> Solution:
    """Decide one school under its yearly limits (pence, year 1 first).

    No may-do is funded while a must-do of the same school is not.
    """
    solution = Solution(left=list(limits[: span.years]))
    rest = [cohort.quantity for cohort in cohorts]
    _place_musts(cohorts, span, rest, solution)
    if not solution.unfunded_must:
        _choose(cohorts, span, rest, solution)
        _deal_worst_first(cohorts, solution)
    solution.picks = _merged(solution.picks)
    return solution


def prices(cohort: Cohort, span: Span) -> tuple[int, ...]:
    return tuple(
        price_in(cohort.unit_pence, span.uplift, year) for year in range(1, span.years + 1)
    )


def _take(solution: Solution, place: int, rest: list[int], year: int, price: int) -> None:
    """Buy as many of a cohort as are left and as the year's money allows."""
    count = min(rest[place], solution.left[year - 1] // price)
    if count:
        rest[place] -= count
        solution.left[year - 1] -= count * price
        solution.picks.append(Pick(place, year, count))


def _place_musts(
    cohorts: Sequence[Cohort], span: Span, rest: list[int], solution: Solution
) -> None:
    """Fund each must-do in its year, else earlier, else late; safety before support."""
    musts = [place for place, cohort in enumerate(cohorts) if cohort.must_year is not None]
    musts.sort(
        key=lambda n: (
            cohorts[n].must_year or 0,
            not cohorts[n].is_safety,
            -cohorts[n].risk_now,
            cohorts[n].key,
        )
    )
    for place in musts:
        due, price = cohorts[place].must_year or 1, prices(cohorts[place], span)
        for year in (*range(due, 0, -1), *range(due + 1, span.years + 1)):
            _take(solution, place, rest, year, price[year - 1])
        if rest[place]:
            solution.unfunded_must.append(Pick(place, due, rest[place]))


def _choose(cohorts: Sequence[Cohort], span: Span, rest: list[int], solution: Solution) -> None:
    """Take choices in order of risk removed per pound; then try without each year's last big one.

    One dear thing that just fits can push several cheaper ones out of their year. Taking a year's
    money down to just below what was spent there shows what the others would do with it.
    """
    choices = _choices(cohorts, span)
    money = list(solution.left)
    best = _attempt(choices, rest, money, money)
    for _ in range(ROUNDS):
        before = best
        for year in range(span.years):
            caps = list(money)
            caps[year] = money[year] - best.left[year] - 1
            if caps[year] >= 0:
                best = max(best, _attempt(choices, rest, money, caps), key=lambda one: one.gain)
        if best is before:
            break
    solution.left[:] = best.left
    solution.picks += best.picks


@dataclass(frozen=True, slots=True)
class _Attempt:
    gain: int
    picks: tuple[Pick, ...]
    left: tuple[int, ...]


Choice = tuple[int, int, int, int, int]  # minus ratio, year, cohort, price, gain


def _choices(cohorts: Sequence[Cohort], span: Span) -> list[Choice]:
    """Return every choice of cohort and year that removes anything, the best for a pound first."""
    found: list[Choice] = []
    for place, cohort in enumerate(cohorts):
        if cohort.must_year is not None:
            continue
        for year, (gain, price) in enumerate(
            zip(cohort.benefits, prices(cohort, span), strict=True), start=1
        ):
            if gain > 0:
                found.append((-(gain * SCALE // price), year, place, price, gain))
    return sorted(found)


def _attempt(
    choices: Sequence[Choice], rest: Sequence[int], money: Sequence[int], caps: Sequence[int]
) -> _Attempt:
    """Spend up to the caps first, then what is left of the money."""
    wanted, left = list(rest), list(caps)
    picks: list[Pick] = []
    gained = _spend(choices, wanted, left, picks)
    if list(caps) != list(money):
        left = [held + full - cap for held, full, cap in zip(left, money, caps, strict=True)]
        gained += _spend(choices, wanted, left, picks)
    return _Attempt(gained, tuple(picks), tuple(left))


def _spend(choices: Sequence[Choice], wanted: list[int], left: list[int], picks: list[Pick]) -> int:
    gained = 0
    for _, year, place, price, gain in choices:
        count = min(wanted[place], left[year - 1] // price)
        if count:
            wanted[place] -= count
            left[year - 1] -= count * price
            picks.append(Pick(place, year, count))
            gained += gain * count
    return gained


def _deal_worst_first(cohorts: Sequence[Cohort], solution: Solution) -> None:
    """Within one type and price, give the earliest years to the worst.

    The years and numbers bought stay as chosen, so the money does not move.
    """
    kinds: dict[tuple[str, int], list[int]] = {}
    for place, cohort in enumerate(cohorts):
        if cohort.must_year is None:
            kinds.setdefault((cohort.asset_type_id, cohort.unit_pence), []).append(place)
    kept = [pick for pick in solution.picks if cohorts[pick.cohort].must_year is not None]
    for places in kinds.values():
        slots: dict[int, int] = {}
        for pick in solution.picks:
            if pick.cohort in places:
                slots[pick.year] = slots.get(pick.year, 0) + pick.quantity
        kept += _dealt(cohorts, places, slots)
    solution.picks = kept


def _dealt(cohorts: Sequence[Cohort], places: list[int], slots: dict[int, int]) -> list[Pick]:
    picks: list[Pick] = []
    for place in sorted(places, key=lambda n: worst_first(cohorts[n])):
        rest = cohorts[place].quantity
        for year in sorted(slots):
            if cohorts[place].benefits[year - 1] <= 0:
                continue
            count = min(rest, slots[year])
            if count:
                rest -= count
                slots[year] -= count
                picks.append(Pick(place, year, count))
    return picks


def worst_first(cohort: Cohort) -> tuple[object, ...]:
    """Return the order of cohorts of one type: the riskier now first, then what gains most."""
    return (-cohort.risk_now, tuple(-gain for gain in cohort.benefits), cohort.key)


def _merged(picks: Sequence[Pick]) -> list[Pick]:
    found: dict[tuple[int, int], int] = {}
    for pick in picks:
        at = (pick.cohort, pick.year)
        found[at] = found.get(at, 0) + pick.quantity
    return [Pick(place, year, count) for (place, year), count in sorted(found.items())]


def removed(cohorts: Sequence[Cohort], solution: Solution) -> int:
    """Return the risk a solution removes; must-dos count by the same measure."""
    return sum(
        cohorts[pick.cohort].benefits[pick.year - 1] * pick.quantity for pick in solution.picks
    )
