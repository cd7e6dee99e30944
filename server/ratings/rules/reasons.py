"""Every reason a dimension can give: its code, its colour, and what it says to a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

GREY, GREEN, AMBER, RED = 0, 1, 2, 3
RAG_OF = ("grey", "green", "amber", "red")
# How bad a colour is when things are listed: worst first, no evidence before green.
WORST_FIRST = {"red": 0, "amber": 1, "grey": 2, "green": 3}

# Bits of rating.reasons and of a type's required dimensions, in the order they are said.
DIMENSIONS = ("support", "age", "condition", "fitness", "security", "safety")
BIT = {name: 1 << place for place, name in enumerate(DIMENSIONS)}


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer of one dimension. The hundreds of its code are its level."""

    code: int
    dimension: str
    key: str
    words: str  # {on} is the date, when there is one
    bare: str = ""  # said when there is no date
    replace_cures: bool = False  # buying a new one takes this reason away

    @property
    def level(self) -> int:
        return self.code // 100

    @property
    def rag(self) -> str:
        return RAG_OF[self.level]


_ALL = (
    Reason(1, "support", "support_unknown", "Support end not known"),
    Reason(101, "support", "supported", "Supported until {on}", "Supported"),
    Reason(201, "support", "support_ends_soon", "Support ends on {on}", replace_cures=True),
    Reason(202, "support", "update_overdue", "Update overdue: this release ended on {on}"),
    Reason(
        203,
        "support",
        "extended_support",
        "On paid extended support until {on}",
        replace_cures=True,
    ),
    Reason(301, "support", "support_ended", "Out of support since {on}", replace_cures=True),
    Reason(
        302,
        "support",
        "release_ended",
        "Release out of support since {on}; not known whether it can take a newer one",
        replace_cures=True,
    ),
    Reason(
        303,
        "support",
        "hardware_limit",
        "Out of support since {on} and cannot go further",
        replace_cures=True,
    ),
    Reason(11, "age", "age_unknown", "Age not known"),
    Reason(111, "age", "within_life", "Within its life until {on}"),
    Reason(211, "age", "past_life", "Past its life since {on}", replace_cures=True),
    Reason(311, "age", "worn_out", "Far past its life since {on}", replace_cures=True),
    Reason(21, "condition", "not_graded", "Not graded yet"),
    Reason(
        22, "condition", "grade_old", "Last graded on {on}: too long ago", "Graded, date not known"
    ),
    Reason(121, "condition", "grade_a", "Good, seen on {on}"),
    Reason(221, "condition", "grade_b", "Minor wear, seen on {on}"),
    Reason(
        222, "condition", "has_faults", "Has faults, seen on {on}", "Has faults", replace_cures=True
    ),
    Reason(
        321,
        "condition",
        "grade_c",
        "Major faults, seen on {on}",
        "Major faults",
        replace_cures=True,
    ),
    Reason(
        322, "condition", "grade_d", "End of life, seen on {on}", "End of life", replace_cures=True
    ),
    Reason(31, "fitness", "fitness_unknown", "Fitness not known"),
    Reason(131, "fitness", "fit", "Meets the standard"),
    Reason(231, "fitness", "wifi_slow", "Older Wi-Fi", replace_cures=True),
    Reason(232, "fitness", "memory_short", "Short of memory", replace_cures=True),
    Reason(331, "fitness", "wifi_old", "Wi-Fi two generations behind", replace_cures=True),
    Reason(332, "fitness", "memory_low", "Too little memory", replace_cures=True),
    Reason(41, "security", "security_unknown", "Not known whether it is managed"),
    Reason(42, "security", "encryption_unknown", "Not known whether it is encrypted"),
    Reason(141, "security", "managed", "Managed"),
    Reason(241, "security", "not_managed", "Not managed"),
    Reason(242, "security", "not_encrypted", "Not encrypted"),
    Reason(341, "security", "open", "Neither managed nor encrypted"),
    Reason(51, "safety", "safety_unknown", "Electrical test date not known"),
    Reason(151, "safety", "tested", "Electrical test due on {on}"),
    Reason(251, "safety", "test_overdue", "Electrical test overdue since {on}"),
    Reason(351, "safety", "test_long_overdue", "Electrical test long overdue, since {on}"),
    Reason(352, "safety", "safety_fault", "A fault that can hurt someone", replace_cures=True),
)
REASONS = {reason.code: reason for reason in _ALL}
BY_KEY = {reason.key: reason for reason in _ALL}

# Faults that can hurt someone: keys of asset_type.faults that make safety red.
SAFETY_FAULTS = (
    "swollen",
    "swollen_battery",
    "mounting",
    "loose_mount",
    "live_cable",
    "exposed_wires",
    "burning_smell",
    "trip_hazard",
)


def day_words(on: dt.date) -> str:
    """Return ``3 November 2026``."""
    return f"{on.day} {on:%B} {on.year}"


def reason_words(key: str, on: dt.date | None) -> str:
    """Return a reason in plain words with its date."""
    reason = BY_KEY[key]
    if on is not None:
        return reason.words.format(on=day_words(on))
    return reason.bare or reason.words.split(" {on}")[0].removesuffix(", seen on")
