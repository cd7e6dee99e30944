"""When operating system releases end, as shipped: versioned data with its source and date.

A release that ends is fixed by an update where the hardware allows one; hardware that can go no
further is said by the asset itself (``can_upgrade``), its product or its own support end.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

VERSION = 1
AS_AT = dt.date(2026, 8, 22)
SOURCE = "endoflife.date, snapshot of 22 August 2026"


@dataclass(frozen=True, slots=True)
class Support:
    """What is known of one release."""

    end_on: dt.date | None = None
    extended_end_on: dt.date | None = None  # paid; counts only for what is enrolled
    next_fits: bool | None = None  # every machine that runs it can take the next release


def _row(end: str | None, extended: str | None = None, *, fits: bool | None = None) -> Support:
    day = dt.date.fromisoformat
    return Support(day(end) if end else None, day(extended) if extended else None, fits)


# (system, release, edition): E Enterprise and Education, W Home, Pro and Pro Education.
RELEASES: dict[tuple[str, str, str], Support] = {
    ("windows", "7", ""): _row("2020-01-14"),
    ("windows", "8.1", ""): _row("2023-01-10"),
    ("windows", "10 22h2", ""): _row("2025-10-14", "2028-10-10"),
    ("windows", "10 ltsc 2021", ""): _row("2027-01-12"),
    ("windows", "10 ltsc 2019", ""): _row("2029-01-09"),
    ("windows", "10 ltsc 2016", ""): _row("2026-10-13"),
    ("windows", "11 22h2", "W"): _row("2024-10-08", fits=True),
    ("windows", "11 22h2", "E"): _row("2025-10-14", fits=True),
    ("windows", "11 23h2", "W"): _row("2025-11-11", fits=True),
    ("windows", "11 23h2", "E"): _row("2026-11-10", fits=True),
    ("windows", "11 24h2", "W"): _row("2026-10-13", fits=True),
    ("windows", "11 24h2", "E"): _row("2027-10-12", fits=True),
    ("windows", "11 25h2", "W"): _row("2027-10-12", fits=True),
    ("windows", "11 25h2", "E"): _row("2028-10-10", fits=True),
    ("windows", "11 26h1", "W"): _row("2028-03-14", fits=True),
    ("windows", "11 26h1", "E"): _row("2029-03-13", fits=True),
    ("windows", "11 ltsc 2024", ""): _row("2029-10-09"),
    ("windows_server", "2012", ""): _row("2023-10-10", "2026-10-13"),
    ("windows_server", "2016", ""): _row("2027-01-12", "2030-01-12"),
    ("windows_server", "2019", ""): _row("2029-01-09"),
    ("windows_server", "2022", ""): _row("2031-10-14"),
    ("windows_server", "2025", ""): _row("2034-11-14"),
    ("macos", "12", ""): _row("2024-09-16"),
    ("macos", "13", ""): _row("2025-09-15"),
    ("macos", "14", ""): _row(None),
    ("macos", "15", ""): _row(None),
    ("macos", "26", ""): _row(None),
    ("android", "12", ""): _row("2025-03-03"),
    ("android", "13", ""): _row("2026-03-02"),
    ("android", "14", ""): _row(None),
    ("android", "15", ""): _row(None),
    ("android", "16", ""): _row(None),
    ("android", "17", ""): _row(None),
    # A tablet's release ends with the last models that stop at it; newer models take the next.
    ("ipados", "15", ""): _row("2025-03-31"),
    ("ipados", "16", ""): _row("2026-05-11"),
    ("ipados", "17", ""): _row("2026-05-11", fits=True),
    ("ipados", "18", ""): _row(None),
    ("ipados", "26", ""): _row(None),
    ("esxi", "7", ""): _row("2025-10-02"),
    ("esxi", "8", ""): _row("2027-10-11"),
    ("esxi", "9", ""): _row("2027-09-17"),
}
# Windows build numbers, as inventories export them.
BUILDS = {
    "19045": "10 22h2",
    "22621": "11 22h2",
    "22631": "11 23h2",
    "26100": "11 24h2",
    "26200": "11 25h2",
    "28000": "11 26h1",
}


def support_of(os: str | None, version: str | None, edition: str | None) -> Support | None:
    """Return what is known of a release as an inventory names it; None when nothing is.

    Without an edition the earlier of the two ends counts.
    """
    if not os or not version:
        return None
    release = _release(os, version.strip().lower())
    for held in (edition or "W", ""):
        found = RELEASES.get((os, release, held))
        if found is not None:
            return found
    return None


def _release(os: str, version: str) -> str:
    """Return the release's name in the table: ``10.0.22631.4317`` is ``11 23h2``."""
    if os == "windows":
        return _windows_release(version)
    if os == "windows_server":
        return _first(r"20\d\d", version)
    return _first(r"\d+", version)


def _first(pattern: str, version: str) -> str:
    found = re.search(pattern, version)
    return found[0] if found else version


def _windows_release(version: str) -> str:
    for build in re.findall(r"\d{5}", version):
        if build in BUILDS:
            return BUILDS[build]
    generation = re.search(r"\b(10|11)\b", version)
    feature = re.search(r"\b(2\dh[12])\b", version)
    if generation and "ltsc" in version:
        year = re.search(r"20\d\d", version)
        return f"{generation[1]} ltsc {year[0] if year else ''}".strip()
    return f"{generation[1]} {feature[1]}" if generation and feature else version
