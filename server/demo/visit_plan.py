"""What a visit of the demo recorded, before it is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sync.codec import JsonValue


@dataclass(slots=True)
class FindingPlan:
    """What one visit saw of one subject."""

    subject_kind: str
    subject_id: str
    fields: dict[str, JsonValue]


@dataclass(slots=True)
class VisitPlan:
    """One visit with all that was recorded in it."""

    id: str
    name: str
    starts_on: dt.date
    state: str
    walks: dict[int, dict[str, JsonValue]] = field(default_factory=dict)  # room number -> fields
    findings: list[FindingPlan] = field(default_factory=list)
