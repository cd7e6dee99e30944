"""A plan over HTTP: made, solved, read to the penny, kept from those it is not for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from server.core.database import db
from server.core.unit import unit_of_work
from server.planning.services.solve import GAP, LIMIT, LINE, SUBJECT
from tests.ratings.test_api import record_condition
from tests.world import World

BODY = {"name": "Refresh", "starts_on": "2026-09-01", "years": 5, "uplift": 30}


def limits_for(world: World, *schools: str, pence: int = 1_000_000) -> list[dict[str, object]]:
    return [{"school_id": world.schools[s], "year": 1, "pence": pence} for s in schools]


def make(world: World, person: str = "trust_it", **more: object) -> TestResponse:
    body = {
        **BODY,
        "trust_id": world.trusts["north"],
        "limits": limits_for(world, "alder", "birch"),
        **more,
    }
    return world.client(person).post("/api/plans", json=body)


@pytest.fixture
def plan_id(rated: World, run_jobs: Callable[[], int]) -> str:
    answer = make(rated)
    assert answer.status_code == 201
    run_jobs()
    return str(answer.json["id"])


def read(world: World, path: str, person: str = "trust_it") -> Any:
    answer = world.client(person).get(path)
    assert answer.status_code == 200, answer.json
    return answer.json


def all_lines(world: World, plan_id: str) -> Any:
    return read(world, f"/api/plans/{plan_id}/lines")["items"]


def test_totals_of_lines_schools_and_years_agree_to_the_penny(rated: World, plan_id: str) -> None:
    plan = read(rated, f"/api/plans/{plan_id}")
    assert plan["plan"]["state"] == "ready"
    lines = all_lines(rated, plan_id)
    assert lines
    for year in plan["years"]:
        of_year = [line for line in lines if line["year"] == year["year"]]
        total = sum(line["total_pence"] for line in of_year)
        by_school = sum(
            part["total_pence"]
            for school in plan["schools"]
            for part in school["years"]
            if part["year"] == year["year"]
        )
        assert total == by_school == year["total_pence"]
        assert year["must_pence"] == sum(x["total_pence"] for x in of_year if x["must_do"])
        if year["is_planned"]:
            assert year["limit_pence"] == 2_000_000
            assert year["left_pence"] == year["limit_pence"] - total >= 0
    assert [year["label"] for year in plan["years"]][:2] == ["2026/27", "2027/28"]
    assert len(plan["years"]) == 8
    assert plan["risk"]["after"] < plan["risk"]["before"]


def test_a_school_page_and_the_trust_page_agree_to_the_penny(rated: World, plan_id: str) -> None:
    trust = read(rated, f"/api/plans/{plan_id}")
    school = read(rated, f"/api/plans/{plan_id}", "school_it")
    mine = next(s for s in trust["schools"] if s["id"] == rated.schools["alder"])
    assert school["schools"] == [mine]
    assert [y["total_pence"] for y in school["years"]] == [y["total_pence"] for y in mine["years"]]


def test_condition_d_moves_the_only_display_into_year_one(
    rated: World, run_jobs: Callable[[], int]
) -> None:
    panel = rated.assets["alder.panel"]
    record_condition(rated, "alder.panel", "D")
    run_jobs()
    plan_id = make(rated).json["id"]
    run_jobs()
    found = []
    for line in all_lines(rated, plan_id):
        behind = read(rated, f"/api/plan-lines/{line['id']}/subjects")["items"]
        found += [(line, subject) for subject in behind if subject["subject_id"] == panel]
    ((line, subject),) = found
    assert line["year"] == 1
    assert line["words"].startswith("End of life, seen on ")
    assert line["finance_line"] == "BFR 625"
    assert subject["rag"] == "red"
    assert subject["room_name"] == "Room1"


def test_a_rerun_is_identical_to_the_penny(
    rated: World, plan_id: str, run_jobs: Callable[[], int]
) -> None:
    before = (read(rated, f"/api/plans/{plan_id}"), all_lines(rated, plan_id))
    answer = rated.client("trust_it").post(f"/api/plans/{plan_id}/solve", json={})
    assert answer.status_code == 202
    run_jobs()
    after = (read(rated, f"/api/plans/{plan_id}"), all_lines(rated, plan_id))
    assert after[1] == before[1]
    assert after[0]["plan"]["inputs_sha256"] == before[0]["plan"]["inputs_sha256"]
    assert after[0]["risk"] == before[0]["risk"]


def test_years_change_without_losing_an_edit(
    rated: World, plan_id: str, run_jobs: Callable[[], int]
) -> None:
    client = rated.client("trust_it")
    late = [{"school_id": rated.schools["alder"], "year": 5, "pence": 77_700}]
    assert client.patch(f"/api/plans/{plan_id}", json={"limits": late}).status_code == 200
    assert client.patch(f"/api/plans/{plan_id}", json={"years": 3}).status_code == 200
    client.post(f"/api/plans/{plan_id}/solve", json={})
    run_jobs()
    assert len(read(rated, f"/api/plans/{plan_id}")["years"]) == 6
    plan = client.patch(f"/api/plans/{plan_id}", json={"years": 5}).json
    alder = next(s for s in plan["schools"] if s["id"] == rated.schools["alder"])
    assert alder["years"][4]["limit_pence"] == 77_700


def test_nothing_drops_out(rated: World, plan_id: str) -> None:
    """Every rated thing is in a line, in the gaps, or not due within the years shown."""
    gaps = read(rated, f"/api/plans/{plan_id}/gaps")["items"]
    assert {gap["why"] for gap in gaps} <= {"no_price", "no_date"}
    assert all(gap["words"] and gap["high_pence"] >= gap["low_pence"] for gap in gaps)
    summed = read(rated, f"/api/plans/{plan_id}")["gaps"]
    assert summed["count"] == sum(gap["quantity"] for gap in gaps)


def test_a_thing_without_a_price_is_a_gap_with_a_likely_range(
    rated: World, run_jobs: Callable[[], int]
) -> None:
    from server.estate.models import Price
    from server.estate.reference import asset_type_id

    organisation_id = rated.organisations["north"]
    table = Price.metadata.tables["price"]
    with unit_of_work(organisation_id, rated.app):
        type_id = asset_type_id(organisation_id, "interactive_panel")
        of_products = select(table.c.id).where(table.c.product_id.is_not(None))
        db.session.execute(
            delete(table).where((table.c.asset_type_id == type_id) | table.c.id.in_(of_products))
        )
    plan_id = make(rated).json["id"]
    run_jobs()
    gaps = read(rated, f"/api/plans/{plan_id}/gaps")["items"]
    panel = next(gap for gap in gaps if gap["subject_id"] == rated.assets["alder.panel"])
    assert (panel["why"], panel["words"]) == ("no_price", "No price yet")
    assert 0 < panel["low_pence"] < panel["high_pence"]


def test_a_school_that_stands_alone_has_its_own_plan(
    rated: World, run_jobs: Callable[[], int]
) -> None:
    alone = {"trust_id": None, "school_id": rated.schools["cedar"]}
    body = {**BODY, "school_id": alone["school_id"], "limits": limits_for(rated, "cedar")}
    plan_id = rated.client("trust_it").post("/api/plans", json=body).json["id"]
    run_jobs()
    assert [s["name"] for s in read(rated, f"/api/plans/{plan_id}")["schools"]] == ["Cedar School"]


def test_a_school_in_a_trust_is_planned_with_its_trust(rated: World) -> None:
    body = {**BODY, "school_id": rated.schools["alder"]}
    answer = rated.client("trust_it").post("/api/plans", json=body)
    assert (answer.status_code, answer.json["slug"]) == (422, "bad_value")


def test_a_limit_of_a_school_outside_the_plan_is_refused(rated: World) -> None:
    answer = make(rated, limits=limits_for(rated, "cedar"))
    assert (answer.status_code, answer.json["slug"]) == (422, "bad_value")


@pytest.mark.parametrize("person", ["school_it", "leader", "consultant", "technician", "operator"])
def test_only_trust_it_makes_or_changes_plans(rated: World, plan_id: str, person: str) -> None:
    assert make(rated, person).status_code == 403
    client = rated.client(person)
    assert client.patch(f"/api/plans/{plan_id}", json={"years": 3}).status_code == 403
    assert client.post(f"/api/plans/{plan_id}/solve", json={}).status_code == 403
    assert client.delete(f"/api/plans/{plan_id}").status_code == 403


def test_a_leader_reads_the_lines_of_own_school_only(rated: World, plan_id: str) -> None:
    lines = read(rated, f"/api/plans/{plan_id}/lines", "leader")["items"]
    assert {line["school_id"] for line in lines} == {rated.schools["alder"]}
    other = next(x for x in all_lines(rated, plan_id) if x["school_id"] == rated.schools["birch"])
    client = rated.client("leader")
    assert client.get(f"/api/plan-lines/{other['id']}/subjects").status_code == 404
    birch = f"/api/plans/{plan_id}/lines?school_id={rated.schools['birch']}"
    assert client.get(birch).status_code == 404


@pytest.mark.parametrize("path", ["", "/lines", "/gaps"])
def test_another_organisation_finds_no_plan(rated: World, plan_id: str, path: str) -> None:
    client = rated.client("other_trust_it")
    assert client.get(f"/api/plans/{plan_id}{path}").status_code == 404
    assert client.get("/api/plans").json["items"] == []
    assert client.patch(f"/api/plans/{plan_id}", json={"years": 3}).status_code == 404
    assert make(rated, "other_trust_it").status_code == 404


def test_a_deleted_plan_leaves_nothing_behind(rated: World, plan_id: str) -> None:
    assert rated.client("trust_it").delete(f"/api/plans/{plan_id}").status_code == 204
    with unit_of_work(rated.organisations["north"], rated.app):
        for table in (LINE, SUBJECT, GAP, LIMIT):
            assert db.session.execute(select(table)).first() is None


def test_a_page_of_lines_goes_on_where_the_last_ended(
    rated: World, plan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.planning.services import lines

    monkeypatch.setattr(lines, "PAGE", 2)
    whole, after = [], ""
    while after is not None:
        query = f"?after={after}" if after else ""
        page = read(rated, f"/api/plans/{plan_id}/lines{query}")
        whole += [line["id"] for line in page["items"]]
        after = page["next"]
    monkeypatch.undo()
    assert whole == [line["id"] for line in all_lines(rated, plan_id)]
    assert len(whole) == len(set(whole)) > 2
