"""How long a soak goes on: one time for all of its parts, counted from the start of the run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

HOURS = "WALKROUND_SOAK_HOURS"
UNTIL = "WALKROUND_SOAK_UNTIL"  # set once for all parts, in seconds of the wall clock

TENTH = 0.1


def hours_asked() -> float:
    """Return how long a soak shall go on; 0: once through all that it has."""
    return float(os.environ.get(HOURS) or 0)


def seconds_left() -> float:
    """Return what is left of the hours asked; without a common end they begin now."""
    if until := os.environ.get(UNTIL):
        return max(0.0, float(until) - time.time())
    return 3600 * hours_asked()


def begin() -> None:
    """Set one end for all parts of a soak."""
    if hours_asked():
        os.environ[UNTIL] = str(time.time() + 3600 * hours_asked())


def last_moment() -> float | None:
    """Return when whoever still runs is stopped: a tenth of the hours over their end."""
    until = os.environ.get(UNTIL)
    return float(until) + TENTH * 3600 * hours_asked() if until else None


def rounds(part: float, least: int) -> Iterator[int]:
    """Count rounds until a part of what is left is over: one at least, or ``least`` by itself."""
    ends = time.monotonic() + part * seconds_left()
    wanted = 1 if hours_asked() else least
    number = 0
    while number < wanted or time.monotonic() < ends:
        yield number
        number += 1
