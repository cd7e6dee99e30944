"""A backup under load, then the machine is lost: restored, and every device hands in the rest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from tests import services
from tests.faults.fleet import Fleet
from tests.faults.history import Event, of
from tests.faults.needs import pause
from tests.faults.outcome import Outcome
from tests.faults.postgres import LAB
from tests.faults.rig import Rig, rig

COMMAND_SECONDS = 120


def run_restores(on: str, seed: int, *, seconds: float, least: int) -> Outcome:
    """F22: what was acknowledged after the backup is still on its device, and comes again."""
    outcome = Outcome("F22", "backup and restore", on, seed)
    started = time.monotonic()
    rng = Random(seed)
    with rig(on, rng.getrandbits(32)) as made:
        fleet = Fleet(made, Random(rng.getrandbits(64)), photos=0.15)
        while outcome.runs < least or time.monotonic() - started < seconds:
            made.history.note("fault", name=outcome.name, round=outcome.runs)
            file = made.folder / f"backup-{outcome.runs}.tar"
            with fleet.working():
                pause(rng.uniform(0.5, 2))
                outcome.breaches += _walkround(made, "backup", str(file))
            with fleet.working():  # what the backup does not have
                pause(rng.uniform(1, 3))
            if not outcome.breaches:
                outcome.breaches += _lose_and_restore(made, file, outcome.runs)
            if outcome.breaches:
                break
            fleet.come_to_rest(outcome.runs)
            outcome.runs += 1
            outcome.breaches += [str(breach) for breach in fleet.verdict()[:20]]
            if outcome.breaches:
                outcome.breaches += made.evidence(outcome.seed)
                break
        outcome.longest_drain = fleet.longest_drain
        events = made.history.events
        outcome.records = sum(1 for _ in of(events, "made"))
        outcome.stalled = sum(1 for _ in of(events, "stalled"))
        outcome.notes["acknowledged a second time"] = _acked_again(events)
    outcome.seconds = time.monotonic() - started
    return outcome


def _acked_again(events: list[Event]) -> int:
    """Return how many ops the restore undid: their devices offered them once more."""
    marks = [(one["client"], one["mid"]) for one in of(events, "acked")]
    return len(marks) - len(set(marks))


def _lose_and_restore(made: Rig, file: Path, number: int) -> list[str]:
    """Take the machine away with all that is on it; start an empty one from the backup."""
    made.server.kill()
    made.engine.dispose()
    made.server.data.rename(made.folder / f"lost-{number}")
    made.server.data.mkdir(mode=0o700)
    if made.postgres is not None:
        made.postgres.drop(LAB)
        made.postgres.create(LAB)
        services.grant_to_app(made.postgres, LAB)
    faults = _walkround(made, "restore", str(file))
    if not faults:
        made.history.note("restored", round=number)
        made.server.start()
    shutil.rmtree(made.folder / f"lost-{number}")
    return faults


def _walkround(made: Rig, *words: str) -> list[str]:
    """Run a command of the product; return what it said when it failed."""
    command = [sys.executable, "-m", "server.cli", "--data", str(made.server.data), *words]
    done = subprocess.run(
        command, env={**os.environ, **made.told}, check=False, capture_output=True, text=True,
        timeout=COMMAND_SECONDS,
    )  # fmt: skip
    if done.returncode == 0:
        return []
    said = (done.stderr + done.stdout)[-800:]
    return [f"walkround {words[0]} ended with {done.returncode}: {said}"]
