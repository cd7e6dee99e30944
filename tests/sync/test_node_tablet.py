"""The shipped TypeScript engine in the simulator's stories, on its own disk, judged alike."""

from __future__ import annotations

import pytest

from sync.mutants import Mutant
from tests.sync.simulator.births import Tablets, told_to
from tests.sync.simulator.long import tell_for_long
from tests.sync.simulator.report import Report, command

STEPS = 300
SHARD = 12
# Each found a bug of the shipped engine once: photo bytes not offered again after a restore; twins
# that forked apart; a held op on the screen over a later one of its batch; a late second answer.
FOUND = (21, 29, 39, 42, 345)
MUTANTS: tuple[tuple[Mutant, tuple[int, ...], str], ...] = (
    ("clear_outbox_on_send", (1, 2, 3), "go without a result (I6)"),
    ("drop_on_4xx", (2, 3, 4), "go without a result (I6)"),
    ("no_history", (1, 2, 3), "go before it was in a backup (I6)"),
    ("relaxed_durability", (1, 2, 3), "for a relaxed"),
    ("blob_before_hash_check", (26, 47, 51), "never arrived (I6)"),
)
SHARDS: tuple[tuple[Tablets, int], ...] = (
    ("node", 2000), ("node", 2012), ("both", 2024), ("both", 2036),
)  # fmt: skip


@pytest.mark.parametrize(("tablets", "first"), SHARDS)
def test_every_story_of_the_shipped_tablet_ends_whole_and_equal(
    tablets: Tablets, first: int
) -> None:
    report = Report(tablets).tell(range(first, first + SHARD), STEPS)
    assert not report.broken, "\n".join(report.broken)


@pytest.mark.parametrize("seed", FOUND)
def test_what_was_found_once_stays_away(seed: int) -> None:
    report = Report("node").tell([seed], STEPS)
    assert not report.broken, "\n".join(report.broken)


def test_a_story_is_the_same_on_either_disk() -> None:
    """IndexedDB and the disk in memory promise the same; and the seed alone tells the story."""
    runs = [told_to("node", 5, idb=idb) for idb in (True, False)]
    assert [run.go(STEPS) for run in runs] == [[], []]
    assert runs[0].history.hexdigest() == runs[1].history.hexdigest()


@pytest.mark.parametrize(("mutant", "seeds", "says"), MUTANTS)
def test_a_seeded_fault_of_the_shipped_tablet_is_caught(
    mutant: Mutant, seeds: tuple[int, ...], says: str
) -> None:
    for seed in seeds:
        mutants = frozenset({mutant})
        faults = told_to("node", seed, mutants).go(STEPS)
        again = command(seed, STEPS, mutants, "node")
        assert any(says in fault for fault in faults), (again, faults[:3])


def test_what_the_shipped_tablet_did_not_flush_is_lost_and_missed() -> None:
    """Without reading the setting that was asked for: the disk loses, the oracle misses."""
    for seed in (1, 3, 5):
        mutants: frozenset[Mutant] = frozenset({"relaxed_durability"})
        faults = told_to("node", seed, mutants, reads_settings=False).go(STEPS)
        assert any("go without a result (I6)" in fault for fault in faults), (seed, faults[:3])


@pytest.mark.soak
@pytest.mark.parametrize(("tablets", "part"), [("node", 0.3), ("both", 0.4)])
def test_many_stories_of_the_shipped_tablet(tablets: Tablets, part: float) -> None:
    whole = tell_for_long(tablets, 20_000, part=part, least=400)
    assert not whole.broken, "\n".join(whole.broken[:20])
