"""`python -m tests.faults`: run the lab, or one fault of it with the seed of a failure."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence

from tests.faults.lab import experiments, run_all, unfinished
from tests.faults.outcome import Outcome
from tests.faults.report import describe, summary, write_report
from tests.soak import seconds_left


def main() -> int:
    asked = _arguments().parse_args()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, _end)
    if asked.list:
        print("\n".join(one.key for one in experiments()))
        return 0
    seed = time.time_ns() % 2**31 if asked.seed is None else asked.seed
    seconds = seconds_left() if asked.hours is None else 3600 * asked.hours
    print(f"seed {seed}, {seconds / 3600:.2f} hours", flush=True)
    outcomes: list[Outcome] = []
    keep: Callable[[Sequence[Outcome]], object] = _forget if asked.only else write_report
    keep(unfinished(outcomes))
    for outcome in run_all(seed, seconds, tuple(asked.only), asked.least):
        outcomes.append(outcome)
        print("\n".join(describe(outcome)), flush=True)
        keep([*outcomes, *unfinished(outcomes)])
    print(f"\n{summary(outcomes)}")
    failed = [one for one in outcomes if one.word == "failed"]
    return 1 if failed or not any(one.runs for one in outcomes) else 0


def _forget(_: Sequence[Outcome]) -> None:
    """A part of the lab is no soak: the report of the last one stays."""


def _end(*_: object) -> None:
    """Told to end, everything that was started and mounted is still taken down, once."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_IGN)
    print("stopped", flush=True)
    sys.exit(130)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--hours", type=float, help="shared by weights; 0: least")
    parser.add_argument("--least", type=int, default=1, help="runs of each fault at least")
    parser.add_argument("--seed", type=int, help="repeat a failure; needs --only")
    parser.add_argument("--only", action="append", default=[], help="F08, or F08:sqlite:network")
    parser.add_argument("--list", action="store_true", help="name every fault")
    return parser


if __name__ == "__main__":
    sys.exit(main())
