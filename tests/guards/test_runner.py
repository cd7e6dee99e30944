"""The runner counts honestly: a slow suite is only said, a suite that proved nothing has failed."""

from __future__ import annotations

import sys

import pytest

from tests import run

SLOW = run.Suite("slow", "none", ((sys.executable, "-c", "print('2 passed in 1 s')"),))


def test_every_suite_has_a_budget_and_together_they_fit_on_two_cores() -> None:
    used = {suite.budget for suite in (*run.SUITES, *run.SOAKS)}
    assert used | {"all"} == set(run.BUDGETS)
    assert sum(run.BUDGETS[name] for name in used - {"soak"}) <= run.AT_ONCE * run.BUDGETS["all"]


def test_soak_is_all_of_its_parts_and_no_part_of_a_pull_request() -> None:
    assert list(run.choose(["soak"])) == list(run.SOAKS)
    assert list(run.choose([])) == list(run.SUITES)
    assert [suite.name for suite in run.choose(["faults", "lint"])] == ["lint", "faults"]


def test_a_suite_over_its_budget_is_said_and_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "SUITES", (SLOW,))
    monkeypatch.setattr(run, "BUDGETS", {"none": 0, "all": 600})
    outcome = run.run_suite(SLOW)
    lines = list(run.against_budgets([outcome], 1.0))
    assert [line.endswith("over its budget") for line in lines] == [True, False]
    assert outcome.failed == 0
    assert run.main([]) == 0
    assert "over its budget" in capsys.readouterr().out


def test_a_budget_that_several_suites_share_is_only_said_when_all_have_run() -> None:
    outcomes = {suite.name: run.Outcome(suite, seconds=100.0) for suite in run.SUITES}
    alone = list(run.against_budgets([outcomes["sqlite"]], 100.0))
    both = list(run.against_budgets([outcomes["sqlite"], outcomes["postgres"]], 100.0))
    assert alone == []
    assert both == ["API                200.0 s of 180 s  over its budget"]


@pytest.mark.parametrize(
    ("said", "code", "counted"),
    [
        ("5 passed, 2 skipped in 3 s", 0, (5, 0, 2)),
        ("1 failed, 4 passed in 3 s", 1, (4, 1, 0)),
        ("2 errors in 3 s", 1, (0, 2, 0)),
        ("9 skipped in 3 s", 0, (0, 1, 9)),
        ("5 passed in 3 s", 3, (5, 1, 0)),
        ("", 0, (1, 0, 0)),
        ("", 1, (0, 1, 0)),
    ],
)
def test_the_outcome_of_a_tool_is_counted(
    said: str, code: int, counted: tuple[int, int, int]
) -> None:
    assert run.count(said, code) == counted
