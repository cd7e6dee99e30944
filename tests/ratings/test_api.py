"""Matrices over HTTP: what a finding turns red, who may see it, and what is behind a cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from server.core.clock import now_ms
from server.core.unit import unit_of_work
from sync.codec import JsonValue
from sync.ids import natural_id
from tests.world import World

READ = (
    "/api/matrices/rooms?school_id={school}",
    "/api/matrices/schools",
    "/api/matrices/trusts",
    "/api/matrices/cell?school_id={school}",
    "/api/ratings/snapshot?school_id={school}",
    "/api/ratings?subject_kind=asset&subject_id={asset}",
)


def get(
    world: World, person: str, path: str, school: str = "alder", asset: str = "alder.panel"
) -> TestResponse:
    url = path.format(school=world.schools[school], asset=world.assets[asset])
    return world.client(person).get(url)


def record_condition(world: World, asset: str, condition: str) -> None:
    """Write a finding of alder's visit as a push would."""
    from server.exchange.commit import Change, commit_changes

    organisation_id, visit_id = world.organisations["north"], world.visits["alder"]
    id_ = natural_id("finding", organisation_id, visit_id, "asset", world.assets[asset])
    values: dict[str, JsonValue] = {
        "visit_id": visit_id,
        "subject_kind": "asset",
        "subject_id": world.assets[asset],
        "seen": True,
        "seen_at": now_ms(),
        "condition": condition,
    }
    with unit_of_work(organisation_id, world.app):
        change = Change("finding", id_, visit_id, values)
        results = commit_changes([change], origin=id_, actor_id=None, grants=None)
        assert results[0].status == "applied"


def test_condition_d_on_the_only_display_turns_its_cell_red(
    rated: World, run_jobs: Callable[[], int]
) -> None:
    room = rated.rooms["alder.room1"]
    record_condition(rated, "alder.panel", "D")
    run_jobs()
    matrix = get(rated, "trust_it", READ[0]).json
    row = next(row for row in matrix["rows"] if row["id"] == room)
    assert row["cells"]["classroom_av"]["rag"] == "red"
    assert row["cells"]["classroom_av"]["rule"] == "CR-1"
    detail = rated.client("trust_it").get(
        f"/api/matrices/cell?school_id={rated.schools['alder']}&room_id={room}&category=classroom_av"
    )
    worst = detail.json["contributors"][0]
    assert worst["subject_id"] == rated.assets["alder.panel"]
    assert any(r["words"].startswith("End of life") for r in worst["reasons"])
    assert detail.json["to_green"][-1]["then_rag"] == "green"
    assert detail.json["evidence"]["newest_at"] is not None


def test_totals_of_all_three_matrices_agree(rated: World) -> None:
    rooms = [
        get(rated, "trust_it", READ[0], school=s).json["total"]["overall"]
        for s in ("alder", "birch", "cedar")
    ]
    schools = get(rated, "trust_it", READ[1]).json["total"]["overall"]
    trusts = get(rated, "trust_it", READ[2]).json
    for name in ("red", "amber", "green", "grey", "red_pence", "grey_pence"):
        assert (
            sum(room[name] for room in rooms) == schools[name] == trusts["total"]["overall"][name]
        )
    assert [row["kind"] for row in trusts["rows"]] == ["trust", "school"]


@pytest.mark.parametrize("path", READ)
def test_another_organisation_sees_nothing(rated: World, path: str) -> None:
    answer = get(rated, "other_trust_it", path)
    if "{" in path:
        assert answer.status_code == 404
    else:
        ids = {row["id"] for row in answer.json["rows"]}
        assert not ids & {rated.schools[s] for s in ("alder", "birch", "cedar")}


@pytest.mark.parametrize("person", ["school_it", "leader"])
def test_own_school_only(rated: World, person: str) -> None:
    assert get(rated, person, READ[0]).status_code == 200
    for path in (READ[0], READ[3], READ[4]):
        assert get(rated, person, path, school="birch").status_code == 404
    assert get(rated, person, READ[5], asset="birch.panel").status_code == 404
    rows = get(rated, person, READ[1]).json["rows"]
    assert [row["id"] for row in rows] == [rated.schools["alder"]]


@pytest.mark.parametrize("path", READ)
def test_an_operator_sees_no_ratings(rated: World, path: str) -> None:
    assert get(rated, "operator", path).status_code == 403


def test_a_trust_of_others_is_not_found(rated: World) -> None:
    url = f"/api/matrices/schools?trust_id={rated.trusts['south']}"
    assert rated.client("trust_it").get(url).status_code == 404
    mine = f"/api/matrices/schools?trust_id={rated.trusts['north']}"
    ids = {row["id"] for row in rated.client("trust_it").get(mine).json["rows"]}
    assert ids == {rated.schools["alder"], rated.schools["birch"]}


def test_one_rating_can_be_read_with_all_its_inputs(rated: World) -> None:
    found = get(rated, "trust_it", READ[5]).json
    assert found["version"] == "1.0"
    assert found["inputs"]["life_years"] > 0
    assert {reason["dimension"] for reason in found["reasons"]} >= {"age", "condition"}


def test_a_snapshot_holds_every_rating_of_the_school(rated: World) -> None:
    found = get(rated, "technician", READ[4]).json
    held = {(kind, id_) for kind, id_, _ in found["items"]}
    assert ("asset", rated.assets["alder.panel"]) in held
    assert ("lot", rated.lots["alder.headsets"]) in held
    assert ("system", rated.systems["alder.mis"]) in held
    assert found["as_at"] is not None


def test_a_bad_question_is_answered_in_fields(rated: World) -> None:
    answer = rated.client("trust_it").get("/api/matrices/cell?school_id=x&category=hats")
    assert answer.status_code == 422
    assert answer.json["slug"] == "bad_value"
