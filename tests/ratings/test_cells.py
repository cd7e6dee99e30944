"""The colour of a cell: floors hold, worse is never better, order does not matter."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from server.ratings.rules.cells import EMPTY, RULES, Counts, cell_rag, rule_words, sum_counts
from server.ratings.rules.ladder import Flaw, cure_of, ladder, many
from server.ratings.rules.policy import Policy

POLICY = Policy()
Thing = tuple[str, int, bool, bool]
# From best to worst, as a parent may never get better when a child gets worse.
SEVERITY = {"green": 0, "grey": 1, "amber": 2, "red": 3}

thing = st.tuples(
    st.sampled_from(("red", "amber", "green", "grey")),
    st.sampled_from((0, 0, 13_000, 45_000, 190_000, 900_000)),
    st.booleans(),
    st.booleans(),
)


def counts_of(item: tuple[str, int, bool, bool]) -> Counts:
    rag, pence, critical, service = item
    red = rag == "red"
    return Counts(
        **{rag: 1, f"{rag}_pence": pence},
        critical_red=int(red and critical),
        service_red=int(red and service),
    )


def rag_of(items: list[tuple[str, int, bool, bool]]) -> str:
    return cell_rag(sum_counts(counts_of(item) for item in items), POLICY)[0]


def test_an_empty_room_is_grey() -> None:
    assert cell_rag(EMPTY, POLICY) == ("grey", "CR-0")


def test_a_red_critical_service_makes_it_red() -> None:
    greens = [("green", 100_000, False, False)] * 99
    assert rag_of([*greens, ("red", 1, True, True)]) == "red"


def test_the_only_display_at_its_end_turns_the_cell_red() -> None:
    assert cell_rag(counts_of(("red", 190_000, True, False)), POLICY) == ("red", "CR-1")
    assert cell_rag(counts_of(("red", 0, False, False)), POLICY)[0] == "red"


def test_amber_room_turns_red_when_reds_reach_a_quarter_of_the_value() -> None:
    rest = [("green", 100_000, False, False)] * 3
    assert rag_of([*rest, ("red", 99_999, False, False)]) == "amber"
    assert rag_of([*rest, ("red", 100_000, False, False)]) == "red"


def test_little_amber_stays_green_and_much_grey_is_not_rated() -> None:
    greens = [("green", 100_000, False, False)] * 9
    assert rag_of([*greens, ("amber", 100_000, False, False)]) == "green"
    assert rag_of([*greens[:4], ("grey", 100_000, False, False)]) == "grey"


def test_things_without_a_price_do_not_pass_as_green_unseen() -> None:
    greens = [("green", 100_000, False, False)] * 4
    assert rag_of([*greens, ("grey", 0, False, False)]) == "grey"


@given(st.lists(thing, min_size=1, max_size=30), st.integers(0, 10**6), st.data())
def test_making_a_thing_worse_never_improves_its_parent(
    items: list[Thing], seed: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    rag, pence, critical, service = items[place]
    # Evidence arriving (grey to a colour) is not a thing getting worse.
    worse = {"green": ("amber", "red", "grey"), "amber": ("red",), "grey": (), "red": ()}[rag]
    before = SEVERITY[rag_of(items)]
    for then in worse:
        changed = [*items[:place], (then, pence, critical, service), *items[place + 1 :]]
        assert SEVERITY[rag_of(changed)] >= before


@given(st.lists(thing, min_size=1, max_size=10), st.integers(1, 2000))
def test_adding_greens_never_clears_a_floor(items: list[Thing], number: int) -> None:
    before = sum_counts(counts_of(item) for item in items)
    after = before + Counts(green=number, green_pence=number * 10**6)
    if before.service_red:
        assert cell_rag(after, POLICY)[0] == "red"
    elif before.red:
        assert SEVERITY[cell_rag(after, POLICY)[0]] >= SEVERITY["amber"]


@given(st.lists(thing, max_size=30), st.integers(0, 10**6))
def test_order_does_not_matter(items: list[Thing], seed: int) -> None:
    mixed = random.Random(seed).sample(items, len(items))
    assert rag_of(items) == rag_of(mixed)


def test_every_rule_is_said_with_its_thresholds() -> None:
    for rule in RULES:
        assert "{" not in rule_words(rule, POLICY)
    assert rule_words("CR-1", POLICY) == "Red is at least 25% of replacement value."


def flaw(
    name: str, rag: str, *reasons: str, number: int = 1, pence: int = 0, service: bool = False
) -> Flaw:
    return Flaw(name, rag, number, pence, service, service, reasons)


def test_the_ladder_goes_worst_first_until_green() -> None:
    flaws = [
        flaw("Edge switch", "red", "support_ended", number=2, pence=520_000),
        flaw("Core switch", "red", "support_ended", pence=980_000, service=True),
        flaw("Wireless access point", "amber", "wifi_slow", number=14, pence=910_000),
    ]
    counts = Counts(red=3, amber=14, red_pence=1_500_000, amber_pence=910_000, critical_red=1,
                    service_red=1)  # fmt: skip
    steps = ladder(counts, flaws, POLICY)
    assert [(step.words, step.pence, step.then_rag) for step in steps] == [
        ("Replace 1 core switch", 980_000, "amber"),
        ("Replace 2 edge switches", 520_000, "amber"),
        ("Replace 14 wireless access points", 910_000, "green"),
    ]


def test_a_purchase_is_named_only_where_it_is_the_cure() -> None:
    assert cure_of("amber", ["update_overdue"]) == "update"
    assert cure_of("amber", ["update_overdue", "past_life"]) == "replace"
    assert cure_of("amber", ["not_managed"]) == "manage"
    assert cure_of("amber", ["test_overdue"]) == "test"
    assert cure_of("grey", ["age_unknown"]) == "look"


def test_an_update_costs_nothing() -> None:
    counts = Counts(amber=10, amber_pence=450_000)
    steps = ladder(
        counts, [flaw("Laptop", "amber", "update_overdue", number=10, pence=450_000)], POLICY
    )
    assert [(step.words, step.pence, step.then_rag) for step in steps] == [
        ("Update 10 laptops", 0, "green")
    ]


def test_types_are_said_as_people_say_them() -> None:
    assert many("Desk phone", 2) == "desk phones"
    assert many("UPS battery set", 1) == "UPS battery set"
    assert many("Edge switch", 3) == "edge switches"
    assert many("Headsets", 5) == "headsets"
