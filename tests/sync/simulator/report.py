"""Many runs: what broke, how to see it again, and what the runs were made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sync.mutants import NONE, Mutants
from tests.sync.simulator.births import Tablets, told_to
from tests.sync.simulator.run import Run

TWICE = 20  # every so many seeds a story is told twice and must be the same


@dataclass
class Report:
    """Counts over runs. ``broken``: seed to its first faults, in words a person can act on."""

    tablets: Tablets = "python"
    runs: int = 0
    steps: int = 0
    ops: int = 0
    conflicts: int = 0
    held: int = 0
    photos: int = 0
    restores: int = 0
    forks: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def tell(self, seeds: Iterable[int], steps: int, mutants: Mutants = NONE) -> Report:
        for seed in seeds:
            run = told_to(self.tablets, seed, mutants)
            self._count(run, run.go(steps), steps)
            if seed % TWICE == 0:
                again = told_to(self.tablets, seed, mutants)
                again.go(steps)
                if again.history.hexdigest() != run.history.hexdigest():
                    self.broken.append(
                        f"seed {seed} told two stories\n{self._command(seed, steps)}"
                    )
        return self

    def _count(self, run: Run, faults: list[str], steps: int) -> None:
        memory = run.server.memory
        self.runs += 1
        self.steps += steps
        self.ops += len(memory.lines)
        self.conflicts += len(memory.conflicts)
        self.held += sum(row.outcome.status == "held" for row in memory.lines.values())
        self.photos += len(run.server.blobs.whole)
        self.restores += run.trouble.restores
        self.forks += run.trouble.forks
        self.faults += run.faults
        if faults:
            first = "; ".join(fault[:300] for fault in faults[:3])
            self.broken.append(f"seed {run.seed}: {first}\n{self._command(run.seed, steps)}")

    def _command(self, seed: int, steps: int) -> str:
        return command(seed, steps, tablets=self.tablets)

    def add(self, part: Report) -> None:
        """Take in what some other runs were made of."""
        for name in ("runs", "steps", "ops", "conflicts", "held", "photos", "restores", "forks"):
            setattr(self, name, getattr(self, name) + getattr(part, name))
        self.faults += part.faults
        self.broken += part.broken

    def said(self) -> dict[str, object]:
        """Return the report as one JSON object."""
        return {
            "suite": "simulator",
            "tablets": self.tablets,
            "runs": self.runs,
            "steps": self.steps,
            "ops": self.ops,
            "conflicts": self.conflicts,
            "held": self.held,
            "photos": self.photos,
            "restores": self.restores,
            "forks": self.forks,
            "faults": dict(sorted(self.faults.items())),
            "broken": len(self.broken),
        }


def command(seed: int, steps: int, mutants: Mutants = NONE, tablets: Tablets = "python") -> str:
    """Return the command that tells a seed's story again."""
    more = "".join(f" --mutant {mutant}" for mutant in sorted(mutants))
    more += "" if tablets == "python" else f" --tablets {tablets}"
    return f"run again: .venv/bin/python -m tests.sync.simulator {seed} --steps {steps}{more}"
