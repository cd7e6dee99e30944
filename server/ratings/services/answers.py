"""Each dimension's answer as SQL, case by case as in the rules: a code and a date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, case, cast, func, null, or_, type_coerce

from server.ratings.rules.policy import Policy
from server.ratings.services.dialects import Dialect, Expression

Columns = Any  # a CTE's column collection
Answer = tuple[Expression, Expression]
Step = tuple[Expression, int, Expression]  # when, code, date

# SQLite has no type of dates: a CAST to one would make a number of the text.
TODAY: Expression = bindparam("today", type_=Date())
SOON: Expression = bindparam("soon_on", type_=Date())
NEVER: Expression = type_coerce(null(), Date())


def number(name: str) -> Expression:
    return cast(bindparam(name, type_=Integer()), Integer)


def policy_parameters(policy: Policy) -> Mapping[str, int]:
    """Return what the expressions read of the policy."""
    return {
        "evidence_days": policy.evidence_days,
        "minus_soon_days": -policy.support_soon_days,
        "pat_red_days": policy.pat_red_days,
        "memory_red_gb": policy.memory_red_gb,
        "memory_amber_gb": policy.memory_amber_gb,
    }


def days_of(c: Columns, dialect: Dialect) -> dict[str, Expression]:
    """Return the days that follow from the facts, each reckoned once: databases are slow at it."""
    minus_soon = number("minus_soon_days")
    return {
        "hardware_soon_on": dialect.add_days(c.hardware_end_on, minus_soon),
        "release_soon_on": dialect.add_days(c.release_end_on, minus_soon),
        "ageing_on": dialect.add_years(c.bought_on, c.life_years),
        "aged_on": dialect.add_years(c.bought_on, c.red_years),
        "lapses_on": dialect.add_days(c.condition_on, number("evidence_days")),
        "pat_red_on": dialect.add_days(c.pat_due_on, number("pat_red_days")),
    }


def _first(steps: list[Step], code: int, on: Expression = NEVER) -> Answer:
    """Return the first step that holds, else the given code and date."""
    of_code = case(*((when, found) for when, found, _ in steps), else_=code)
    if on is NEVER and all(day is NEVER for _, _, day in steps):
        return of_code, NEVER
    return of_code, case(*((when, day) for when, _, day in steps), else_=on)


def _support(c: Columns) -> Answer:
    hardware, release, extended = c.hardware_end_on, c.release_end_on, c.extended_end_on
    ended = release <= TODAY
    takes_next = func.coalesce(c.can_upgrade, False)
    earlier = case(
        (hardware.is_(None), release),
        (release.is_(None), hardware),
        (hardware < release, hardware),
        else_=release,
    )
    return _first(
        [
            (hardware <= TODAY, 301, hardware),
            (and_(ended, extended > TODAY), 203, extended),
            (and_(ended, c.can_upgrade.is_(None)), 302, release),
            (and_(ended, takes_next), 202, release),
            (ended, 303, release),
            (hardware <= SOON, 201, hardware),
            (and_(release <= SOON, ~takes_next), 201, release),
            (or_(hardware.is_not(None), release.is_not(None), c.is_live == 1), 101, earlier),
        ],
        1,
    )


def _age(c: Columns) -> Answer:
    return _first(
        [
            (c.bought_on.is_(None), 11, NEVER),
            (c.aged_on <= TODAY, 311, c.aged_on),
            (c.ageing_on <= TODAY, 211, c.ageing_on),
        ],
        111,
        c.ageing_on,
    )


def _condition(c: Columns) -> Answer:
    on = c.condition_on
    return _first(
        [
            (c.condition == "D", 322, on),
            (c.condition == "C", 321, on),
            (c.other_fault == 1, 222, on),
            (c.condition.is_(None), 21, NEVER),
            (or_(on.is_(None), c.lapses_on <= TODAY), 22, on),
            (c.condition == "B", 221, on),
        ],
        121,
        on,
    )


def _fitness(c: Columns) -> Answer:
    wifi, memory = c.wifi_generation, c.memory_gb
    slow = case((c.is_network, 5), else_=4)
    return _first(
        [
            (memory < number("memory_red_gb"), 332, NEVER),
            (and_(c.is_network, wifi <= 4), 331, NEVER),
            (memory < number("memory_amber_gb"), 232, NEVER),
            (wifi <= slow, 231, NEVER),
            (and_(wifi.is_(None), memory.is_(None)), 31, NEVER),
        ],
        131,
    )


def _security(c: Columns) -> Answer:
    is_plain = and_(c.wants_encryption, c.encrypted.is_(False))
    return _first(
        [
            (and_(c.managed.is_(None), is_plain), 242, NEVER),
            (c.managed.is_(None), 41, NEVER),
            (and_(c.managed.is_(False), is_plain), 341, NEVER),
            (c.managed.is_(False), 241, NEVER),
            (is_plain, 242, NEVER),
            (and_(c.wants_encryption, c.encrypted.is_(None)), 42, NEVER),
        ],
        141,
    )


def _safety(c: Columns) -> Answer:
    due = c.pat_due_on
    return _first(
        [
            (c.safety_fault == 1, 352, NEVER),
            (due.is_(None), 51, NEVER),
            (c.pat_red_on <= TODAY, 351, due),
            (due <= TODAY, 251, due),
        ],
        151,
        due,
    )


ANSWERS: dict[str, Callable[[Columns], Answer]] = {
    "support": _support,
    "age": _age,
    "condition": _condition,
    "fitness": _fitness,
    "security": _security,
    "safety": _safety,
}


def flips(c: Columns, dialect: Dialect) -> Expression:
    """Return the next day on which time alone may change a dimension, as next_flip() does."""
    days = [
        c.hardware_end_on,
        c.hardware_soon_on,
        c.release_end_on,
        c.release_soon_on,
        c.extended_end_on,
        c.ageing_on,
        c.aged_on,
        c.lapses_on,
        c.pat_due_on,
        c.pat_red_on,
    ]
    return dialect.earliest_after(TODAY, days)
