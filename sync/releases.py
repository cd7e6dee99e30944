"""Every schema version that ever left the house, and when: each may push, for ever.

``min_sv``, below which a client may no longer fetch, is never raised past a version younger than 18
months. What each version could send is in ``cases/released.json``: nothing there may lose its road.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

KEPT_MONTHS = 18


@dataclass(frozen=True, slots=True)
class Release:
    """One schema version and the day from which somebody may have had it."""

    sv: int
    on: dt.date


RELEASES = (Release(1, dt.date(2026, 11, 25)),)


def highest_min_sv(releases: Sequence[Release], today: dt.date) -> int:
    """Return how far ``min_sv`` may be raised on a day: to the oldest version that is still young.

    When even the newest is old, to that one: what everybody has is never shut out.
    """
    young = [found.sv for found in releases if _months_after(found.on, KEPT_MONTHS) > today]
    return min(young, default=max(found.sv for found in releases))


def _months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the first of the next where there is none."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    try:
        return dt.date(year, month + 1, day.day)
    except ValueError:
        year, month = divmod(count + 1, 12)
        return dt.date(year, month + 1, 1)
