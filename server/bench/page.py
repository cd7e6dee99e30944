"""Turns the lines of `walkround bench all --json` into docs/benchmarks.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping

INTRODUCTION = """# Figures

The latest run of `make bench`. Targets are what we hold ourselves to; a figure that misses its own
is marked. Compare figures only with the same machine, database and seed.
"""
Line = Mapping[str, object]


def page(lines: Iterable[str]) -> str:
    """Return the page for a header line and the figures after it."""
    header, *figures = (json.loads(line) for line in lines if line.strip())
    return "\n".join((INTRODUCTION, *_facts(header), "", *_table(figures), ""))


def _facts(header: Line) -> Iterator[str]:
    for name, value in header.items():
        words = (
            ", ".join(f"{key} {item}" for key, item in value.items())
            if isinstance(value, dict)
            else str(value)
        )
        yield f"- {name}: {words}"


def _table(figures: list[Line]) -> Iterator[str]:
    yield "| Bench | Figure | Value | Unit | Target | |"
    yield "|---|---|---:|---|---:|---|"
    for figure in figures:
        target, value = figure["target"], figure["value"]
        sign = "≤" if figure["better"] == "lower" else "≥"
        wanted = "" if target is None else f"{sign} {target}"
        yield (
            f"| {figure['bench']} | {figure['name']} | {value} | {figure['unit']} | {wanted} "
            f"| {'missed' if misses(figure) else ''} |"
        )


def misses(figure: Line) -> bool:
    """Whether a figure is on the wrong side of its target."""
    target, value = figure["target"], figure["value"]
    if not isinstance(target, int | float) or not isinstance(value, int | float):
        return False
    return value > target if figure["better"] == "lower" else value < target


if __name__ == "__main__":
    sys.stdout.write(page(sys.stdin))
