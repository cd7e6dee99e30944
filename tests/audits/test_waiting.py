"""What needs a person: conflicts and held changes are listed in words, page by page."""

from __future__ import annotations

import uuid

import pytest

from tests.audits.conflicts import LIST, differ, finding_id, listed
from tests.exchange.device import Device
from tests.world import World


def test_a_conflict_is_told_in_words_with_both_values(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, condition=("B", "C"))
    (item,) = listed(world)
    assert (item["type"], item["subject_name"], item["room_name"]) == (
        "conflict",
        "Display",
        "Room1",
    )
    assert (item["school_name"], item["visit_name"]) == ("Alder School", "Alder walk")
    found = item["conflict"]
    sides = [found["stands"], *found["others"]]
    assert {(side["value"], side["person"]) for side in sides} == {
        ("B", "Technician"),
        ("C", "Consultant"),
    }
    assert all(side["at"] and len(side["device"]) == 4 for side in sides)
    assert world.client("trust_it").get(f"{LIST}/count").json == {"conflicts": 1, "held": 0}
    assert world.client("trust_it").get(f"{LIST}/conflict/{item['key']}").json == item


def test_the_photos_of_what_differs_come_with_it(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, condition=("B", "C"))
    shot = {
        "owner_kind": "finding", "owner_id": finding_id(world, "panel"), "sha256": "cd" * 32,
        "size": 9, "taken_at": 1_764_000_000_000, "caption": "The lid",
    }  # fmt: skip
    line = tablets[0].line("photo", str(uuid.uuid4()), world.visits["alder"], shot)
    assert tablets[0].results(line) == [("applied", None)]
    (item,) = listed(world)
    assert [photo["caption"] for photo in item["photos"]] == ["The lid"]


def test_a_value_that_names_a_room_is_told_by_the_rooms_name(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, seen_room_id=(world.rooms["alder.room1"], world.rooms["alder.room2"]))
    (item,) = listed(world)
    sides = [item["conflict"]["stands"], *item["conflict"]["others"]]
    assert {side["name"] for side in sides} == {"Room1", "Room2"}


def test_nobody_is_asked_to_choose_between_two_taps(
    world: World, tablets: tuple[Device, Device]
) -> None:
    """When it was seen differs whenever two people see it: kept, and no question of anybody."""
    differ(tablets, seen_at=(1_764_000_000_000, 1_764_000_060_000))
    assert listed(world) == []
    assert world.client("trust_it").get(f"{LIST}/count").json == {"conflicts": 0, "held": 0}


def test_pages_go_on_where_they_stopped_over_both_kinds(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, condition=("B", "C"), note=("one", "two"), seen=(True, False))
    hold_over = tablets[0]
    for asset in ("laptop1", "laptop2"):
        line = hold_over.line(
            "finding", str(uuid.uuid4()), world.visits["alder"], {"nonsense": 1},
        )  # fmt: skip
        assert hold_over.results(line)[0][0] == "held", asset
    whole = [item["key"] for item in listed(world)]
    assert len(whole) == 5
    found: list[str] = []
    after = None
    for _ in range(len(whole) + 1):
        query = {"limit": 1, **({"after": after} if after else {})}
        answer = world.client("trust_it").get(LIST, query_string=query).json
        found += [item["key"] for item in answer["items"]]
        after = answer["next"]
        if after is None:
            break
    assert found == whole


@pytest.mark.parametrize("after", ["x", "WzEsMl0", "WzEsICJoZWxkIiwgIngiLCAieSJd"])
def test_a_cursor_that_is_none_is_no_place(world: World, after: str) -> None:
    answer = world.client("trust_it").get(LIST, query_string={"after": after})
    assert answer.status_code in (404, 422)


def test_the_queue_is_narrowed_to_a_school_or_a_visit(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, condition=("B", "C"))
    assert len(listed(world, school_id=world.schools["alder"])) == 1
    assert len(listed(world, visit_id=world.visits["alder"])) == 1
    assert listed(world, school_id=world.schools["birch"]) == []
    for query in ({"school_id": world.schools["dover"]}, {"visit_id": world.visits["dover"]}):
        answer = world.client("trust_it").get(LIST, query_string=query)
        assert answer.status_code == 404
