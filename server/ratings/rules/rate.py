"""One asset, lot or system on one day: its colour, its reasons, and when time alone changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields

from server.ratings.rules.dimensions import (
    Answer,
    Inputs,
    add_days,
    add_years,
    rate_age,
    rate_condition,
    rate_fitness,
    rate_safety,
    rate_security,
    rate_support,
)
from server.ratings.rules.policy import Policy
from server.ratings.rules.reasons import (
    AMBER,
    BIT,
    DIMENSIONS,
    GREEN,
    GREY,
    RAG_OF,
    REASONS,
    RED,
)

GRADE_D = 322
HARD = ("support", "security", "safety")
SOFT = ("age", "fitness")


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating as it is stored, apart from where the subject stands and what it is worth."""

    rag: str
    reasons: int
    answers: tuple[Answer, ...]  # in the order of DIMENSIONS
    next_flip_on: dt.date | None

    def dimensions(self) -> dict[str, dict[str, str]]:
        """Return what rating.dimensions holds: all that is known, and what was missed."""
        found: dict[str, dict[str, str]] = {}
        for name, answer in zip(DIMENSIONS, self.answers, strict=True):
            reason = REASONS[answer.code]
            found[name] = {"rag": reason.rag, "reason": reason.key}
            if answer.on is not None:
                found[name]["on"] = answer.on.isoformat()
        return found


def rate(inputs: Inputs, policy: Policy, today: dt.date) -> Rated:
    """Rate one subject. services/expression.py says the same for many (property test)."""
    answers = (
        rate_support(inputs, policy, today),
        rate_age(inputs, today),
        rate_condition(inputs, policy, today),
        rate_fitness(inputs, policy),
        rate_security(inputs),
        rate_safety(inputs, policy, today),
    )
    level = combine(dict(zip(DIMENSIONS, answers, strict=True)), inputs.required)
    return Rated(
        RAG_OF[level], _worst_bits(answers, level), answers, next_flip(inputs, policy, today)
    )


def combine(answers: dict[str, Answer], required: int) -> int:
    """Hard: the worst stands. Soft: two reds, or one red or two ambers. Grey beats green only."""
    condition = answers["condition"]
    hard = [answers[name].level for name in HARD]
    soft = [answers[name].level for name in SOFT]
    (hard if condition.code == GRADE_D else soft).append(condition.level)
    reds, ambers = soft.count(RED), soft.count(AMBER)
    of_soft = RED if reds >= 2 else AMBER if reds == 1 or ambers >= 2 else GREEN
    level = max(of_soft, *hard)
    if level > GREEN:
        return level
    missing = {name for name, answer in answers.items() if answer.level == GREY}
    is_missed = any(BIT[name] & required for name in missing)
    return GREY if is_missed or len(missing) == len(answers) else GREEN


def _worst_bits(answers: tuple[Answer, ...], level: int) -> int:
    """Return the bits of the dimensions at the worst level; of grey, all that lack evidence."""
    if level == GREEN:
        return 0
    worst = GREY if level == GREY else max(answer.level for answer in answers)
    return sum(1 << place for place, answer in enumerate(answers) if answer.level == worst)


def _boundaries(inputs: Inputs, policy: Policy) -> Iterator[dt.date]:
    """Yield every day on which time alone may change a dimension."""
    soon = -policy.support_soon_days
    for end in (inputs.hardware_end_on, inputs.release_end_on):
        if end is not None:
            yield end
            yield add_days(end, soon)
    if inputs.extended_end_on is not None:
        yield inputs.extended_end_on
    if inputs.bought_on is not None:
        yield add_years(inputs.bought_on, inputs.life_years)
        yield add_years(inputs.bought_on, inputs.red_years)
    if inputs.condition_on is not None:
        yield add_days(inputs.condition_on, policy.evidence_days)
    if inputs.pat_due_on is not None:
        yield inputs.pat_due_on
        yield add_days(inputs.pat_due_on, policy.pat_red_days)


def next_flip(inputs: Inputs, policy: Policy, today: dt.date) -> dt.date | None:
    """Return the next day to look again: the nightly sweep re-rates what has reached it."""
    return min((day for day in _boundaries(inputs, policy) if day > today), default=None)


def turns_on(inputs: Inputs, policy: Policy, today: dt.date) -> tuple[dt.date, str] | None:
    """Return the first day on which the colour itself changes by time alone, and to what."""
    now = rate(inputs, policy, today).rag
    for day in sorted(day for day in set(_boundaries(inputs, policy)) if day > today):
        then = rate(inputs, policy, day).rag
        if then != now:
            return day, then
    return None


def pack_inputs(inputs: Inputs) -> list[int | str | None]:
    """Return inputs as rating.inputs stores them: values in field order, truths as 0 and 1."""
    return [
        value.isoformat()
        if isinstance(value, dt.date)
        else int(value)
        if isinstance(value, bool)
        else value
        for value in astuple(inputs)
    ]


def unpack_inputs(packed: list[int | str | None]) -> Inputs:
    """Return stored inputs, so that any rating can be replayed."""
    values: dict[str, object] = {}
    for item, value in zip(fields(Inputs), packed, strict=True):
        if value is not None and "date" in str(item.type):
            values[item.name] = dt.date.fromisoformat(str(value))
        elif value is not None and "bool" in str(item.type):
            values[item.name] = bool(value)
        else:
            values[item.name] = value
    return Inputs(**values)  # type: ignore[arg-type]  # the names and kinds are Inputs' own
