"""The audit's decisions, without a database."""

from __future__ import annotations

import random

import pytest

from server.audits.reference import FAULTS, frozen_checklists
from server.audits.rules import (
    Condition,
    Expected,
    Outbox,
    Seen,
    condition_changes,
    is_drained,
    lot_grade,
    newest_condition,
    not_seen,
)


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        ((20, 8, 0, 2), "B"),  # 2 of 30 life-expired is under a tenth
        ((20, 8, 0, 4), "D"),
        ((9, 0, 0, 1), "D"),  # exactly a tenth counts
        ((91, 0, 0, 9), "A"),
        ((5, 0, 0, 0), "A"),
        ((0, 0, 0, 0), None),
    ],
)
def test_a_lot_has_the_worst_grade_that_a_tenth_of_it_holds(
    counts: tuple[int, int, int, int], grade: str | None
) -> None:
    assert lot_grade(counts) == grade


def seen(day: str, condition: str | None, *faults: str, void: bool = False, at: int = 1) -> Seen:
    return Seen(day, f"finding of {day}", at, condition, faults=frozenset(faults), void=void)


def test_the_latest_visit_decides_whatever_the_order_and_the_clocks() -> None:
    findings = [
        seen("2024-11-01", "A", at=99),
        seen("2026-11-01", "D", "hinge", at=5),
        seen("2025-11-01", "B", "case", at=70),
    ]
    for seed in range(20):
        random.Random(seed).shuffle(findings)
        found = newest_condition(findings, is_lot=False)
        assert found == Condition("D", 5, frozenset({"hinge"}))


def test_a_visit_that_did_not_grade_leaves_the_last_grade() -> None:
    findings = [seen("2025-11-01", "C", "fan", at=3), seen("2026-11-01", None)]
    assert newest_condition(findings, is_lot=False) == Condition("C", 3, frozenset({"fan"}))


def test_newer_faults_stand_beside_an_older_grade() -> None:
    findings = [seen("2025-11-01", "C", "fan", at=3), seen("2026-11-01", None, "power")]
    assert newest_condition(findings, is_lot=False) == Condition("C", 3, frozenset({"power"}))


def test_an_undone_finding_counts_for_nothing() -> None:
    findings = [seen("2025-11-01", "B", at=3), seen("2026-11-01", "D", "hinge", void=True)]
    assert newest_condition(findings, is_lot=False) == Condition("B", 3, frozenset())
    assert newest_condition(findings[1:], is_lot=False) == Condition()


def test_without_any_grade_what_was_imported_stands() -> None:
    assert newest_condition([seen("2026-11-01", None)], is_lot=False) is None
    assert newest_condition([], is_lot=False) is None


def test_only_what_differs_is_written() -> None:
    before = Condition("B", 3, frozenset({"case", "hinge"}))
    after = Condition("D", 9, frozenset({"hinge", "screen"}))
    assert condition_changes(before, after, has_faults=True) == {
        "condition": "D",
        "condition_at": 9,
        "faults/case": False,
        "faults/screen": True,
    }
    assert condition_changes(after, after, has_faults=True) == {}


BEGAN, CLOSED = 1000, 5000


@pytest.mark.parametrize(
    ("outboxes", "closed_at", "drained"),
    [
        ([], None, True),
        ([Outbox(last_seen=2000, last_mid=7, held_up_to=7)], None, True),
        ([Outbox(last_seen=2000, last_mid=7, held_up_to=9)], None, False),
        ([Outbox(last_seen=500, last_mid=7, held_up_to=9)], None, True),
        ([Outbox(last_seen=2000, last_mid=7, held_up_to=7)], CLOSED, False),
        ([Outbox(last_seen=6000, last_mid=7, held_up_to=7)], CLOSED, True),
        ([Outbox(6000, 7, 7), Outbox(6000, 3, 4)], CLOSED, False),
    ],
)
def test_nothing_is_missing_before_the_teams_outboxes_are_drained(
    outboxes: list[Outbox], closed_at: int | None, drained: bool
) -> None:
    assert is_drained(outboxes, since=BEGAN, closed_at=closed_at) is drained


def test_not_seen_is_what_a_finished_room_should_have_held() -> None:
    def thing(
        id_: str, room: str = "done", life: str = "in_use", where: str = "in_room"
    ) -> Expected:
        return Expected(id_, room, life, where)

    expected = [
        thing("here"),
        thing("gone"),
        thing("spare and gone", life="spare"),
        thing("retired", life="retired"),
        thing("on loan", where="on_loan"),
        thing("in a cart", where="cart"),
        thing("stolen", where="stolen"),
        thing("found elsewhere"),
        thing("in a locked room", "locked"),
        thing("in a room begun", "begun"),
        thing("in a room never entered", "other"),
        thing("in an empty room", "empty"),
    ]
    walks = {"done": "done", "locked": "no_access", "begun": "started", "empty": "empty"}
    missing = not_seen(expected, walks, frozenset({"here", "found elsewhere"}))
    assert missing == ["gone", "spare and gone", "in an empty room"]


def test_the_shipped_room_checklist_is_short_and_every_question_can_be_left_open() -> None:
    (room,) = frozen_checklists()
    assert isinstance(room, dict)
    questions = room["questions"]
    assert room["about"] == "room"
    assert isinstance(questions, list)
    assert 5 <= len(questions) <= 9
    keys = set()
    for question in questions:
        assert isinstance(question, dict)
        keys.add(question["key"])
        choices = question["choices"]
        assert isinstance(choices, list)
        assert "not_sure" in choices
        assert question["photo_if"] in ("", *choices)
    assert len(keys) == len(questions)


def test_faults_are_known_for_every_shipped_type() -> None:
    assert "hinge" in FAULTS["laptop_pupil"]
    assert all(len(set(codes)) == len(codes) for codes in FAULTS.values())
