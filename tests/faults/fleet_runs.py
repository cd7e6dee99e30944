"""Runs of one harm: the fleet works, the harm is done and taken back, everything is judged."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

from tests.faults.fleet import Fleet
from tests.faults.history import Event, of
from tests.faults.nemeses import Harm
from tests.faults.outcome import Outcome
from tests.faults.rig import Rig, rig

# A history is judged whole after each run; a fresh rig keeps that quick.
RUNS_ON_ONE_RIG = 25
MOST_BREACHES = 20


def run_harm(harm: Harm, on: str, seed: int, *, seconds: float, least: int = 1) -> Outcome:
    """Repeat one harm until the time is up, at least so often; stop at the first breach."""
    outcome = Outcome(harm.fault, harm.name, on, seed)
    started = time.monotonic()
    rng = Random(seed)
    while outcome.runs < least or time.monotonic() - started < seconds:
        with rig(on, rng.getrandbits(32), has_clock=harm.has_clock) as made:
            _on_one_rig(made, harm, rng, outcome, started + seconds, least)
        if outcome.breaches:
            break
    outcome.seconds = time.monotonic() - started
    return outcome


def _on_one_rig(
    made: Rig, harm: Harm, rng: Random, outcome: Outcome, until: float, least: int
) -> None:
    fleet = Fleet(made, Random(rng.getrandbits(64)), photos=harm.photos)
    for _ in range(RUNS_ON_ONE_RIG):
        if outcome.runs >= least and time.monotonic() > until:
            break
        made.history.note("fault", name=harm.name, round=outcome.runs)
        with fleet.working():
            harm.nemesis(made, Random(rng.getrandbits(64)))
        fleet.come_to_rest(outcome.runs)
        outcome.runs += 1
        breaches = fleet.verdict(harm.unjudged)
        outcome.longest_drain = max(outcome.longest_drain, fleet.longest_drain)
        if breaches:
            outcome.breaches += [str(breach) for breach in breaches[:MOST_BREACHES]]
            outcome.breaches += made.evidence(outcome.seed)
            outcome.lost += sum(breach.invariant in {"V1", "V3", "V7"} for breach in breaches)
            break
    events = made.history.events
    outcome.records += sum(1 for _ in of(events, "made"))
    outcome.stalled += sum(1 for _ in of(events, "stalled"))
    refused = Counter(f"answered {one['status']}" for one in of(events, "asked") if is_bad(one))
    for name, times in (made.proxy.done + refused).items():
        outcome.notes[name] = outcome.notes.get(name, 0) + times


def is_bad(asked: Event) -> bool:
    return int(asked["status"]) >= 400
