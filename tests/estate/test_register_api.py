"""The register over HTTP: one's own schools only, found by any name, changed as it was seen."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.core.paging import write_cursor
from tests.world import World

READERS = ("trust_it", "trust_only_it", "consultant", "technician", "school_it", "leader")


def items(client: FlaskClient, path: str, **query: str | int) -> list[dict[str, Any]]:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def schools_seen(client: FlaskClient, path: str) -> set[str]:
    return {item["school_name"] for item in items(client, path)}


@pytest.mark.parametrize("path", ["/api/assets", "/api/lots", "/api/systems"])
def test_each_person_sees_the_kit_of_their_own_schools(world: World, path: str) -> None:
    alder, birch, cedar = "Alder School", "Birch School", "Cedar School"
    assert schools_seen(world.client("trust_it"), path) == {alder, birch, cedar}
    assert schools_seen(world.client("consultant"), path) == {alder, birch, cedar}
    assert schools_seen(world.client("trust_only_it"), path) == {alder, birch}
    assert schools_seen(world.client("school_it"), path) == {alder}
    assert schools_seen(world.client("technician"), path) == {alder}
    assert schools_seen(world.client("leader"), path) == {alder}
    assert schools_seen(world.client("other_trust_it"), path) == {"Dover School"}


def test_an_operator_sees_no_organisations_data(world: World) -> None:
    for path in ("/api/assets", "/api/schools", "/api/tag-index", "/api/trusts"):
        assert world.client("operator").get(path).status_code == 403


def test_nobody_is_let_in_without_signing_in(world: World) -> None:
    for path in ("/api/assets", "/api/schools", "/api/tag-index", "/api/trusts"):
        assert world.app.test_client().get(path).status_code == 401


def test_another_schools_kit_is_not_found_however_it_is_asked_for(world: World) -> None:
    client = world.client("school_it")
    for school in ("birch", "dover"):
        school_id = world.schools[school]
        assert client.get(f"/api/assets?school_id={school_id}").status_code == 404
        assert client.get(f"/api/schools/{school_id}/rooms").status_code == 404
        asset = world.assets[f"{school}.laptop1"]
        assert client.get(f"/api/assets/{asset}").status_code == 404
        body = {"set": {"name": "Mine"}, "base": {}}
        assert client.patch(f"/api/assets/{asset}", json=body).status_code == 404
        room = world.rooms[f"{school}.room1"]
        assert items(client, "/api/assets", room_id=room) == []


def test_schools_come_by_name_with_their_counts_and_trust(world: World) -> None:
    found = items(world.client("trust_it"), "/api/schools")
    assert [school["name"] for school in found] == ["Alder School", "Birch School", "Cedar School"]
    assert [school["trust_name"] for school in found] == [
        "North Learning Trust",
        "North Learning Trust",
        None,
    ]
    assert found[0]["rooms"] == 3
    assert found[0]["assets"] == sum(name.startswith("alder.") for name in world.assets)


def test_rooms_come_in_walking_order_with_the_built_in_ones_first(world: World) -> None:
    found = items(world.client("leader"), f"/api/schools/{world.schools['alder']}/rooms")
    assert [room["builtin"] for room in found] == ["whole_school", "unplaced", None, None, None]
    assert sum(room["assets"] for room in found) == sum(
        n.startswith("alder.") for n in world.assets
    )


@pytest.mark.parametrize("path", ["/api/assets", "/api/systems", "/api/schools", "rooms"])
def test_pages_follow_one_another_without_gap_or_repeat(world: World, path: str) -> None:
    client = world.client("trust_it")
    path = f"/api/schools/{world.schools['alder']}/rooms" if path == "rooms" else path
    everything = [item["id"] for item in items(client, path)]
    paged: list[str] = []
    after = ""
    while True:
        answer = client.get(path, query_string={"limit": 2, "after": after}).get_json()
        paged += [item["id"] for item in answer["items"]]
        assert len(answer["items"]) <= 2
        if answer["next"] is None:
            break
        after = answer["next"]
    assert paged == everything
    assert len(set(paged)) == len(paged) >= 3


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 201},
        {"limit": 0},
        {"after": "x"},
        {"after": write_cursor("no id", "no id")},
        {"room_id": "x"},
        {"category": "cars"},
        {"q": "nul\x00"},
        {"q": "x" * 101},
    ],
)
def test_a_query_that_makes_no_sense_is_refused_with_its_field(
    world: World, query: dict[str, str | int]
) -> None:
    answer = world.client("trust_it").get("/api/assets", query_string=query)
    assert answer.status_code == 422
    assert list(answer.get_json()["fields"]) == list(query)


def test_category_and_room_narrow_the_list(world: World) -> None:
    client = world.client("school_it")
    panels = items(client, "/api/assets", category="classroom_av")
    assert {item["category"] for item in panels} == {"classroom_av"}
    assert world.assets["alder.panel"] in {item["id"] for item in panels}
    room = panels[0]["room_id"]
    assert {item["room_id"] for item in items(client, "/api/assets", room_id=room)} == {room}


def rename(world: World, asset: str, **fields: object) -> None:
    body = {"set": fields, "base": marks(world, asset, *fields)}
    answer = world.client("trust_it").patch(f"/api/assets/{world.assets[asset]}", json=body)
    assert answer.status_code == 200, answer.get_json()


def marks(world: World, asset: str, *names: str) -> dict[str, list[str | int]]:
    whole = world.client("trust_it").get(f"/api/assets/{world.assets[asset]}").get_json()
    return {name: whole["v"][name] for name in names if name in whole["v"]}


@pytest.mark.parametrize(
    "q", ["50%_off", "9qw4-h1", "9QW4H13", "interactive", "50%_", "OFF \\ sale", "Room 1"]
)
def test_search_finds_by_name_serial_type_and_room(world: World, q: str) -> None:
    rename(world, "alder.panel", name="50%_off \\ sale", serial="9QW4 H13")
    room = world.client("school_it").get(f"/api/assets/{world.assets['alder.panel']}").get_json()
    wanted = room["room_name"] if q == "Room 1" else q
    found = items(world.client("school_it"), "/api/assets", q=wanted)
    assert world.assets["alder.panel"] in {item["id"] for item in found}


@pytest.mark.parametrize("q", ["%", "_", "\\", "50%xoff", "'; DROP TABLE asset; --"])
def test_search_takes_no_character_for_a_wildcard_or_a_command(world: World, q: str) -> None:
    assert items(world.client("trust_it"), "/api/assets", q=q) == []


def test_a_record_comes_whole_with_names_and_versions(world: World) -> None:
    asset = world.assets["alder.panel"]
    whole = world.client("school_it").get(f"/api/assets/{asset}").get_json()
    assert whole["school_name"] == "Alder School"
    assert whole["tags"] == [whole["tag"]] or whole["tag"] is None
    assert set(whole["v"]) >= {"asset_type_id", "room_id"}
    assert all(isinstance(mark, list) and len(mark) == 2 for mark in whole["v"].values())


def test_an_edit_is_written_and_read_back(world: World) -> None:
    asset = world.assets["alder.panel"]
    body = {"set": {"bought_on": "2020-09-01"}, "base": marks(world, "alder.panel", "bought_on")}
    answer = world.client("school_it").patch(f"/api/assets/{asset}", json=body)
    assert answer.status_code == 200
    assert answer.get_json()["bought_on"] == "2020-09-01"


def test_a_field_that_was_overtaken_answers_409_with_both_values(world: World) -> None:
    asset = world.assets["alder.panel"]
    rename(world, "alder.panel", name="First")
    seen = marks(world, "alder.panel", "name")
    rename(world, "alder.panel", name="Theirs")
    body = {"set": {"name": "Mine", "bought_on": "2001-01-01"}, "base": seen}
    answer = world.client("school_it").patch(f"/api/assets/{asset}", json=body)
    assert answer.status_code == 409
    assert answer.get_json()["conflicts"]["name"] == {"yours": "Mine", "now": "Theirs"}
    whole = world.client("school_it").get(f"/api/assets/{asset}").get_json()
    assert (whole["name"], whole["bought_on"] == "2001-01-01") == ("Theirs", False)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"condition": "A"}, "condition"),
        ({"colour": "red"}, "colour"),
        ({"bought_on": "yesterday"}, "bought_on"),
        ({"life_state": "sold"}, "life_state"),
        ({"name": "x" * 201}, "name"),
        ({"serial_key": "X"}, "serial_key"),
        ({"name": 1.5}, "name"),
        ({"name": "nul\x00"}, "name"),
        ({"name": "half \ud800"}, "name"),
        ({"custom/shelf": {"a": 1.5}}, "custom/shelf"),
        ({"room_id": "nowhere"}, "room_id"),
        ({"asset_type_id": "nothing"}, "asset_type_id"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_with_its_field(
    world: World, fields: dict[str, object], named: str
) -> None:
    asset = world.assets["alder.panel"]
    body = {"set": fields, "base": {}}
    answer = world.client("trust_it").patch(f"/api/assets/{asset}", json=body)
    assert answer.status_code == 422
    assert named in answer.get_json()["fields"]


def test_a_room_of_another_school_is_refused(world: World) -> None:
    asset = world.assets["alder.panel"]
    body = {"set": {"room_id": world.rooms["birch.room1"]}, "base": {}}
    answer = world.client("trust_it").patch(f"/api/assets/{asset}", json=body)
    assert answer.status_code == 422
    assert "room_id" in answer.get_json()["fields"]


def test_a_leader_reads_and_changes_nothing(world: World) -> None:
    asset = world.assets["alder.panel"]
    body = {"set": {"name": "Mine"}, "base": {}}
    assert world.client("leader").patch(f"/api/assets/{asset}", json=body).status_code == 403


@pytest.mark.parametrize("kind", ["lot", "system"])
def test_lots_and_systems_are_read_and_changed_alike(world: World, kind: str) -> None:
    record = (world.lots if kind == "lot" else world.systems)[
        "alder.headsets" if kind == "lot" else "alder.mis"
    ]
    client = world.client("school_it")
    whole = client.get(f"/api/{kind}s/{record}").get_json()
    mark = {"name": whole["v"]["name"]} if "name" in whole["v"] else {}
    body = {"set": {"name": "Renamed"}, "base": mark}
    answer = client.patch(f"/api/{kind}s/{record}", json=body)
    assert answer.status_code == 200, answer.get_json()
    assert answer.get_json()["name"] == "Renamed"
    assert "Renamed" in {item["name"] for item in items(client, f"/api/{kind}s")}


def test_trusts_are_those_of_ones_schools(world: World) -> None:
    found = items(world.client("trust_it"), "/api/trusts")
    assert [(trust["name"], trust["schools"]) for trust in found] == [("North Learning Trust", 2)]
