"""Codes are issued once in all the world, printed by those who may, and listed for offline use."""

from __future__ import annotations

from itertools import chain, repeat

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import func, select

from server.core.database import db
from server.core.problems import Problem
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.models import TagCode, TagIndex
from server.estate.rules import parse_tag
from server.estate.services.labels import issue_codes
from server.exchange.commit import Change, commit_changes
from sync.ids import natural_id
from tests.world import World


def codes_of(world: World, person: str) -> dict[str, str | None]:
    found: dict[str, str | None] = dict(
        world.client(person).get("/api/tag-index").get_json()["codes"]
    )
    return found


def test_a_batch_prints_as_sheets_whose_codes_are_in_the_index(world: World) -> None:
    client = world.client("trust_it")
    school = world.schools["alder"]
    made = client.post("/api/labels", json={"count": 3, "school_id": school})
    assert made.status_code == 201
    assert made.get_json()["count"] == 3
    sheet = client.get(f"/api/labels/{made.get_json()['batch_id']}.pdf")
    assert sheet.mimetype == "application/pdf"
    page = pypdfium2.PdfDocument(sheet.data)[0].render(scale=4, grayscale=True).to_pil()
    read = {found.text for found in zxingcpp.read_barcodes(page)}
    assert len(read) == 3
    assert all(parse_tag(code) == code for code in read)
    assert dict.fromkeys(read, school).items() <= codes_of(world, "technician").items()


def test_no_code_is_ever_issued_twice_by_any_organisation(world: World) -> None:
    drawn = ["K7M42QX", "P3TD8W6", "R5NF4HJ"]
    with unit_of_work(world.organisations["north"], world.app):
        first = issue_codes(2, draw=iter(drawn[:2]).__next__)
    with unit_of_work(world.organisations["south"], world.app):
        # Draws both again, and one whose check is no tag character, before a free one.
        again = chain(drawn[:2], ["T8QW5M2"], repeat(drawn[2]))
        second = issue_codes(1, draw=again.__next__)
    assert set(first.codes) == {"K7M42QXZ", "P3TD8W65"}
    assert second.codes == ("R5NF4HJW",)


def test_a_batch_of_many_has_no_twins(world: World) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        batch = issue_codes(1500)
    assert len(set(batch.codes)) == 1500
    with world.app.app_context(), as_organisation(world.organisations["north"]):
        assert db.session.scalar(select(func.count()).select_from(TagCode)) == 1500
        assert db.session.scalar(select(func.count()).select_from(TagIndex)) == 1500


@pytest.mark.parametrize("count", [0, -1, 5001, "65", 1.5, None])
def test_a_count_that_cannot_be_printed_is_refused(world: World, count: object) -> None:
    answer = world.client("trust_it").post("/api/labels", json={"count": count})
    assert answer.status_code == 422
    assert "count" in answer.get_json()["fields"]


def test_issuing_out_of_range_is_a_problem_with_its_field(world: World) -> None:
    with unit_of_work(world.organisations["north"], world.app), pytest.raises(Problem) as caught:
        issue_codes(5001)
    assert "count" in caught.value.fields


def test_school_it_prints_for_the_own_school_only(world: World) -> None:
    client = world.client("school_it")
    own, sister = world.schools["alder"], world.schools["birch"]
    assert client.post("/api/labels", json={"count": 1}).status_code == 422
    refused = client.post("/api/labels", json={"count": 1, "school_id": sister})
    assert refused.status_code == 404
    assert client.post("/api/labels", json={"count": 1, "school_id": own}).status_code == 201


def test_a_leader_prints_nothing(world: World) -> None:
    assert world.client("leader").post("/api/labels", json={"count": 1}).status_code == 403


def test_a_batch_of_another_school_or_organisation_is_not_found(world: World) -> None:
    body = {"count": 1, "school_id": world.schools["birch"]}
    made = world.client("trust_it").post("/api/labels", json=body).get_json()
    path = f"/api/labels/{made['batch_id']}.pdf"
    assert world.client("trust_it").get(path).status_code == 200
    assert world.client("school_it").get(path).status_code == 404
    assert world.client("other_trust_it").get(path).status_code == 404


def test_the_index_says_where_a_code_is_bound_and_nothing_of_other_organisations(
    world: World,
) -> None:
    with unit_of_work(world.organisations["south"], world.app):
        theirs = issue_codes(2)
    north = world.organisations["north"]
    with unit_of_work(north, world.app):
        blank, bound = issue_codes(2).codes
        tag = Change(
            "tag",
            natural_id("tag", north, bound),
            world.schools["birch"],
            {"code": bound, "asset_id": world.assets["birch.panel"], "bound_at": 1},
        )
        results = commit_changes(
            [tag], origin=natural_id("test", north), actor_id=None, grants=None
        )
        assert [result.status for result in results] == ["applied"]
    found = codes_of(world, "technician")
    assert found[blank] is None
    assert found[bound] == world.schools["birch"]
    assert not set(theirs.codes) & set(found)
