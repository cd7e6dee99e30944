"""Findings by API: whose, of what, with which photos, newest first, for whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audits.conftest import Audit
from tests.audits.test_photo_bytes import jpeg
from tests.world import World

MONDAY = 1_795_392_000_000


def read(world: World, person: str = "trust_it", **query: object) -> list[dict[str, Any]]:
    answer = world.client(person).get("/api/findings", query_string=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_a_finding_says_what_of_which_where_and_by_whom(audit: Audit, world: World) -> None:
    finding = audit.finding(
        "alder.panel", condition="D", seen_at=MONDAY, note="Left corner dead",
        seen_room_id=world.rooms["alder.room1"], resolution="here", faults=["image"],
    )  # fmt: skip
    photo = audit.photo(finding, jpeg(), caption="Corner")
    (found,) = read(world, visit_id=world.visits["alder"])
    assert found["id"] == finding
    assert (found["condition"], found["faults"]) == ("D", {"image": True})
    assert found["note"] == "Left corner dead"
    assert (found["subject_name"], found["room_name"]) == ("Display", "Room1")
    assert (found["visit_name"], found["author"]) == ("Alder walk", "Technician")
    assert [(item["id"], item["caption"], item["state"]) for item in found["photos"]] == [
        (photo, "Corner", "awaiting")
    ]


def test_a_thing_without_a_name_is_called_by_its_type_and_a_tag_by_its_code(
    audit: Audit, world: World
) -> None:
    audit.finding("alder.laptop1")
    audit.finding("0d9f8a52-6a55-4b0e-9d4e-2f8d7f1f6b11", kind="tag", code="K7M42QXZ")
    names = {
        found["subject_kind"]: found["subject_name"]
        for found in read(world, visit_id=world.visits["alder"])
    }
    assert names["tag"] == "K7M42QXZ"
    assert "laptop" in names["asset"].lower()


def test_findings_are_narrowed_by_visit_subject_and_room(audit: Audit, world: World) -> None:
    room1, room2 = world.rooms["alder.room1"], world.rooms["alder.room2"]
    audit.finding("alder.panel", seen_room_id=room1)
    audit.finding("alder.laptop3", seen_room_id=room2)
    audit.finding("birch.panel", "birch")
    assert len(read(world, visit_id=world.visits["alder"])) == 2
    assert len(read(world, subject_id=world.assets["alder.panel"])) == 1
    (only,) = read(world, room_id=room2)
    assert only["subject_id"] == world.assets["alder.laptop3"]
    assert read(world, visit_id=world.visits["birch"], room_id=room2) == []


def test_a_list_without_a_question_is_refused(world: World) -> None:
    answer = world.client("trust_it").get("/api/findings")
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {"visit_id"}


def test_pages_go_on_newest_first_and_show_each_once(audit: Audit, world: World) -> None:
    for n, name in enumerate(("panel", "laptop1", "laptop2", "laptop3", "switch")):
        audit.finding(f"alder.{name}", seen_at=MONDAY + (n // 2))  # some in the same millisecond
    whole = read(world, visit_id=world.visits["alder"])
    assert [found["seen_at"] for found in whole] == sorted(
        (found["seen_at"] for found in whole), reverse=True
    )
    ids, after = [], None
    for _ in range(6):
        query = {"visit_id": world.visits["alder"], "limit": 1} | (
            {"after": after} if after else {}
        )
        answer = world.client("trust_it").get("/api/findings", query_string=query)
        ids += [found["id"] for found in answer.json["items"]]
        after = answer.json["next"]
        if after is None:
            break
    assert ids == [found["id"] for found in whole]


@pytest.mark.parametrize("person", ["technician", "school_it", "leader", "other_trust_it"])
def test_a_sister_schools_findings_are_not_there(audit: Audit, world: World, person: str) -> None:
    audit.finding("birch.panel", "birch", condition="D")
    for query in (
        {"visit_id": world.visits["birch"]},
        {"subject_id": world.assets["birch.panel"]},
        {"room_id": world.rooms["birch.room1"]},
    ):
        assert read(world, person, **query) == []
