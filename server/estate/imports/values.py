"""Read cells: dates in the order their column shows, versions, sizes, yes and no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EARLIEST, LATEST = 1980, 2060
EXCEL_DAY_0 = dt.date(1899, 12, 30)
YES = frozenset({"yes", "y", "true", "1", "encrypted", "managed"})
NO = frozenset({"no", "n", "false", "0", "not encrypted", "notencrypted", "unmanaged"})
BLANK = frozenset({"", "-", "--", "n/a", "na", "none", "null", "unknown", "tbc", "?", "#n/a"})

# Windows builds and the release a person calls them by (endoflife.date, August 2026).
WINDOWS_BUILDS = {
    "19044": "10 21H2", "19045": "10 22H2", "22000": "11 21H2", "22621": "11 22H2",
    "22631": "11 23H2", "26100": "11 24H2", "26200": "11 25H2",
}  # fmt: skip
SYSTEMS = (
    ("windows server", "windows_server"),
    ("windows", "windows"),
    ("chrome", "chromeos"),
    ("ipad", "ipados"),
    ("ios", "ipados"),
    ("mac", "macos"),
    ("os x", "macos"),
    ("android", "android"),
    ("linux", "linux"),
    ("ubuntu", "linux"),
)


def is_month_first(cells: Iterable[str]) -> bool:
    """Tell whether a column writes the month first: some day is past 12 there, none elsewhere."""
    first_past_12 = second_past_12 = False
    for cell in cells:
        parts = _numbers(cell)
        if parts is not None and len(parts[0]) <= 2:
            first_past_12 = first_past_12 or int(parts[0]) > 12
            second_past_12 = second_past_12 or int(parts[1]) > 12
    return second_past_12 and not first_past_12


def read_date(text: str, *, month_first: bool = False) -> str | None:
    """Return YYYY-MM-DD, or None when the text is not a date between 1980 and 2060."""
    parts = _numbers(text)
    if parts is None:
        return _from_month_name(text) or _from_serial_day(text)
    one, two, three = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return _date(one, two, three)
    year = three + 2000 if len(parts[2]) == 2 else three
    return _date(year, one, two) if month_first else _date(year, two, one)


def read_yes_no(text: str) -> bool | None:
    folded = text.strip().lower()
    return True if folded in YES else False if folded in NO else None


def read_gigabytes(text: str) -> int | None:
    """Return whole GB from "8", "8 GB", "256GB", "1 TB", "16384 MB" or a bare count of MB."""
    folded = text.strip().lower().replace(",", "").replace(" ", "")
    unit = folded.lstrip("0123456789.")
    digits = folded[: len(folded) - len(unit)]
    if not digits or digits.count(".") > 1 or digits == "." or len(digits) > 15:
        return None
    size = float(digits)
    if unit in {"mb", "mib"} or (not unit and size > 20_000):
        size /= 1024
    elif unit in {"tb", "tib"}:
        size *= 1000
    elif unit not in {"", "gb", "gib"}:
        return None
    return round(size) if 0 <= size < 1_000_000 else None


def read_system(text: str) -> str | None:
    """Return our name of an operating system, None when it is not known."""
    folded = text.strip().lower()
    return next((ours for theirs, ours in SYSTEMS if theirs in folded), None)


def read_version(system: str | None, text: str) -> str | None:
    """Return a version as the support dates name it: 10.0.22631.3 is 11 23H2."""
    text = " ".join(text.split())
    if system == "windows":
        for build, release in WINDOWS_BUILDS.items():
            if build in text.split(".") or build in text.split():
                return release
        text = text.replace("Windows", "").replace("version", "").strip()
        text = " ".join(text.split())
    if system in {"ipados", "chromeos", "android", "macos"}:
        text = text.split(" ")[-1].split(".")[0] if text[-1:].isdigit() else text
    return text[:40] or None


def is_blank(text: str) -> bool:
    return text.strip().lower() in BLANK


def _numbers(text: str) -> tuple[str, str, str] | None:
    """Return the three numbers of a date written in digits, its time of day left out."""
    day = text.strip().replace("T", " ").split(" ", 1)[0]
    for separator in ("/", "-", "."):
        parts = day.split(separator)
        if len(parts) == 3 and all(p.isascii() and p.isdigit() and len(p) <= 4 for p in parts):
            return parts[0], parts[1], parts[2]
    return None


def _from_month_name(text: str) -> str | None:
    """Read "5 Jan 2024", "05-Jan-24" and "January 5, 2024"."""
    words = text.replace("-", " ").replace(",", " ").split()
    if len(words) < 3:
        return None
    one, two, three = words[:3]
    if one[:3].lower() in MONTHS:
        one, two = two, one
    numbers = one.rstrip("stndrh"), three
    if two[:3].lower() not in MONTHS or not all(n.isascii() and n.isdigit() for n in numbers):
        return None
    year = int(numbers[1][:4]) + (2000 if len(numbers[1]) == 2 else 0)
    return _date(year, MONTHS.index(two[:3].lower()) + 1, int(numbers[0][:3]))


def _from_serial_day(text: str) -> str | None:
    """Read the day number that a spreadsheet shows when a date column has lost its format."""
    if len(text) == 5 and text.isascii() and text.isdigit():
        found = EXCEL_DAY_0 + dt.timedelta(days=int(text))
        return _date(found.year, found.month, found.day)
    return None


def _date(year: int, month: int, day: int) -> str | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
