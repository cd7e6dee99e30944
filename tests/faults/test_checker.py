"""The checker itself: a true history passes, and each doctored one is caught by its invariant."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.ancestry import kept_values
from tests.faults.checker import ALL, judge
from tests.faults.history import History, read_history
from tests.faults.story import (
    ANN,
    BEN,
    DOCTORED,
    SCHOOL,
    Story,
    fail_in_the_open,
    forget_what_was_saved,
    later,
    line,
    pulled,
    revoke,
)
from tests.faults.truth import Line


def test_a_true_history_has_no_breach() -> None:
    assert judge(Story().events, Story().truth) == []


@pytest.mark.parametrize(("doctor", "invariant"), DOCTORED, ids=[d.__name__ for d, _ in DOCTORED])
def test_a_doctored_history_is_caught(doctor: Callable[[Story], None], invariant: str) -> None:
    story = Story()
    doctor(story)
    assert invariant in story.caught()


def test_every_invariant_has_a_history_that_breaks_it() -> None:
    assert {invariant for _, invariant in DOCTORED} == ALL


def test_what_a_device_still_holds_is_not_lost() -> None:
    story = Story()
    forget_what_was_saved(story)
    story.last("left")["mids"] = [3]
    story.last("says")["all_on_server"] = False
    assert story.caught() == set()


def test_an_invariant_that_a_fault_says_nothing_about_is_left_out() -> None:
    story = Story()
    fail_in_the_open(story)
    assert judge(story.events, story.truth, unjudged=frozenset({"V11"})) == []


def test_equal_values_of_two_people_are_one_value_and_no_loss() -> None:
    """Ben says what Ann's value says; hers stands for both, and no conflict is made."""
    story = Story()
    story.truth.conflicts.clear()
    sha = story.truth.ledger[BEN, 1].sha
    body = json.dumps({"set": {"name": "Laptop 2"}}).encode()
    old = vars(story.truth.ledger[BEN, 1])
    story.truth.ledger[BEN, 1] = Line(**{**old, "body": body, "sha": sha})
    assert story.caught() == set()


def test_an_equal_value_stands_for_all_that_the_other_was_built_on() -> None:
    """Ben wrote another name first, then by himself the same as Ann's: no conflict is left."""
    story = Story()
    story.truth.conflicts.clear()
    ledger = story.truth.ledger
    ledger[BEN, 1] = line(BEN, 1, {"name": "Ben's"})
    ledger[BEN, 2] = line(BEN, 2, {"name": "Laptop 2"}, bases={"name": (BEN, 1)})
    assert list(kept_values(story.truth)) == []
    ledger[BEN, 2] = line(BEN, 2, {"name": "Laptop 3"}, bases={"name": (BEN, 1)})
    assert len(list(kept_values(story.truth))) == 2


def test_who_is_let_back_in_reads_and_writes_again() -> None:
    story = Story()
    revoke(story)
    story.history.note("granted", clients=[BEN])
    pulled(story, BEN, 1, started=later(story))
    assert story.caught() == set()


def test_after_a_restore_the_last_answer_counts_and_numbers_begin_again() -> None:
    story = Story()
    story.last("acked", BEN)["status"] = "applied"  # before the restore it did not conflict
    assert "V1" in story.caught()
    story.history.note("restored", round=0)
    story.history.note("acked", client=BEN, mid=1, status="merged", code=None)
    pulled(story, ANN, 0, head=1, started=later(story))
    assert story.caught() == set()


def test_a_device_opened_again_fetches_from_the_beginning_and_nothing_went_back() -> None:
    """F16:postgres:terminate_backends, seed 12: its first page has fewer numbers than it knew."""
    story = Story()
    story.history.note(
        "pulled", client=BEN, acked_mid=1, heads={SCHOOL: 3}, cursors={SCHOOL: (0, 1)},
        started=later(story),
    )  # fmt: skip
    assert story.caught() == set()


def test_a_history_is_read_back_without_the_line_that_a_kill_tore(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history = History(path)
    history.note("healed", round=1)
    history.note("healed", round=2)
    history.close()
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    assert read_history(path) == history.events[:1]
