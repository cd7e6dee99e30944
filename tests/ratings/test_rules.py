"""What each dimension says, and how dimensions make one colour."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from server.ratings.rules.dimensions import Inputs, add_years
from server.ratings.rules.policy import Policy, policy_of, version_words
from server.ratings.rules.rate import next_flip, pack_inputs, rate, turns_on, unpack_inputs
from server.ratings.rules.reasons import BIT, BY_KEY, REASONS, reason_words
from server.ratings.rules.support_dates import support_of

TODAY = dt.date(2026, 11, 24)
POLICY = Policy()
YOUNG = dt.date(2025, 9, 1)
ALL = sum(BIT.values())


# A young, supported thing that needs evidence of support and age.
THING = Inputs(
    life_years=5,
    red_years=7,
    required=BIT["support"] | BIT["age"],
    bought_on=YOUNG,
    hardware_end_on=dt.date(2031, 1, 1),
)


def said(inputs: Inputs, on: dt.date = TODAY) -> dict[str, str]:
    found = rate(inputs, POLICY, on).dimensions()
    return {name: answer["reason"] for name, answer in found.items()}


def colour(inputs: Inputs, on: dt.date = TODAY) -> str:
    return rate(inputs, POLICY, on).rag


def test_young_and_supported_is_green() -> None:
    assert colour(THING) == "green"


def test_missing_required_evidence_is_grey_never_green() -> None:
    assert colour(replace(THING, hardware_end_on=None)) == "grey"
    assert colour(replace(THING, bought_on=None)) == "grey"


def test_missing_evidence_nobody_requires_does_not_count() -> None:
    assert colour(replace(THING, hardware_end_on=None, required=BIT["age"])) == "green"


def test_no_evidence_at_all_is_grey_even_when_none_is_required() -> None:
    assert colour(Inputs(life_years=5, red_years=7, required=0)) == "grey"


def test_grey_beats_green_but_hides_no_red() -> None:
    assert colour(replace(THING, bought_on=None, hardware_end_on=TODAY)) == "red"


def test_hardware_out_of_support_is_red_on_the_day_it_ends() -> None:
    inputs = replace(THING, hardware_end_on=dt.date(2027, 1, 12))
    assert colour(inputs, dt.date(2027, 1, 11)) == "amber"
    assert colour(inputs, dt.date(2027, 1, 12)) == "red"


@pytest.mark.parametrize(
    ("can_upgrade", "reason", "rag"),
    [
        (True, "update_overdue", "amber"),
        (False, "hardware_limit", "red"),
        (None, "release_ended", "red"),
    ],
)
def test_an_update_overdue_is_not_hardware_that_can_go_no_further(
    can_upgrade: bool | None, reason: str, rag: str
) -> None:
    ended = replace(
        THING, hardware_end_on=None, release_end_on=dt.date(2025, 10, 14), can_upgrade=can_upgrade
    )
    assert said(ended)["support"] == reason
    assert colour(ended) == rag


def test_paid_extended_support_is_amber_until_it_ends_too() -> None:
    enrolled = replace(
        THING,
        hardware_end_on=None,
        release_end_on=dt.date(2025, 10, 14),
        extended_end_on=dt.date(2028, 10, 10),
        can_upgrade=False,
    )
    assert said(enrolled)["support"] == "extended_support"
    assert colour(enrolled) == "amber"
    assert colour(enrolled, dt.date(2028, 10, 10)) == "red"


def test_age_is_amber_past_life_and_one_soft_red_alone_makes_amber() -> None:
    assert said(replace(THING, bought_on=dt.date(2021, 9, 1)))["age"] == "past_life"
    assert colour(replace(THING, bought_on=dt.date(2021, 9, 1))) == "green"  # one soft amber
    assert said(replace(THING, bought_on=dt.date(2018, 9, 1)))["age"] == "worn_out"
    assert colour(replace(THING, bought_on=dt.date(2018, 9, 1))) == "amber"  # one soft red


@pytest.mark.parametrize(
    ("grade", "bought_on", "rag"),
    [
        ("A", YOUNG, "green"),
        ("B", YOUNG, "green"),
        ("B", dt.date(2021, 9, 1), "amber"),  # with old age
        ("C", YOUNG, "amber"),
        ("C", dt.date(2018, 9, 1), "red"),  # two soft reds
        ("D", YOUNG, "red"),
    ],
)
def test_condition_combines_as_the_grades_say(grade: str, bought_on: dt.date, rag: str) -> None:
    graded = replace(THING, condition=grade, condition_on=TODAY, bought_on=bought_on)
    assert colour(graded) == rag


def test_a_good_grade_lapses_and_a_bad_one_stands() -> None:
    required = BIT["condition"]
    long_ago = TODAY - dt.timedelta(days=POLICY.evidence_days)
    assert colour(replace(THING, required=required, condition="A", condition_on=long_ago)) == "grey"
    assert colour(replace(THING, required=required, condition="D", condition_on=long_ago)) == "red"


def test_a_fault_that_can_hurt_is_red_and_another_is_soft() -> None:
    assert colour(replace(THING, safety_fault=True)) == "red"
    assert said(replace(THING, other_fault=True))["condition"] == "has_faults"
    assert colour(replace(THING, other_fault=True)) == "green"  # one soft amber


def test_security_is_hard() -> None:
    laptop = replace(THING, managed=False, encrypted=False, wants_encryption=True)
    assert colour(laptop) == "red"
    assert colour(replace(laptop, encrypted=True)) == "amber"
    assert said(replace(laptop, managed=True, encrypted=None))["security"] == "encryption_unknown"


def test_an_electrical_test_overdue_is_amber_then_red() -> None:
    assert colour(replace(THING, pat_due_on=TODAY)) == "amber"
    too_long_ago = TODAY - dt.timedelta(days=POLICY.pat_red_days)
    assert colour(replace(THING, pat_due_on=too_long_ago)) == "red"


def test_old_wifi_counts_for_the_network_and_little_for_a_laptop() -> None:
    point = replace(THING, wifi_generation=4, is_network=True)
    assert said(point)["fitness"] == "wifi_old"
    assert said(replace(point, is_network=False))["fitness"] == "wifi_slow"
    assert said(replace(point, wifi_generation=6))["fitness"] == "fit"


def test_reasons_mask_names_the_dimensions_at_the_worst_level() -> None:
    inputs = replace(THING, hardware_end_on=TODAY, condition="D", condition_on=TODAY)
    assert rate(inputs, POLICY, TODAY).reasons == BIT["support"] | BIT["condition"]
    assert rate(THING, POLICY, TODAY).reasons == 0
    assert rate(replace(THING, bought_on=None), POLICY, TODAY).reasons & BIT["age"]


def test_time_alone_turns_it_on_the_day_said() -> None:
    inputs = replace(THING, hardware_end_on=dt.date(2027, 1, 12))
    assert turns_on(inputs, POLICY, TODAY) == (dt.date(2027, 1, 12), "red")
    flip = next_flip(inputs, POLICY, TODAY)
    assert flip is not None
    assert TODAY < flip <= dt.date(2027, 1, 12)


def test_nothing_changes_between_today_and_the_next_flip() -> None:
    inputs = replace(THING, condition="A", condition_on=TODAY, pat_due_on=dt.date(2027, 6, 1))
    flip = next_flip(inputs, POLICY, TODAY)
    assert flip is not None
    for days in range((flip - TODAY).days):
        day = TODAY + dt.timedelta(days=days)
        assert rate(inputs, POLICY, day).answers == rate(inputs, POLICY, TODAY).answers


def test_a_leap_day_purchase_has_its_birthday_on_the_first_of_march() -> None:
    assert add_years(dt.date(2024, 2, 29), 5) == dt.date(2029, 3, 1)
    assert add_years(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


def test_inputs_survive_packing() -> None:
    inputs = replace(THING, condition="C", managed=True, encrypted=None, memory_gb=8)
    assert unpack_inputs(pack_inputs(inputs)) == inputs


@pytest.mark.parametrize(
    ("os", "version", "edition", "end"),
    [
        ("windows", "11 23H2", "E", dt.date(2026, 11, 10)),
        ("windows", "11 23H2", "W", dt.date(2025, 11, 11)),
        ("windows", "11 23H2", None, dt.date(2025, 11, 11)),  # the earlier of the two
        ("windows", "10.0.22631.4317", "E", dt.date(2026, 11, 10)),
        ("windows", "Windows 10 Enterprise LTSC 2021", None, dt.date(2027, 1, 12)),
        ("windows_server", "2016", None, dt.date(2027, 1, 12)),
        ("windows_server", "2012 R2", None, dt.date(2023, 10, 10)),
        ("macos", "12.7.4", None, dt.date(2024, 9, 16)),
    ],
)
def test_a_release_is_found_however_an_inventory_spells_it(
    os: str, version: str | None, edition: str | None, end: dt.date
) -> None:
    found = support_of(os, version, edition)
    assert found is not None
    assert found.end_on == end


def test_an_unknown_release_is_unknown() -> None:
    assert support_of("windows", "12 99H9", "E") is None
    assert support_of("chromeos", None, None) is None


def test_every_reason_is_said_without_its_braces() -> None:
    for reason in REASONS.values():
        for on in (TODAY, None):
            words = reason_words(reason.key, on)
            assert words
            assert "{" not in words
        assert BY_KEY[reason.key] is reason


def test_an_organisation_lays_its_numbers_over_the_shipped_ones() -> None:
    policy = policy_of(3, {"evidence_days": 90, "nonsense": 1, "red_share": "a lot"})
    assert (policy.evidence_days, policy.red_share) == (90, Policy().red_share)
    assert version_words(policy.rule_version) == "1.3"
