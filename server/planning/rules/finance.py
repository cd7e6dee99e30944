"""The DfE finance line each plan line belongs to.

Academy budget forecast return (BFR, form of 2024): capital ICT lines 621 to 625. Maintained
schools' consistent financial reporting (CFR, 2024-25): capital CE04A to CE04E, in the same order.
"""

from __future__ import annotations

from typing import Literal

Body = Literal["academy", "maintained"]

LINES = (
    ("connectivity", "BFR 621", "CFR CE04A"),
    ("onsite servers", "BFR 622", "CFR CE04B"),
    ("administrative software and systems", "BFR 623", "CFR CE04C"),
    ("laptops, desktops and tablets", "BFR 624", "CFR CE04D"),
    ("other hardware", "BFR 625", "CFR CE04E"),
)
_PLACE = {
    "network": 0,
    "connectivity": 0,
    "servers_storage": 1,
    "software_licences": 2,
    "systems": 2,
    "user_devices": 3,
}


def finance_line(category: str, body: Body) -> str:
    """Return the capital line of a category; what has none of its own is other hardware."""
    _, academy, maintained = LINES[_PLACE.get(category, 4)]
    return academy if body == "academy" else maintained


def body_of(type_group: str | None, year_start_month: int) -> Body:
    """Return whose forms a school fills in: its type says so, else the month its year starts."""
    if type_group:
        return "maintained" if "maintained" in type_group.lower() else "academy"
    return "maintained" if year_start_month == 4 else "academy"
