"""What a run of one fault came to, and what was not run and why."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """One line of the report."""

    fault: str  # F03
    name: str  # web server killed
    on: str  # sqlite, postgres, disk, browser
    seed: int
    runs: int = 0
    records: int = 0
    lost: int = 0
    stalled: int = 0
    longest_drain: float = 0.0
    seconds: float = 0.0
    breaches: list[str] = field(default_factory=list)
    not_run: str = ""
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def word(self) -> str:
        if self.not_run:
            return "not run"
        return "failed" if self.breaches or not self.runs else "ok"

    @property
    def again(self) -> str:
        """Return the command that runs this once more."""
        key = shlex.quote(f"{self.fault}:{self.on}:{self.name}")
        return f"python -m tests.faults --only {key} --seed {self.seed}"
