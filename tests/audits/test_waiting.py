"""What needs a person: conflicts and held changes listed in words, decided once, by whom it may."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sync.ids import natural_id
from tests.exchange.device import Device
from tests.world import World

LIST = "/api/waiting"


def finding_id(world: World, asset: str) -> str:
    asset_id = world.assets[f"alder.{asset}"]
    return natural_id(
        "finding", world.organisation_of("technician"), world.visits["alder"], "asset", asset_id
    )


def finding(device: Device, asset: str, **values: object) -> bytes:
    world = device.world
    visit = world.visits["alder"]
    said = {
        "visit_id": visit,
        "subject_kind": "asset",
        "subject_id": world.assets[f"alder.{asset}"],
        **values,
    }
    return device.line("finding", finding_id(world, asset), visit, said)


@pytest.fixture
def tablets(world: World) -> tuple[Device, Device]:
    """Two tablets of one team, both of which have said hello."""
    two = Device(world, "technician"), Device(world, "consultant")
    for device in two:
        assert device.hello().status_code == 200
        device.watch(world.visits["alder"])
    return two


def differ(tablets: tuple[Device, Device], **values: tuple[object, object]) -> None:
    """Make a true conflict: both write, neither having seen the other."""
    for at, device in enumerate(tablets):
        said = {name: pair[at] for name, pair in values.items()}
        (status, _), *_ = device.results(finding(device, "panel", **said))
        assert status == ("merged" if at else "applied")


def listed(world: World, person: str = "trust_it", **query: object) -> list[dict[str, Any]]:
    answer = world.client(person).get(LIST, query_string=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json["items"])


def choice(item: dict[str, Any], chosen: dict[str, Any] | None, **more: object) -> dict[str, Any]:
    def mark(side: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if side is None else {"client_id": side["client_id"], "mid": side["mid"]}

    found = item["conflict"]
    return {
        "field": found["field"],
        "stands": mark(found["stands"]),
        "others": [mark(side) for side in found["others"]],
        "chosen": mark(chosen),
        **more,
    }


def choose(
    world: World, item: dict[str, Any], body: dict[str, Any], person: str = "trust_it"
) -> TestResponse:
    found = item["conflict"]
    path = f"/api/conflicts/{found['kind']}/{found['id']}/choose"
    return world.client(person).post(path, json=body)


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


def test_a_value_that_names_a_room_is_told_by_the_rooms_name(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, seen_room_id=(world.rooms["alder.room1"], world.rooms["alder.room2"]))
    (item,) = listed(world)
    sides = [item["conflict"]["stands"], *item["conflict"]["others"]]
    assert {side["name"] for side in sides} == {"Room1", "Room2"}


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


def test_nobody_is_asked_to_choose_between_two_taps(
    world: World, tablets: tuple[Device, Device]
) -> None:
    """When it was seen differs whenever two people see it: kept, and no question of anybody."""
    differ(tablets, seen_at=(1_764_000_000_000, 1_764_000_060_000))
    assert listed(world) == []
    assert world.client("trust_it").get(f"{LIST}/count").json == {"conflicts": 0, "held": 0}


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


def hold(world: World, device: Device, *, group: bool = False) -> None:
    """Close the visit while the tablet is away: what it sends then is held."""
    path = f"/api/visits/{world.visits['alder']}/close"
    assert world.client("trust_it").post(path, json={}).status_code == 200
    lines = [finding(device, "panel", condition="D", note="Screen cracked")]
    if group:
        device.mid -= 1
        txn = {"id": str(uuid.uuid4()), "n": 2}
        lines = []
        for asset in ("panel", "laptop1"):
            visit = world.visits["alder"]
            said = {
                "visit_id": visit, "subject_kind": "asset",
                "subject_id": world.assets[f"alder.{asset}"], "condition": "D",
            }  # fmt: skip
            lines.append(device.line("finding", finding_id(world, asset), visit, said, txn=txn))
    assert set(device.results(*lines)) == {("held", "closed")}


def decide(
    world: World, item: dict[str, Any], person: str = "trust_it", **body: str
) -> TestResponse:
    held = item["held"]
    path = f"/api/held/{held['client_id']}/{held['mid']}/decide"
    return world.client(person).post(path, json=body)


def test_a_held_change_refused_with_a_reason_reaches_the_tablet(
    world: World, tablets: tuple[Device, Device]
) -> None:
    device = tablets[0]
    hold(world, device)
    (item,) = listed(world)
    assert (item["type"], item["subject_name"], item["held"]["code"]) == (
        "held", "Display", "closed",
    )  # fmt: skip
    assert {(one["field"], one["value"]) for one in item["held"]["values"]} >= {
        ("condition", "D"), ("note", "Screen cracked"),
    }  # fmt: skip
    assert decide(world, item, outcome="refused").status_code == 422
    assert decide(world, item, outcome="refused", reason="  ").status_code == 422
    answer = decide(world, item, outcome="refused", reason="Graded again on Tuesday")
    assert answer.json == {"decided": True, "status": "refused", "code": None}
    (told,) = device.drain()["decisions"]
    assert (told["mid"], told["outcome"], told["reason"]) == (
        device.mid, "refused", "Graded again on Tuesday",
    )  # fmt: skip
    assert listed(world) == []
    late = decide(world, item, "trust_only_it", outcome="accepted")
    assert late.status_code == 409
    assert late.json["decided"] | {"at": 0} == {
        "by": "Trust_It", "outcome": "refused", "reason": "Graded again on Tuesday", "at": 0,
    }  # fmt: skip


def test_a_group_is_one_item_and_decided_whole(
    world: World, tablets: tuple[Device, Device]
) -> None:
    device = tablets[0]
    hold(world, device, group=True)
    (item,) = listed(world)
    assert item["held"]["changes"] == 2
    assert world.client("trust_it").get(f"{LIST}/count").json["held"] == 1
    assert decide(world, item, outcome="accepted").json["decided"] is True
    assert [one["outcome"] for one in device.drain()["decisions"]] == ["accepted", "accepted"]
    for asset in ("panel", "laptop1"):
        fields = device.fields(world.visits["alder"], "finding", finding_id(world, asset))
        assert fields is not None
        assert fields["condition"] == "D"


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


def test_a_held_line_of_nonsense_is_shown_and_can_be_refused(
    world: World, tablets: tuple[Device, Device]
) -> None:
    """Values are checked after rights: what is held may hold anything."""
    device = tablets[0]
    line = device.line(
        "finding", str(uuid.uuid4()), world.visits["alder"],
        {"subject_kind": 7, "subject_id": "x'", "seen_room_id": "no id", "later": {"a": [1]}},
    )  # fmt: skip
    assert device.results(line) == [("held", "unknown_field")]
    (item,) = listed(world)
    assert decide(world, item, outcome="accepted").json["decided"] is False
    assert decide(world, item, outcome="refused", reason="Not ours").json["decided"] is True
