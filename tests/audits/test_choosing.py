"""A person chooses in a conflict: once, among what was shown, and every tablet has it then."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.audits.conflicts import LIST, choice, choose, differ, finding_id, listed
from tests.exchange.device import Device
from tests.world import World


@pytest.mark.parametrize("which", ["stands", "other"])
def test_the_chosen_value_reaches_both_tablets_and_nothing_stays_open(
    world: World, tablets: tuple[Device, Device], which: str
) -> None:
    differ(tablets, condition=("B", "C"))
    (item,) = listed(world)
    found = item["conflict"]
    side = found["stands"] if which == "stands" else found["others"][0]
    assert choose(world, item, choice(item, side)).status_code == 204
    assert listed(world) == []
    visit = world.visits["alder"]
    for device in tablets:
        device.drain()
        fields = device.fields(visit, "finding", finding_id(world, "panel"))
        assert fields is not None
        assert fields["condition"] == side["value"]
    for device in tablets:  # whoever goes on from the choice makes no conflict
        made = device.items[(visit, "finding", finding_id(world, "panel"))]["v"]
        base = next([client, mid] for _, client, mid, names in made if "condition" in names)
        line = device.line(
            "finding", finding_id(world, "panel"), visit, {"condition": "D"},
            base={"condition": base},
        )  # fmt: skip
        if device is tablets[0]:
            assert device.results(line) == [("applied", None)]


def test_two_notes_can_be_merged_into_a_third_text(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, note=("Hinge loose", "Screen cracked"))
    (item,) = listed(world)
    assert item["conflict"]["is_text"] is True
    body = choice(item, None, text="Hinge loose, screen cracked")
    assert choose(world, item, body).status_code == 204
    tablets[0].drain()
    fields = tablets[0].fields(world.visits["alder"], "finding", finding_id(world, "panel"))
    assert fields is not None
    assert fields["note"] == "Hinge loose, screen cracked"


def test_the_second_of_two_reviewers_is_told_who_decided_what(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, condition=("B", "C"))
    (item,) = listed(world)
    found = item["conflict"]
    assert choose(world, item, choice(item, found["others"][0])).status_code == 204
    late = choose(world, item, choice(item, found["stands"]), "trust_only_it")
    assert late.status_code == 409
    assert late.json["decided"]["by"] == "Trust_It"
    assert late.json["decided"]["outcome"] == "chosen"


@pytest.mark.only("postgres")
def test_of_two_choices_at_the_same_moment_one_holds_and_the_other_is_told(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, condition=("B", "C"))
    (item,) = listed(world)
    found = item["conflict"]
    start = threading.Barrier(2)

    def decide_at_once(person: str, side: dict[str, Any]) -> TestResponse:
        start.wait()
        return choose(world, item, choice(item, side), person)

    with ThreadPoolExecutor(2) as pool:
        answers = [
            pool.submit(decide_at_once, "trust_it", found["stands"]),
            pool.submit(decide_at_once, "trust_only_it", found["others"][0]),
        ]
        told = {one.result().status_code: one.result() for one in answers}
    assert set(told) == {204, 409}
    assert told[409].json["decided"]["outcome"] == "chosen"
    assert listed(world) == []


def test_a_choice_made_over_a_value_not_shown_is_refused(
    world: World, tablets: tuple[Device, Device]
) -> None:
    """A third value came while the page was open: it may not be settled unseen."""
    differ(tablets, condition=("B", "C"))
    (item,) = listed(world)
    third = Device(world, "technician")
    third.hello()
    line = third.line(
        "finding", finding_id(world, "panel"), world.visits["alder"],
        {"visit_id": world.visits["alder"], "subject_kind": "asset",
         "subject_id": world.assets["alder.panel"], "condition": "D"}, at=1_764_000_900_000,
    )  # fmt: skip
    assert third.results(line) == [("merged", None)]
    answer = choose(world, item, choice(item, item["conflict"]["stands"]))
    assert answer.status_code == 409
    assert "decided" not in (answer.json or {}), "nobody decided: the record moved on"
    (again,) = listed(world)
    assert again["conflict"]["stands"]["value"] == "D"
    assert {side["value"] for side in again["conflict"]["others"]} == {"B", "C"}


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("trust_it", 204), ("trust_only_it", 204), ("consultant", 403), ("technician", 403),
        ("school_it", 403), ("leader", 403), ("operator", 403), ("other_trust_it", 404),
    ],
)  # fmt: skip
def test_who_may_choose(
    world: World, tablets: tuple[Device, Device], person: str, status: int
) -> None:
    differ(tablets, condition=("B", "C"))
    (item,) = listed(world)
    assert choose(world, item, choice(item, item["conflict"]["stands"]), person).status_code == (
        status
    )
    if person == "other_trust_it":
        assert listed(world, person) == []
        assert world.client(person).get(f"{LIST}/conflict/{item['key']}").status_code == 404
