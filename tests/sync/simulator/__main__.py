"""``python -m tests.sync.simulator SEED``: tell one story again and say what broke, or its hash."""

from __future__ import annotations

import argparse
import sys
from typing import get_args

from sync.mutants import Mutant, Mutants
from tests.sync.simulator.births import Tablets, told_to

OUT = sys.stdout


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync.simulator", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--mutant", action="append", default=[], choices=get_args(Mutant))
    parser.add_argument("--tablets", default="python", choices=get_args(Tablets))
    said = parser.parse_args(arguments)
    mutants: Mutants = frozenset(said.mutant)
    run = told_to(said.tablets, said.seed, mutants)
    faults = run.go(said.steps)
    for fault in faults:
        OUT.write(f"{fault}\n")
    if not faults:
        OUT.write(f"{run.history.hexdigest()}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
