"""Cohorts: like things of one school whose replacement removes the same, decided together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from server.planning.rules.calendar import OVERHANG, age_at, year_of
from server.planning.rules.risk import DUE, Need, benefits, risk_in, risk_kept


@dataclass(frozen=True, slots=True)
class Item:
    """One asset, lot or system as a plan sees it."""

    kind: str
    id: str
    category: str
    asset_type_id: str
    quantity: int
    unit_pence: int
    life_years: int
    criticality: int  # thousandths
    bought_on: dt.date | None
    need: Need  # how bad it is in ways that a purchase cures
    cause: str  # the reason key behind the need; "age" when only age speaks
    cause_on: dt.date | None
    must_by: dt.date | None  # support ends, or a safety fault: outside the choice
    badness: tuple[int, str, str]  # worst first within a cohort

    @property
    def due_by_age_on(self) -> dt.date | None:
        if self.bought_on is None:
            return None
        year = self.bought_on.year + self.life_years
        try:
            return self.bought_on.replace(year=year)
        except ValueError:
            return dt.date(year, 3, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """What a plan covers: its first day, 3 to 5 years, and how prices rise (thousandths)."""

    starts_on: dt.date
    years: int
    uplift: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Like things: one price, one cause, equal benefit in every year."""

    key: tuple[str, ...]
    items: tuple[Item, ...]  # worst first
    benefits: tuple[int, ...]  # by plan year, of one thing
    kept: int  # the risk of never replacing one
    risk_now: int
    must_year: int | None
    due_year: int | None  # when its life or its support is over; None = beyond what is shown

    @property
    def quantity(self) -> int:
        return sum(item.quantity for item in self.items)

    @property
    def unit_pence(self) -> int:
        return self.items[0].unit_pence

    @property
    def asset_type_id(self) -> str:
        return self.items[0].asset_type_id

    @property
    def is_safety(self) -> bool:
        return self.items[0].cause == "safety_fault"


def form_cohorts(items: Iterable[Item], span: Span) -> list[Cohort]:
    """Merge items of one school by type, price, cause and equal benefit; in a fixed order."""
    groups: dict[tuple[object, ...], list[Item]] = {}
    known: dict[tuple[object, ...], _Vectors] = {}
    for item in items:
        age = age_at(span.starts_on, item.bought_on) if item.bought_on else None
        basis = (age, item.life_years, item.need, item.criticality)
        if basis not in known:
            known[basis] = _vectors(span.years, *basis)
        vectors = known[basis]
        must = year_of(span.starts_on, item.must_by) if item.must_by else None
        must = must if must is not None and must <= span.years else None
        key = (
            item.asset_type_id,
            item.unit_pence,
            must or 0,
            item.cause,
            vectors.benefits,
            vectors.due or 0,
        )
        groups.setdefault((*key, vectors), []).append(item)
    cohorts = [_cohort(group) for group in groups.items()]
    return sorted(cohorts, key=lambda cohort: cohort.key)


@dataclass(frozen=True, slots=True)
class _Vectors:
    benefits: tuple[int, ...]
    kept: int
    now: int
    due: int | None


def _vectors(years: int, age: int | None, life: int, need: Need, criticality: int) -> _Vectors:
    due = next(
        (y for y in range(1, years + OVERHANG + 1) if risk_in(y, age, life, need) >= DUE), None
    )
    return _Vectors(
        benefits(years, age, life, need, criticality),
        risk_kept(years, age, life, need, criticality),
        criticality * risk_in(1, age, life, need),
        due,
    )


def _cohort(group: tuple[tuple[object, ...], list[Item]]) -> Cohort:
    (type_id, pence, must, cause, gains, _due, vectors), items = group
    assert isinstance(vectors, _Vectors)
    assert isinstance(must, int)
    return Cohort(
        key=(str(type_id), f"{pence:015}", f"{must}", str(cause), repr(gains), repr(vectors.now)),
        items=tuple(sorted(items, key=lambda item: item.badness)),
        benefits=vectors.benefits,
        kept=vectors.kept,
        risk_now=vectors.now,
        must_year=must or None,
        due_year=must or vectors.due,
    )
