"""`python -m tests.faults`: run the lab, or one fault of it with the seed of a failure."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time

from tests.faults.lab import experiments, run_all
from tests.faults.report import describe, summary, write_report


def main() -> int:
    asked = _arguments().parse_args()
    # Told to end, everything that was started and mounted is still taken down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    if asked.list:
        print("\n".join(one.key for one in experiments()))
        return 0
    seed = time.time_ns() % 2**31 if asked.seed is None else asked.seed
    print(f"seed {seed}, {asked.hours:g} hours", flush=True)
    outcomes = []
    for outcome in run_all(seed, asked.hours, tuple(asked.only), asked.least):
        outcomes.append(outcome)
        print("\n".join(describe(outcome)), flush=True)
        if not asked.only:
            write_report(outcomes)
    print(f"\n{summary(outcomes)}")
    failed = [one for one in outcomes if one.word == "failed"]
    return 1 if failed or not any(one.runs for one in outcomes) else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    hours = float(os.environ.get("WALKROUND_SOAK_HOURS") or 0)
    parser.add_argument("--hours", type=float, default=hours, help="shared by weights; 0: least")
    parser.add_argument("--least", type=int, default=1, help="runs of each fault at least")
    parser.add_argument("--seed", type=int, help="repeat a failure; needs --only")
    parser.add_argument("--only", action="append", default=[], help="F08, or F08:sqlite:network")
    parser.add_argument("--list", action="store_true", help="name every fault")
    return parser


if __name__ == "__main__":
    sys.exit(main())
