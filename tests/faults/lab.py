"""The lab: every fault, how it is run, what it needs, and its share of the time there is."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from tests.faults import needs
from tests.faults.browser_runs import run_browser
from tests.faults.disk_full import FULL, run_full
from tests.faults.fleet_runs import run_harm
from tests.faults.nemeses import HARMS, Harm
from tests.faults.outcome import Outcome
from tests.faults.power import run_cuts
from tests.faults.restoring import run_restores
from tests.faults.revoking import run_revocations
from tests.faults.steps import run_deaths, run_errors
from tests.soak import TENTH

Run = Callable[[int, float, int], Outcome]  # seed, seconds, least runs → what it came to


@dataclass(frozen=True)
class Experiment:
    fault: str
    name: str
    on: str
    run: Run
    weight: float = 1.0
    need: needs.Need = needs.nothing

    @property
    def key(self) -> str:
        return f"{self.fault}:{self.on}:{self.name}"


# Faults of the matrix that this lab does not do, and why: they are in every report.
NOT_HERE = (
    ("F09", "name and TLS failures", "the rig speaks plain HTTP on loopback"),
    ("F11", "a new worker in mid-sync", "nothing has been released yet"),
    ("F12", "storage evicted with work unsent", "it is gone; the app asks for storage that stays"),
    (
        "F14",
        "profiles of released clients",
        "nothing has been released yet",
    ),
    ("F19", "an object store's answers", "BLOB_URL takes a folder, whose faults are run"),
    ("F21", "rolling deploy", "nothing has been released yet"),
    ("F23", "wipe", "there is no wipe yet; revocation is run"),
)


def experiments() -> list[Experiment]:
    """Return every fault this lab knows, most telling first."""
    found = [
        Experiment(harm.fault, harm.name, on, _harm(harm, on), harm.weight, _need_of(on, harm.need))
        for harm in HARMS
        for on in harm.on
    ]
    found += [
        Experiment("F04", "killed at each step", "sqlite", _steps, 3, needs.strace),
        Experiment("F05", "power cut", "sqlite", _cuts, 3, needs.loop_disks),
        Experiment("F05", WEAK, "sqlite", _weak_cuts, 0.3, needs.loop_disks),
        Experiment("F06", "calls that fail", "sqlite", _errors, 2, needs.strace),
        Experiment("F22", "backup and restore", "sqlite", _restored("sqlite"), 2),
        Experiment(
            "F22", "backup and restore", "postgres", _restored("postgres"), 1, needs.postgres
        ),
        Experiment("F23", "revoked mid-sync", "sqlite", _revoked("sqlite"), 1),
        Experiment("F23", "revoked mid-sync", "postgres", _revoked("postgres"), 1, needs.postgres),
    ]
    found += [Experiment("F07", name, "sqlite", _full(name), 0.7, needs.mounts) for name in FULL]
    found += [
        Experiment(fault, name, "browser", _browser(name), weight, needs.chromium)
        for fault, name, weight in BROWSER
    ]
    return sorted(found, key=lambda one: (-one.weight, one.fault, one.name, one.on))


BROWSER = (
    ("F10", "browser killed", 3), ("F11", "two tabs", 1), ("F11", "worker stopped", 1),
    ("F11", "page frozen", 1), ("F12", "quota", 1), ("F12", "storage evicted", 1),
    ("F13", "database closed", 1),
)  # fmt: skip
WEAK = "power cut, synchronous=NORMAL must lose"
FLOOR_SECONDS = 20.0  # what one run takes, its server's start and the judge included
NO_TIME = "no time was left"


def run_all(
    seed: int, seconds: float, only: tuple[str, ...] = (), least: int = 1
) -> Iterator[Outcome]:
    """Run each experiment once at least and share out the time that this leaves by weight.

    What the machine lacks, and what the time was too short for, are outcomes too.
    """
    chosen = [one for one in experiments() if _is_chosen(one, only)]
    able = {one.key: one.need() for one in chosen}
    ahead = [one for one in chosen if not able[one.key]]
    rng = Random(seed)
    started = time.monotonic()
    for one in chosen:
        own = seed if only else rng.getrandbits(31)
        left = seconds - (time.monotonic() - started)
        outcome = Outcome(one.fault, one.name, one.on, own, not_run=able[one.key])
        if not outcome.not_run:
            if seconds and left < -TENTH / 2 * seconds:  # its run has the other half to end in
                outcome.not_run = NO_TIME
            else:
                outcome = _guarded(one, own, _share(one, ahead, left), least)
            ahead.remove(one)
        yield outcome
    if not only:
        yield from not_here()


def _share(one: Experiment, ahead: list[Experiment], left: float) -> float:
    """Return the seconds of an experiment: a first run's, and its part of what nobody needs."""
    spare = max(0.0, left - FLOOR_SECONDS * len(ahead))
    return min(max(0.0, left), FLOOR_SECONDS) + spare * one.weight / sum(o.weight for o in ahead)


def not_here() -> Iterator[Outcome]:
    for fault, name, why in NOT_HERE:
        yield Outcome(fault, name, "-", 0, not_run=why)


def unfinished(outcomes: list[Outcome]) -> list[Outcome]:
    """Return what is still to come, as it would be reported if all were stopped now."""
    over = {(one.fault, one.on, one.name) for one in outcomes}
    left = [
        Outcome(one.fault, one.name, one.on, 0, not_run="stopped before its end")
        for one in experiments()
    ]
    return [one for one in (*left, *not_here()) if (one.fault, one.on, one.name) not in over]


def _is_chosen(one: Experiment, only: tuple[str, ...]) -> bool:
    return not only or any(name in {one.key, one.fault} for name in only)


def _guarded(one: Experiment, seed: int, seconds: float, least: int) -> Outcome:
    """Run one; a lab that falls over is a failure with its trace, not the end of the others."""
    started = time.monotonic()
    try:
        return one.run(seed, seconds, least)
    except Exception:  # noqa: BLE001  (the edge of the lab: said, and counted as failed)
        outcome = Outcome(one.fault, one.name, one.on, seed)
        outcome.breaches.append("the lab fell over: " + traceback.format_exc(limit=-4))
        outcome.seconds = time.monotonic() - started
        return outcome


def _need_of(on: str, need: needs.Need) -> needs.Need:
    return lambda: (needs.postgres() if on == "postgres" else "") or need()


def _harm(harm: Harm, on: str) -> Run:
    return lambda seed, seconds, least: run_harm(harm, on, seed, seconds=seconds, least=least)


def _revoked(on: str) -> Run:
    return lambda seed, seconds, least: run_revocations(on, seed, seconds=seconds, least=least)


def _full(name: str) -> Run:
    return lambda seed, seconds, least: run_full(name, seed, seconds=seconds, least=least)


def _browser(name: str) -> Run:
    return lambda seed, seconds, least: run_browser(name, seed, seconds=seconds, least=least)


def _steps(seed: int, seconds: float, least: int) -> Outcome:
    return run_deaths(seed, seconds=seconds, least=least)


def _errors(seed: int, seconds: float, least: int) -> Outcome:
    return run_errors(seed, seconds=seconds, least=least)


def _restored(on: str) -> Run:
    return lambda seed, seconds, least: run_restores(on, seed, seconds=seconds, least=least)


def _cuts(seed: int, seconds: float, least: int) -> Outcome:
    return run_cuts(seed, seconds=seconds, least=least)


def _weak_cuts(seed: int, seconds: float, least: int) -> Outcome:
    return run_cuts(seed, seconds=seconds, least=least, weak=True)
