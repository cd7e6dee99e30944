"""Which operating system, model and support an item of a given age would plausibly have."""

from __future__ import annotations

import datetime as dt
from random import Random

from sync.codec import JsonValue

WINDOWS = {"laptop_staff", "laptop_pupil", "desktop"}


def facts(type_key: str, bought: dt.date, today: dt.date, rng: Random) -> dict[str, JsonValue]:
    """Return the typed columns that rules read, as a list of this age would show them."""
    years = (today - bought).days / 365.25
    found: dict[str, JsonValue] = {}
    if type_key in WINDOWS:
        found |= _windows(years, rng) | {"ram_gb": rng.choice((8, 8, 16)), "storage_gb": 256}
    elif type_key == "chromebook":
        # Auto-update ends ten years after the platform's release, about a year before purchase.
        release = bought - dt.timedelta(days=365 + rng.randrange(700))
        found |= {
            "os": "chromeos",
            "support_end_on": f"{release.year + (8 if years > 5 else 10)}-06-01",
        }
    elif type_key == "tablet":
        found |= {"os": "ipados", "os_version": "17" if years < 7 else "15"}
        if years > 6:
            found["support_end_on"] = "2026-05-11"
    elif type_key == "server":
        found |= {"os": "windows_server", "os_version": _server(years)}
    elif type_key == "wireless_ap":
        found["wifi_generation"] = 4 if years > 8 else 5 if years > 5 else 6 if years > 1.5 else 7
    elif type_key in {"core_switch", "firewall"}:
        found["support_end_on"] = (bought + dt.timedelta(days=round(8.2 * 365))).isoformat()
    if type_key in WINDOWS | {"chromebook", "tablet"}:
        found |= {"managed": rng.random() < 0.94, "encrypted": rng.random() < 0.9}
    return found


def _windows(years: float, rng: Random) -> dict[str, JsonValue]:
    if years > 7.5:
        return {
            "os": "windows", "os_version": "10 22H2", "os_edition": "E",
            "can_upgrade": False, "esu_enrolled": rng.random() < 0.3,
        }  # fmt: skip
    if years > 5.5:
        version = rng.choice(("10 22H2", "11 23H2", "11 24H2", "11 24H2", "11 25H2"))
    elif years > 2:
        version = rng.choices(("11 25H2", "11 24H2", "11 23H2"), (60, 36, 4))[0]
    else:
        version = "11 25H2"
    return {"os": "windows", "os_version": version, "os_edition": "E", "can_upgrade": True}


def _server(years: float) -> str:
    return "2016" if years > 7 else "2019" if years > 4 else "2022" if years > 1.5 else "2025"
