"""Work that names no place there is waits for the organisation's own IT, who say of which."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from server.estate.reference import asset_type_id
from sync.ids import natural_id
from tests.audits.conflicts import LIST, listed
from tests.audits.test_held import decide
from tests.exchange.device import Device
from tests.world import World

NOWHERE = "7d9e8a52-6a55-4b0e-9d4e-2f8d7f1f6b11"
ASSET = "01900000-0000-7000-8000-0000000000a1"


@pytest.fixture
def device(world: World) -> Device:
    made = Device(world, "technician")
    assert made.hello().status_code == 200
    return made


def asset_line(device: Device, scope: str = NOWHERE, **more: Any) -> bytes:
    world = device.world
    values = {
        "asset_type_id": asset_type_id(world.organisations["north"], "laptop_pupil"),
        "room_id": world.rooms["alder.room1"],
        "serial": "FOUND-1",
    }
    return device.line("asset", ASSET, scope, values, **more)


def finding_line(device: Device, visit: str = NOWHERE) -> tuple[str, bytes]:
    world = device.world
    asset = world.assets["alder.panel"]
    id_ = natural_id("finding", world.organisation_of("technician"), visit, "asset", asset)
    said = {
        "visit_id": visit, "subject_kind": "asset", "subject_id": asset,
        "condition": "D", "note": "Screen cracked",
    }  # fmt: skip
    return id_, device.line("finding", id_, visit, said)


def accept(world: World, item: dict[str, Any], school: str, by: str = "trust_it") -> TestResponse:
    return decide(world, item, by, outcome="accepted", school_id=world.schools.get(school, school))


def test_it_stands_in_the_queue_of_the_organisations_own_it_alone(
    world: World, device: Device
) -> None:
    assert device.results(asset_line(device)) == [("held", "no_membership")]
    (item,) = listed(world)
    assert (item["kind"], item["school_id"], item["held"]["code"]) == (
        "asset", None, "no_membership",
    )  # fmt: skip
    assert (item["held"]["is_nowhere"], item["held"]["needs_school"]) == (True, True)
    assert world.client("trust_it").get(f"{LIST}/count").json == {"conflicts": 0, "held": 1}
    assert world.client("trust_it").get(f"{LIST}/held/{item['key']}").json == item
    for person in ("trust_only_it", "other_trust_it"):
        assert listed(world, person) == []
        assert world.client(person).get(f"{LIST}/count").json == {"conflicts": 0, "held": 0}
        assert world.client(person).get(f"{LIST}/held/{item['key']}").status_code == 404
        for said in ({"outcome": "refused", "reason": "No"}, {"outcome": "accepted"}):
            assert decide(world, item, person, **said).status_code == 404
    assert listed(world, school_id=world.schools["alder"]) == []
    assert listed(world, visit_id=world.visits["alder"]) == []


def test_the_scope_of_another_organisation_is_nowhere_too(world: World, device: Device) -> None:
    """It is not told apart from one that never was, on the tablet or at the desk."""
    line = asset_line(device, world.schools["dover"])
    assert device.results(line) == [("held", "no_membership")]
    (item,) = listed(world)
    assert item["held"]["is_nowhere"]
    assert listed(world, "other_trust_it") == []


def test_accepted_into_a_school_it_is_written_there(world: World, device: Device) -> None:
    device.results(asset_line(device))
    (item,) = listed(world)
    asked = decide(world, item, outcome="accepted")
    assert asked.status_code == 422
    assert list(asked.json["fields"]) == ["school_id"]
    assert accept(world, item, "alder").json == {
        "decided": True, "status": "applied", "code": None,
    }  # fmt: skip
    assert listed(world) == []
    device.watch(world.schools["alder"])
    (told,) = device.drain()["decisions"]
    assert (told["mid"], told["outcome"]) == (1, "accepted")
    fields = device.fields(world.schools["alder"], "asset", ASSET)
    assert fields is not None
    assert fields["serial"] == "FOUND-1"
    assert accept(world, item, "alder").status_code == 409, "decided once"


@pytest.mark.parametrize("school", ["dover", "0d9f8a52-6a55-4b0e-9d4e-2f8d7f1f6b11"])
def test_a_school_that_is_not_theirs_is_as_one_that_never_was(
    world: World, device: Device, school: str
) -> None:
    device.results(asset_line(device))
    (item,) = listed(world)
    assert accept(world, item, school).status_code == 404
    assert listed(world) == [item]


def test_what_does_not_fit_the_school_goes_on_waiting(world: World, device: Device) -> None:
    """Its room is of Alder: in Birch the asset would stand nowhere."""
    device.results(asset_line(device))
    (item,) = listed(world)
    assert accept(world, item, "birch").json == {
        "decided": False, "status": "held", "code": "missing_parent",
    }  # fmt: skip
    assert listed(world) == [item]


def test_refused_its_reason_reaches_the_tablet(world: World, device: Device) -> None:
    device.results(asset_line(device))
    (item,) = listed(world)
    assert decide(world, item, outcome="refused").status_code == 422
    assert decide(world, item, outcome="refused", reason="Sold in May").json["decided"] is True
    (told,) = device.pull()["decisions"]
    assert (told["outcome"], told["reason"]) == ("refused", "Sold in May")
    assert listed(world) == []


def test_a_record_that_exists_is_written_where_it_is(world: World, device: Device) -> None:
    """The line's scope says nothing then: no school is asked for, and none would count."""
    panel = world.assets["birch.panel"]
    assert device.results(device.line("asset", panel, NOWHERE, {"name": "Wall"})) == [
        ("held", "no_membership")
    ]
    (item,) = listed(world)
    assert (item["held"]["is_nowhere"], item["held"]["needs_school"]) == (True, False)
    assert item["school_name"] == "Birch School"
    assert accept(world, item, "alder").json["decided"] is True
    told = world.client("trust_it").get(f"/api/assets/{panel}").json
    assert (told["name"], told["school_id"]) == ("Wall", world.schools["birch"])


def test_findings_of_a_lost_visit_open_it_again(world: World, device: Device) -> None:
    """A restore may forget a visit that tablets have walked: they name it by its id."""
    id_, line = finding_line(device)
    assert device.results(line) == [("held", "no_membership")]
    (item,) = listed(world)
    assert item["held"]["needs_school"] is True
    assert accept(world, item, "alder").json["decided"] is True
    visit = world.client("trust_it").get(f"/api/visits/{NOWHERE}").json
    assert (visit["school_id"], visit["state"]) == (world.schools["alder"], "open")
    (finding,) = world.client("trust_it").get(f"/api/findings?visit_id={NOWHERE}").json["items"]
    assert (finding["id"], finding["condition"], finding["author"]) == (id_, "D", "Technician")
    late = Device(world, "technician")
    late.hello()
    assert late.results(finding_line(late)[1]) == [("held", "no_membership")]
    (item,) = listed(world, visit_id=NOWHERE)
    assert item["held"]["is_nowhere"] is False, "from now on it is a visit like any other"


def test_a_visit_is_not_opened_for_what_cannot_be_taken(world: World, device: Device) -> None:
    line = device.line(
        "finding", str(uuid.uuid4()), NOWHERE,
        {"visit_id": NOWHERE, "subject_kind": "asset", "subject_id": world.assets["alder.panel"]},
    )  # fmt: skip
    device.results(line)
    (item,) = listed(world)
    assert accept(world, item, "alder").json == {
        "decided": False, "status": "rejected", "code": "bad_value",
    }  # fmt: skip
    assert world.client("trust_it").get(f"/api/visits/{NOWHERE}").status_code == 404
    assert listed(world) == [item]


def test_a_group_half_of_which_is_nowhere_is_decided_whole(world: World, device: Device) -> None:
    txn = {"id": str(uuid.uuid4()), "n": 2}
    known = device.line(
        "asset", world.assets["alder.panel"], world.schools["alder"], {"name": "Wall"}, txn=txn
    )
    lines = [known, asset_line(device, txn=txn)]
    assert set(device.results(*lines)) == {("held", "no_membership")}
    assert listed(world, "trust_only_it") == [], "one of them is not theirs to decide"
    (item,) = listed(world)
    assert accept(world, item, "alder").json["decided"] is True
    told = world.client("trust_it").get(f"/api/assets/{world.assets['alder.panel']}").json
    assert told["name"] == "Wall"


def test_it_does_not_stand_between_a_visit_and_its_end(world: World, device: Device) -> None:
    device.results(asset_line(device))
    path = f"/api/visits/{world.visits['alder']}/unsettled"
    assert world.client("trust_it").get(path).json["held"] == 0
