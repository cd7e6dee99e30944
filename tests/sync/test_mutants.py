"""The kit can fail: each of the twelve seeded faults is caught, by named seeds and in its words.

Every one is a switch of an engine as it is shipped, which nothing but a test can set.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from sync.mutants import Mutant
from tests.exchange.test_acknowledged import SEEDS as ACKNOWLEDGED_SEEDS
from tests.exchange.test_acknowledged import lost
from tests.sync.simulator.report import command
from tests.sync.simulator.run import Run
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
STEPS = 300
Caught = tuple[Mutant, tuple[int, ...], str]

# In sync/, caught by the simulator.
PYTHON: tuple[Caught, ...] = (
    ("no_dedupe", (1, 2, 3), "times in the ledger (I1)"),
    ("cursor_off_by_one", (1, 2, 3), "has another digest than the server (I4, I5)"),
    ("poison_blocks", (1, 2, 3), "is not in the ledger (I1)"),
    ("loser_dropped", (1, 2, 3), "it is lost (I2)"),
    ("tenant_filter_removed", (1, 2, 3), "without a right (I8)"),
    ("wall_clock_order", (1, 2, 3), "it is lost (I2)"),
)
# In server/exchange, caught by pushes to the real endpoint.
SERVER: tuple[Mutant, ...] = ("acknowledge_before_commit",)
# In pwa/src/sync and pwa/src/data, caught by seeds of its own walks.
TYPESCRIPT: tuple[Mutant, ...] = (
    "blob_before_hash_check",
    "clear_outbox_on_send",
    "drop_on_4xx",
    "no_history",
    "relaxed_durability",
)
TYPESCRIPT_TESTS = ("src/sync/simulation.test.ts", "src/data/mutants.test.ts")
# In the simulator's own tablet and server too: they show that the oracle sees what a client, or a
# commit, does wrong. And a thirteenth, of groups.
OWN: tuple[Caught, ...] = (
    ("clear_outbox_on_send", (1, 2, 3), "go without a result (I6)"),
    ("drop_on_4xx", (2, 3, 4), "go without a result (I6)"),
    ("no_history", (1, 2, 3), "go without a result (I6)"),
    ("relaxed_durability", (1, 2, 3), "for a relaxed"),
    ("blob_before_hash_check", (5, 36, 37), "bytes are stored whose hash is not"),
    ("acknowledge_before_commit", (1, 2, 4), "is not on the disk (V1)"),
    ("group_split", (1, 4, 6), "was split"),
)


def test_there_are_twelve_and_each_is_in_an_engine_as_shipped() -> None:
    assert len({*(mutant for mutant, _, _ in PYTHON), *SERVER, *TYPESCRIPT}) == 12
    for mutant in TYPESCRIPT:
        assert f'has("{mutant}")' in _shipped("pwa/src", "ts"), mutant
    for mutant in [*(mutant for mutant, _, _ in PYTHON), *SERVER]:
        assert f'"{mutant}" ' in _shipped("sync", "py") + _shipped("server", "py"), mutant


def _shipped(folder: str, ending: str) -> str:
    files = sorted((ROOT / folder).rglob(f"*.{ending}"))
    return "".join(
        path.read_text("utf-8")
        for path in files
        if path.name != "mutants.py" and not path.name.endswith(".test.ts")
    )


@pytest.mark.parametrize(("mutant", "seeds", "says"), [*PYTHON, *OWN])
def test_a_seeded_fault_is_caught(mutant: Mutant, seeds: tuple[int, ...], says: str) -> None:
    for seed in seeds:
        mutants = frozenset({mutant})
        faults = Run(seed, mutants).go(STEPS)
        assert any(says in fault for fault in faults), (command(seed, STEPS, mutants), faults[:3])


@pytest.mark.parametrize("mutant", SERVER)
def test_a_seeded_fault_of_the_server_is_caught(world: World, mutant: Mutant) -> None:
    for seed in ACKNOWLEDGED_SEEDS:
        found = lost(world, seed, frozenset({mutant}))
        assert any("is not in the ledger (V1)" in fault for fault in found), (mutant, seed)


def test_the_seeded_faults_of_the_tablet_are_caught(tmp_path: Path) -> None:
    """Run the tablet's own walks, once, and read which fault each of them caught."""
    told = subprocess.run(
        [
            str(ROOT / ".venv/lib/node/bin/node"), "node_modules/vitest/vitest.mjs", "run",
            *TYPESCRIPT_TESTS, "-t", "the fault", "--reporter=json",
            f"--outputFile={tmp_path / 'told.json'}",
        ],
        cwd=ROOT / "pwa", text=True, capture_output=True, check=False,
    )  # fmt: skip
    said = json.loads((tmp_path / "told.json").read_text("utf-8"))
    caught: dict[str, set[str]] = {}
    for suite in said["testResults"]:
        for found in suite["assertionResults"]:
            named = re.search(r"the fault (\w+) is .*by seed \d+", found["title"])
            if named is not None:
                caught.setdefault(named[1], set()).add(found["status"])
    missed = [name for name in TYPESCRIPT if "passed" not in caught.get(name, ())]
    assert not missed, (missed, told.stderr[-2000:])


def test_what_was_not_flushed_is_lost_and_missed() -> None:
    """Without reading the setting that was asked for: the storage fake loses, the oracle misses."""
    for seed in (1, 3, 4):
        mutants: frozenset[Mutant] = frozenset({"relaxed_durability"})
        faults = Run(seed, mutants, reads_settings=False).go(STEPS)
        assert any("(I6)" in fault and "relaxed" not in fault for fault in faults), faults[:3]
