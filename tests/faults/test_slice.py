"""The short slice of the lab that every test run makes; `make soak` runs all of it for longer."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults import needs
from tests.faults.breaks import BREAKS
from tests.faults.fleet import Fleet
from tests.faults.fleet_runs import run_harm
from tests.faults.lab import NOT_HERE, experiments, run_all
from tests.faults.needs import pause
from tests.faults.nemeses import HARMS, kill_web_worker
from tests.faults.outcome import Outcome
from tests.faults.power import run_cuts
from tests.faults.report import as_table, describe, summary
from tests.faults.rig import rig
from tests.faults.steps import run_some_steps

SEED = 7


def proved(outcome: Outcome) -> None:
    assert outcome.word == "ok", "\n".join(describe(outcome))


@pytest.mark.only("sqlite")
def test_nothing_is_lost_on_a_broken_network_while_the_server_is_killed(
    database_name: str,
) -> None:
    """F03, F08 and F09 at once, then everybody drains by itself and is the same everywhere."""
    assert database_name == "sqlite"
    rng = Random(SEED)
    with rig("sqlite", SEED) as made:
        fleet = Fleet(made, rng, most=8)
        made.proxy.break_by(SEED, list(BREAKS), 0.5)
        with fleet.working():
            kill_web_worker(made, rng)
            pause(1)
            made.proxy.heal()
        fleet.come_to_rest(0)
        assert fleet.verdict() == []
        assert sum(made.proxy.done.values()) > 0


@pytest.mark.only("postgres")
def test_nothing_is_lost_when_postgres_is_stopped_at_once(database_name: str) -> None:
    assert database_name == "postgres"
    harm = next(one for one in HARMS if one.name == "stop_postgres")
    proved(run_harm(harm, "postgres", SEED, seconds=0))


@pytest.mark.only("sqlite")
@pytest.mark.skipif(bool(needs.strace()), reason=needs.strace())
def test_death_and_failure_at_each_of_some_steps_lose_nothing(database_name: str) -> None:
    assert database_name == "sqlite"
    proved(run_some_steps(SEED, 8))


@pytest.mark.only("sqlite")
@pytest.mark.skipif(bool(needs.loop_disks()), reason=needs.loop_disks())
def test_a_power_cut_loses_nothing_and_would_with_less(database_name: str) -> None:
    """The harness can fail: with synchronous=NORMAL it loses what was acknowledged."""
    assert database_name == "sqlite"
    proved(run_cuts(SEED, seconds=0, least=1))
    weak = run_cuts(SEED, seconds=0, least=1, weak=True)
    proved(weak)
    assert weak.notes["lost with NORMAL"] > 0


def test_what_a_machine_lacks_is_reported_by_name_and_never_as_passed() -> None:
    lacking = Outcome("F05", "power cut", "sqlite", 1, not_run="mounting needs root")
    empty = Outcome("F08", "network", "sqlite", 1)
    done = Outcome("F03", "kill_web", "sqlite", 1, runs=2, records=9)
    assert [one.word for one in (lacking, empty, done)] == ["not run", "failed", "ok"]
    table = "\n".join(as_table([lacking, empty, done]))
    assert "not run: mounting needs root" in table
    assert summary([lacking, empty, done]).endswith("1 passed, 1 failed, 1 not run.")


def test_a_failure_says_how_to_run_it_again() -> None:
    failed = Outcome("F05", "power cut", "sqlite", 42, runs=1, breaches=["V1: gone"])
    assert describe(failed)[-1].endswith("--only 'F05:sqlite:power cut' --seed 42")
    known = {one.key for one in experiments()}
    assert "F05:sqlite:power cut" in known


def test_every_fault_of_the_matrix_is_run_or_named_as_not_run() -> None:
    """F01 and F02 are the simulator's and the state machine's (tests/sync, tests/exchange)."""
    ours = {one.fault for one in experiments()} | {fault for fault, _, _ in NOT_HERE}
    assert ours == {f"F{number:02}" for number in range(3, 25)}


def test_an_unknown_fault_runs_nothing_and_so_proves_nothing() -> None:
    assert list(run_all(SEED, 0, ("F99",))) == []
