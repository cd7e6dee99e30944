"""The kit can fail: each of the twelve seeded faults is caught, by named seeds and in its words."""

from __future__ import annotations

import pytest

from sync.mutants import Mutant
from tests.sync.simulator.report import command
from tests.sync.simulator.run import Run

STEPS = 300
# Switches of the shipped engine in sync/, each with seeds that catch it and what is said then.
SHIPPED: tuple[tuple[Mutant, tuple[int, ...], str], ...] = (
    ("no_dedupe", (1, 2, 3), "times in the ledger (I1)"),
    ("cursor_off_by_one", (1, 2, 3), "has another digest than the server (I4, I5)"),
    ("poison_blocks", (1, 2, 3), "is not in the ledger (I1)"),
    ("loser_dropped", (1, 2, 3), "it is lost (I2)"),
    ("tenant_filter_removed", (1, 2, 3), "without a right (I8)"),
    ("wall_clock_order", (1, 2, 3), "it is lost (I2)"),
    ("group_split", (1, 4, 6), "was split"),
)
# What only a client or a commit can do wrong, in the simulator's own tablet and server: they show
# that the oracle sees it. The shipped switches are in pwa/src/sync and server/exchange.
OWN: tuple[tuple[Mutant, tuple[int, ...], str], ...] = (
    ("clear_outbox_on_send", (1, 2, 3), "go without a result (I6)"),
    ("drop_on_4xx", (2, 3, 4), "go without a result (I6)"),
    ("no_history", (1, 2, 3), "go without a result (I6)"),
    ("relaxed_durability", (1, 2, 3), "for a relaxed"),
    ("blob_before_hash_check", (5, 36, 37), "bytes are stored whose hash is not"),
    ("acknowledge_before_commit", (1, 2, 4), "is not on the disk (V1)"),
)


@pytest.mark.parametrize(("mutant", "seeds", "says"), [*SHIPPED, *OWN])
def test_a_seeded_fault_is_caught(mutant: Mutant, seeds: tuple[int, ...], says: str) -> None:
    for seed in seeds:
        mutants = frozenset({mutant})
        faults = Run(seed, mutants).go(STEPS)
        assert any(says in fault for fault in faults), (command(seed, STEPS, mutants), faults[:3])


def test_what_was_not_flushed_is_lost_and_missed() -> None:
    """Without reading the setting that was asked for: the storage fake loses, the oracle misses."""
    for seed in (1, 3, 4):
        mutants: frozenset[Mutant] = frozenset({"relaxed_durability"})
        faults = Run(seed, mutants, reads_settings=False).go(STEPS)
        assert any("(I6)" in fault and "relaxed" not in fault for fault in faults), faults[:3]
