"""The report of a soak: JSON lines for programs, a table for people, a last line that counts."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.faults.outcome import Outcome

FOLDER = Path(".make")
HEADER = "| fault | what | on | runs | records | lost | stalled | longest drain | outcome |"


def write_report(outcomes: Sequence[Outcome], folder: Path = FOLDER) -> tuple[Path, Path]:
    """Write soak.jsonl and soak.md."""
    folder.mkdir(exist_ok=True)
    lines, table = folder / "soak.jsonl", folder / "soak.md"
    text = [json.dumps({**asdict(one), "outcome": one.word}, sort_keys=True) for one in outcomes]
    lines.write_text("\n".join(text) + "\n", encoding="utf-8")
    table.write_text("\n".join(as_table(outcomes)) + "\n", encoding="utf-8")
    return lines, table


def as_table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a Markdown table; what was not run stands in it by name, with the reason."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release()}"
    today = dt.datetime.now(dt.UTC).date().isoformat()
    rows = [HEADER, "|---|---|---|---:|---:|---:|---:|---:|---|"]
    for one in sorted(outcomes, key=lambda one: (one.fault, one.name, one.on)):
        drain = f"{one.longest_drain:.1f} s" if one.longest_drain else ""
        word = f"not run: {one.not_run}" if one.not_run else one.word
        rows.append(
            f"| {one.fault} | {one.name.replace('_', ' ')} | {one.on} | {one.runs or ''} "
            f"| {one.records or ''} | {one.lost if one.runs else ''} "
            f"| {one.stalled if one.runs else ''} | {drain} | {word} |"
        )
    return [f"{today}, {machine}.", "", *rows, "", summary(outcomes)]


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return the line that counts."""
    ran = [one for one in outcomes if not one.not_run]
    drains = max((one.longest_drain for one in ran), default=0.0)
    faults = len({one.fault for one in ran})
    skipped = [one for one in outcomes if one.not_run]
    return (
        f"{sum(one.runs for one in ran)} runs of {faults} faults, "
        f"{sum(one.records for one in ran)} records, {sum(one.lost for one in ran)} lost, "
        f"{sum(one.stalled for one in ran)} stalled, longest time to drain {drains:.1f} s; "
        f"{sum(one.word == 'ok' for one in ran)} passed, "
        f"{sum(one.word == 'failed' for one in ran)} failed, {len(skipped)} not run."
    )


def describe(one: Outcome) -> list[str]:
    """Return what to print when one is over; a failure says how to run it again."""
    notes = ", ".join(f"{name} {times}" for name, times in sorted(one.notes.items()))
    about = f"{one.fault} {one.name} on {one.on}"
    lines = [
        f"not run  {about}: {one.not_run}"
        if one.not_run
        else f"{one.word:8} {about}: {one.runs} runs, {one.records} records, "
        f"drain {one.longest_drain:.1f} s, {one.seconds:.0f} s{'; ' + notes if notes else ''}"
    ]
    if one.word == "failed":
        lines += [f"           {words}" for words in one.breaches or ["nothing was run"]]
        lines.append(f"           again: {one.again}")
    return lines
