"""Whole runs of tablets, a desk and a bad network: nothing is lost, all end equal."""

from __future__ import annotations

import pytest

from sync.mutants import Mutant
from tests.sync.simulator.run import Run

STEPS = 200
CAUGHT_BY = (2, 3, 4)  # seeds that every seeded bug fails


@pytest.mark.parametrize("seed", range(120))
def test_every_run_ends_whole_and_equal(seed: int) -> None:
    assert Run(seed).go(STEPS) == []


def test_a_seed_always_tells_the_same_story() -> None:
    def story(seed: int) -> list[tuple[str, int, str]]:
        run = Run(seed)
        run.go(STEPS)
        return [(*row.op.mark, row.outcome.status) for row in run.server.memory.ledger]

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_the_runs_meet_what_they_are_about() -> None:
    met: set[str | None] = set()
    for seed in range(40):
        run = Run(seed)
        run.go(STEPS)
        memory = run.server.memory
        met |= {row.outcome.status for row in memory.ledger}
        met |= {row.outcome.code for row in memory.ledger}
        met |= {f"decision {told.outcome}" for told in memory.decisions}
        met |= {f"conflict {kept.state}" for kept in memory.conflicts.values()}
        met |= {f"gone {reason}" for _, reason in memory.tombstones.values()}
    assert met >= {
        "applied", "merged", "held", "rejected",
        "malformed", "bad_value", "field_readonly", "deleted", "txn_failed",
        "no_membership", "closed", "missing_parent", "moved", "unknown_field",
        "decision accepted", "conflict open", "conflict superseded", "gone deleted", "gone moved",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mutant", "says"),
    [
        ("no_dedupe", "times in the ledger (I1)"),
        ("cursor_off_by_one", "differs from the server (I4, I5)"),
        ("loser_dropped", "it is lost (I2)"),
        ("wall_clock_order", "it is lost (I2)"),
        ("tenant_filter_removed", "without a right (I8)"),
        ("poison_blocks", "has not drained (I7)"),
        ("group_split", "was split"),
    ],
)
def test_a_seeded_bug_is_caught(mutant: Mutant, says: str) -> None:
    for seed in CAUGHT_BY:
        assert Run(seed).go(STEPS) == []
        faults = Run(seed, frozenset({mutant})).go(STEPS)
        assert any(says in fault for fault in faults), (seed, faults[:3])


@pytest.mark.soak
@pytest.mark.parametrize("first", range(10_000, 20_000, 500))
def test_many_long_runs(first: int) -> None:
    broken = {seed: faults for seed in range(first, first + 500) if (faults := Run(seed).go(400))}
    assert broken == {}
