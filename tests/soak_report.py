"""The report of a whole soak: each suite's end, the stories' figures, then the lab's own table."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests import soak

Ends = Mapping[Path | None, tuple[str, str, float]]  # log → (suite, outcome, seconds)
# The lab writes these as it goes.
TABLE, LINES = "soak.md", "soak.jsonl"
FIGURES = ("runs", "ops", "conflicts", "restores", "forks", "broken")


def begin(folder: Path) -> None:
    """Begin the time of a soak, and leave no report of an earlier one."""
    folder.mkdir(exist_ok=True)
    for path in (*folder.glob("soak*.log"), folder / TABLE, folder / LINES):
        path.unlink(missing_ok=True)
    soak.begin()


def end(folder: Path, ends: Ends, seconds: float) -> str:
    """Write and return the report, whatever became of the suites."""
    table = folder / TABLE
    lab = table.read_text(encoding="utf-8") if table.exists() else "The lab wrote no report.\n"
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release()}"
    today = dt.datetime.now(dt.UTC).date().isoformat()
    asked = f"{soak.hours_asked():g} hours asked, {seconds / 60:.1f} minutes taken"
    lines = [f"Soak of {today}, {machine}; {asked}.", "", "| suite | outcome | took |"]
    lines += ["|---|---|---:|"]
    lines += [f"| {name} | {word} | {took / 60:.1f} min |" for name, word, took in ends.values()]
    lines += ["", *_stories(ends), "", lab.rstrip()]
    text = "\n".join(lines) + "\n"
    table.write_text(text, encoding="utf-8")
    return text


def _stories(ends: Ends) -> Iterator[str]:
    """F01 and F02: the last that each of the long tests said of itself."""
    last: dict[tuple[str, str], dict[str, object]] = {}
    for log in ends:
        text = log.read_text(encoding="utf-8", errors="replace") if log and log.exists() else ""
        for told in _told(text):
            last[str(told["suite"]), str(told.get("tablets", told.get("on")))] = told
    if not last:
        yield "The long stories told of no run."
        return
    yield f"| stories | of | {' | '.join(FIGURES)} |"
    yield "|---|---|" + "---:|" * len(FIGURES)
    for (suite, of), told in last.items():
        figures = " | ".join(str(told.get(name, "")) for name in FIGURES)
        yield f"| {suite} | {of} | {figures} |"


def _told(text: str) -> Iterator[dict[str, object]]:
    for line in text.splitlines():
        at = line.find('{"suite": ')
        if at >= 0 and line.endswith("}"):
            yield json.loads(line[at:])
