"""Why a line stands in its year, in plain words."""

from __future__ import annotations

import datetime as dt

import pytest

from server.planning.rules.words import line_words, short_words

STARTS = dt.date(2026, 9, 1)


def words(
    key: str,
    timing: str,
    *,
    on: str | None = None,
    must_by: str | None = None,
    by_age: dt.date | None = None,
    due: dt.date | None = None,
) -> str:
    values = {"count": 1, "timing": timing, "wanted_year": 1, "on": on, "must_by": must_by}
    return line_words({"key": key, "values": values}, STARTS, by_age, due)


def test_the_date_by_age_alone_stands_beside_the_reason() -> None:
    assert words(
        "grade_d", "best", on="2026-11-24", by_age=dt.date(2031, 9, 1), due=dt.date(2026, 11, 24)
    ) == (
        "End of life, seen on 24 November 2026. By age alone it would be due on 1 September 2031. "
        "This year it removes most risk for its cost."
    )


def test_what_is_due_by_age_says_no_second_date() -> None:
    day = dt.date(2026, 9, 1)
    assert words("age", "pushed", by_age=day, due=day) == (
        "Due by age. 2026/27 would remove more risk, but its limit is spent on what removes more."
    )


@pytest.mark.parametrize(
    ("key", "on", "must_by", "timing", "said"),
    [
        (
            "support_ended", "2026-05-11", "2026-05-11", "in_time",
            "Out of support since 11 May 2026. It must be done at once.",
        ),
        (
            "age", None, "2027-01-12", "late",
            ("Support ends on 12 January 2027. It must be done by 12 January 2027, "
             "but the limit of 2026/27 does not pay for it."),
        ),
        (
            "safety_fault", None, "2026-09-01", "in_time",
            "A fault that can hurt someone. It must be done at once.",
        ),
    ],
)  # fmt: skip
def test_a_must_do_says_by_when(
    key: str, on: str | None, must_by: str, timing: str, said: str
) -> None:
    assert words(key, timing, on=on, must_by=must_by) == said


def test_what_does_not_fit_is_said_with_its_sum() -> None:
    assert short_words(1, "core switch", dt.date(2027, 1, 12), 980_000, "2026/27") == (
        "1 core switch must be replaced by 12 January 2027: £9,800 in 2026/27, which the limits do "
        "not pay for. Nothing that can wait is planned at this school until it is paid for."
    )
