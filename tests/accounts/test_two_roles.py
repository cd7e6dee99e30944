"""A role in one place opens nothing in another: people who hold two."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from server.accounts.services import grant_membership
from server.core.unit import unit_of_work
from tests.accounts.test_matrix import plan_of
from tests.world import World


def with_role(world: World, person: str, role: str, school: str) -> FlaskClient:
    """Return the client of a person who holds a role in one more school."""
    with unit_of_work(world.organisation_of(person), world.app):
        grant_membership(world.people[person], role, "school", world.schools[school])
    return world.client(person)


def test_a_leader_of_one_school_plans_nothing_where_they_are_a_technician(world: World) -> None:
    plans = {school: plan_of(world, school) for school in ("alder", "birch")}
    both = with_role(world, "technician", "leader", "birch")
    listed = [item["id"] for item in both.get("/api/plans").get_json()["items"]]
    assert listed == [plans["birch"]["plan"]]
    for school, status in (("alder", 404), ("birch", 200)):
        plan, line = plans[school]["plan"], plans[school]["line"]
        for path in ("", "/lines", "/gaps", f"/lines?school_id={world.schools[school]}"):
            assert both.get(f"/api/plans/{plan}{path}").status_code == status, path
        assert both.get(f"/api/plan-lines/{line}/subjects").status_code == status


def test_a_trusts_plan_shows_only_the_schools_one_may_plan(world: World) -> None:
    made = world.client("trust_it").post(
        "/api/plans",
        json={
            "trust_id": world.trusts["north"],
            "name": "Refresh",
            "starts_on": "2027-09-01",
            "years": 4,
        },
    )
    plan = f"/api/plans/{made.get_json()['id']}"
    assert world.client("technician").get(plan).status_code == 403
    both = with_role(world, "technician", "leader", "birch")
    schools = both.get(plan).get_json()["schools"]
    assert [school["id"] for school in schools] == [world.schools["birch"]]
    sister = f"{plan}/lines?school_id={world.schools['alder']}"
    assert both.get(sister).status_code == 404


def test_trust_it_of_one_school_changes_no_plan_of_another(world: World) -> None:
    plan = plan_of(world, "alder")["plan"]
    both = with_role(world, "leader", "trust_it", "birch")
    assert both.get(f"/api/plans/{plan}").status_code == 200
    assert both.patch(f"/api/plans/{plan}", json={"name": "Mine"}).status_code == 403


def test_people_are_listed_only_where_ones_role_lists_them(world: World) -> None:
    both = with_role(world, "leader", "school_it", "birch")
    names = {item["name"] for item in both.get("/api/people").get_json()["items"]}
    assert "School_It" not in names, "school IT of alder, where this person only leads"
    assert "Leader" in names


@pytest.mark.parametrize("more", [None, ("leader", "birch"), ("school_it", "birch")])
def test_a_visits_technician_issues_labels_for_its_school_only(
    world: World, more: tuple[str, str] | None
) -> None:
    client = with_role(world, "technician", *more) if more else world.client("technician")
    everywhere = client.post("/api/labels", json={"count": 1})
    assert everywhere.status_code == 422
    assert "school_id" in everywhere.get_json()["fields"]
    own = {"count": 1, "school_id": world.schools["alder"]}
    assert client.post("/api/labels", json=own).status_code == 201
    cedar = {"count": 1, "school_id": world.schools["cedar"]}
    assert client.post("/api/labels", json=cedar).status_code == 404


def test_labels_for_anywhere_are_the_organisations_and_the_trusts_to_print(world: World) -> None:
    made = world.client("trust_only_it").post("/api/labels", json={"count": 1})
    assert made.status_code == 201
    sheet = f"/api/labels/{made.get_json()['batch_id']}.pdf"
    for person, status in (("consultant", 200), ("technician", 404), ("school_it", 404)):
        assert world.client(person).get(sheet).status_code == status, person
