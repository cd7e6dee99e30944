"""The categories of kit, in the order every matrix shows them."""

from __future__ import annotations

CATEGORIES: tuple[str, ...] = (
    "user_devices",
    "classroom_av",
    "print",
    "servers_storage",
    "network",
    "power",
    "telephony",
    "safety_access",
    "connectivity",
    "software_licences",
    "systems",
)
