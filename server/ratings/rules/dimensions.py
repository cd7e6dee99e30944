"""The six dimensions: what each says of one thing on one day, with the date it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from server.ratings.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a rating reads of one subject. Stored as a list in this order, truths as 0 and 1."""

    life_years: int
    red_years: int
    required: int  # bits of the dimensions that must have evidence
    bought_on: dt.date | None = None
    condition: str | None = None
    condition_on: dt.date | None = None
    safety_fault: bool = False
    other_fault: bool = False
    hardware_end_on: dt.date | None = None  # firmware, model or platform: it can go no further
    release_end_on: dt.date | None = None  # of the operating system release it runs
    extended_end_on: dt.date | None = None  # only when enrolled
    is_live: bool = False  # a release that is supported with no end announced
    can_upgrade: bool | None = None
    managed: bool | None = None
    encrypted: bool | None = None
    wants_encryption: bool = False
    wifi_generation: int | None = None
    memory_gb: int | None = None  # only of computers that run a desktop system
    is_network: bool = False
    pat_due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one dimension says: a code of reasons.py and the date it rests on."""

    code: int
    on: dt.date | None = None

    @property
    def level(self) -> int:
        return self.code // 100


def add_years(day: dt.date, years: int) -> dt.date:
    """Return the same day years later; 29 February becomes 1 March in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def add_days(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def rate_support(inputs: Inputs, policy: Policy, today: dt.date) -> Answer:
    """Hardware that can go no further is red; a release that only waits for its update is amber.

    Support has ended on its end date (a date in the makers' lists is the first day without).
    """
    hardware, release = inputs.hardware_end_on, inputs.release_end_on
    if hardware and hardware <= today:
        return Answer(301, hardware)
    if release and release <= today:
        return _ended_release(inputs, release, today)
    soon = add_days(today, policy.support_soon_days)
    if hardware and hardware <= soon:
        return Answer(201, hardware)
    if release and release <= soon and inputs.can_upgrade is not True:
        return Answer(201, release)
    ends = [end for end in (hardware, release) if end]
    return Answer(101, min(ends, default=None)) if ends or inputs.is_live else Answer(1)


def _ended_release(inputs: Inputs, release: dt.date, today: dt.date) -> Answer:
    """Tell an update that is overdue from hardware that cannot take one."""
    if inputs.extended_end_on and inputs.extended_end_on > today:
        return Answer(203, inputs.extended_end_on)
    return Answer({True: 202, False: 303, None: 302}[inputs.can_upgrade], release)


def rate_age(inputs: Inputs, today: dt.date) -> Answer:
    """Amber from the end of its planning life, red from the type's red age."""
    if inputs.bought_on is None:
        return Answer(11)
    amber_on = add_years(inputs.bought_on, inputs.life_years)
    red_on = add_years(inputs.bought_on, inputs.red_years)
    if red_on <= today:
        return Answer(311, red_on)
    return Answer(211 if amber_on <= today else 111, amber_on)


def rate_condition(inputs: Inputs, policy: Policy, today: dt.date) -> Answer:
    """C, D and faults stand until somebody looks again; A and B lapse with the evidence."""
    grade, on = inputs.condition, inputs.condition_on
    if grade == "D":
        return Answer(322, on)
    if grade == "C":
        return Answer(321, on)
    if inputs.other_fault:
        return Answer(222, on)
    if grade is None:
        return Answer(21)
    if on is None or add_days(on, policy.evidence_days) <= today:
        return Answer(22, on)
    return Answer(221 if grade == "B" else 121, on)


def rate_fitness(inputs: Inputs, policy: Policy) -> Answer:
    """Wi-Fi generation and memory against the standard; unknown is grey."""
    wifi, memory = inputs.wifi_generation, inputs.memory_gb
    if memory is not None and memory < policy.memory_red_gb:
        return Answer(332)
    if wifi is not None and inputs.is_network and wifi <= 4:
        return Answer(331)
    if memory is not None and memory < policy.memory_amber_gb:
        return Answer(232)
    if wifi is not None and wifi <= (5 if inputs.is_network else 4):
        return Answer(231)
    return Answer(31 if wifi is None and memory is None else 131)


def rate_security(inputs: Inputs) -> Answer:
    """Say whether it is managed, and encrypted where it holds people's data."""
    is_plain = inputs.wants_encryption and inputs.encrypted is False
    if inputs.managed is None:
        return Answer(242 if is_plain else 41)
    if not inputs.managed:
        return Answer(341 if is_plain else 241)
    if is_plain:
        return Answer(242)
    return Answer(42 if inputs.wants_encryption and inputs.encrypted is None else 141)


def rate_safety(inputs: Inputs, policy: Policy, today: dt.date) -> Answer:
    """Call red a fault that can hurt someone, and an electrical test long overdue."""
    due = inputs.pat_due_on
    if inputs.safety_fault:
        return Answer(352)
    if due is None:
        return Answer(51)
    if add_days(due, policy.pat_red_days) <= today:
        return Answer(351, due)
    return Answer(251 if due <= today else 151, due)
