"""Plan years: their labels, the year a date falls in, and prices that rise year by year."""

from __future__ import annotations

import datetime as dt

OVERHANG = 3  # years shown beyond the plan, so that no cliff hides just behind it


def year_label(starts_on: dt.date, year: int) -> str:
    """Return ``2026/27`` for the first year of a plan that starts in September 2026."""
    first = starts_on.year + year - 1
    return str(first) if starts_on.month == 1 else f"{first}/{(first + 1) % 100:02}"


def year_start(starts_on: dt.date, year: int) -> dt.date:
    try:
        return starts_on.replace(year=starts_on.year + year - 1)
    except ValueError:  # 29 February
        return dt.date(starts_on.year + year - 1, 3, 1)


def year_of(starts_on: dt.date, day: dt.date) -> int:
    """Return the plan year a day falls in; what is past belongs to year 1."""
    year = max(day.year - starts_on.year + 1, 1)
    while year > 1 and day < year_start(starts_on, year):
        year -= 1
    return year


def age_at(starts_on: dt.date, bought_on: dt.date) -> int:
    """Return the whole years of age on the plan's first day."""
    years = starts_on.year - bought_on.year
    if (starts_on.month, starts_on.day) < (bought_on.month, bought_on.day):
        years -= 1
    return max(years, 0)


def price_in(pence: int, uplift: int, year: int) -> int:
    """Return today's price raised to a plan year, to the nearest penny. Year 1 is today's price.

    ``uplift`` is thousandths a year; below zero prices fall.
    """
    raised, scale = pence * (1000 + uplift) ** (year - 1), 1000 ** (year - 1)
    return int((2 * raised + scale) // (2 * scale))
