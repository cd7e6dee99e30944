"""Whole runs of tablets, a desk and all that goes wrong: nothing is lost, all end equal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sync.simulator.long import tell_for_long
from tests.sync.simulator.report import Report
from tests.sync.simulator.run import Run

ROOT = Path(__file__).resolve().parents[2]
STEPS = 300
SHARD = 20


@pytest.mark.parametrize("first", range(0, 240, SHARD))
def test_every_run_ends_whole_and_equal(first: int) -> None:
    report = Report().tell(range(first, first + SHARD), STEPS)
    assert not report.broken, "\n".join(report.broken)


def test_a_seed_tells_the_same_story_in_another_process() -> None:
    """Nothing may hang on the order of a set: the other process hashes text differently."""
    run = Run(7)
    assert run.go(STEPS) == []
    told = subprocess.run(
        [sys.executable, "-m", "tests.sync.simulator", "7", "--steps", str(STEPS)],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "4242"}, text=True, check=True,
        capture_output=True,
    )  # fmt: skip
    assert told.stdout.strip() == run.history.hexdigest()


def test_the_runs_meet_what_they_are_about() -> None:
    met: set[str | None] = set()
    for seed in (*range(20), 23, 25, 37, 93, 100, 127):
        run = Run(seed)
        run.go(STEPS)
        memory = run.server.memory
        met |= {row.outcome.status for row in memory.ledger}
        met |= {row.outcome.code for row in memory.ledger}
        met |= {f"sv {row.op.sv}" for row in memory.ledger if row.op.kind == "thing"}
        met |= {row.op.kind for row in memory.ledger}
        met |= {f"decision {told.outcome}" for told in memory.decisions}
        met |= {f"conflict {kept.state}" for kept in memory.conflicts.values()}
        met |= {f"gone {reason}" for _, reason in memory.tombstones.values()}
        met |= {"recovery list"} if memory.lost_values else set()
        met |= set(run.faults)
        for tablet in run.tablets:
            met |= {f"photo {state}" for state in tablet.dump().photos.values()}
            met |= {"forked"} if len({owner for owner, _ in tablet.dump().sent}) > 1 else set()
    wanted = {
        "applied", "merged", "held", "rejected",
        "malformed", "bad_value", "field_readonly", "deleted", "txn_failed", "server_error",
        "no_membership", "closed", "missing_parent", "moved", "unknown_field",
        "decision accepted", "decision refused", "conflict open", "conflict superseded",
        "conflict settled", "gone deleted", "gone moved", "sv 1", "sv 2", "sv 3", "void",
        "recovery list", "forked", "photo sent", "photo freed",
        "clock", "days", "power", "server power", "rights", "shut out", "sign out", "close",
        "horizon", "life", "version", "upgrade", "backup", "restore", "clone", "put back",
        "request lost", "answer lost", "nobody answered", "duplicate", "timed out and late",
        "stale replay", "turned away", "bytes damaged", "stream cut", "poison",
        "server died before its commit", "server died after its commit",
        "tablet died before its commit", "tablet died after its commit",
    }  # fmt: skip
    assert met >= wanted, sorted(wanted - met, key=str)


@pytest.mark.soak
def test_many_runs() -> None:
    """3,000 stories, or as many as the hour has room for; a JSON line says what they were."""
    whole = tell_for_long("python", 10_000, part=1, least=3_000)
    assert not whole.broken, "\n".join(whole.broken[:20])
