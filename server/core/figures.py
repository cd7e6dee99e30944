"""What a bench says: one measured figure, its unit, which way is better, and its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One result.

    A feature's ``bench.py`` has ``BENCHES = {name: function}``; each function takes the app on an
    empty migrated database and a seed, and yields figures.
    """

    name: str
    value: float
    unit: str
    better: Literal["lower", "higher"] = "lower"
    target: float | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
