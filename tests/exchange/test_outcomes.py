"""Every outcome code over HTTP, and who may do what: one test a rule."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text

from server.accounts.services.people import grant_membership
from server.core.clock import now_ms
from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.commit import Change
from sync.batch import HELD, REJECTED
from sync.ids import natural_id
from tests.exchange.asset_lines import NEW, asset_values, new_asset, system_write
from tests.exchange.device import Device
from tests.world import World


def finding(device: Device, subject: str, visit: str = "alder", **values: object) -> bytes:
    world = device.world
    visit_id = world.visits[visit]
    id_ = natural_id("finding", world.organisation_of(device.person), visit_id, "asset", subject)
    key = {"visit_id": visit_id, "subject_kind": "asset", "subject_id": subject}
    return device.line("finding", id_, visit_id, {**key, **values})


def test_every_code_of_the_list_is_tested_here_or_in_the_golden_cases() -> None:
    tested = {
        "malformed", "bad_value", "field_readonly", "not_allowed", "deleted", "txn_failed",
        "txn_too_big", "no_membership", "closed", "missing_parent", "moved", "unknown_kind",
        "unknown_field", "server_error",
    }  # fmt: skip
    assert tested == HELD | REJECTED


BAD: tuple[tuple[str, object], ...] = (
    ("bought_on", "2026-02-30"),
    ("ram_gb", -1),
    ("ram_gb", True),
    ("ram_gb", "8"),
    ("life_state", "eaten"),
    ("serial", "x" * 81),
    ("managed", 1),
    ("room_id", "not-an-id"),
    ("custom/size", "x" * 5000),
)


def test_a_value_that_its_field_cannot_hold_is_bad(device: Device) -> None:
    school, known = device.world.schools["alder"], asset_values(device.world)
    new = NEW.format(1)
    response = device.push(
        *(device.line("asset", new, school, {**known, field: value}) for field, value in BAD)
    )
    assert response.json is not None
    assert response.json["results"] == [
        {"mid": mid, "status": "rejected", "code": "bad_value", "fields": [field]}
        for mid, (field, _) in enumerate(BAD, 1)
    ]


def test_a_required_field_cannot_be_cleared(device: Device) -> None:
    device.results(new_asset(device))
    line = device.line("asset", NEW.format(1), device.world.schools["alder"], {"room_id": None})
    assert device.results(line) == [("rejected", "bad_value")]


def test_a_field_of_the_server_is_readonly(device: Device) -> None:
    assert device.results(new_asset(device, condition="D")) == [("rejected", "field_readonly")]


def test_a_record_with_a_natural_key_is_never_deleted(device: Device) -> None:
    device.results(finding(device, device.world.assets["alder.panel"], seen=True))
    world = device.world
    id_ = natural_id(
        "finding", world.organisations["north"], world.visits["alder"], "asset",
        world.assets["alder.panel"],
    )  # fmt: skip
    line = device.line("finding", id_, world.visits["alder"], {"deleted": True})
    assert device.results(line) == [("rejected", "field_readonly")]


def test_a_kind_that_the_role_may_not_write_is_not_allowed(device: Device) -> None:
    world = device.world
    line = device.line("building", NEW.format(9), world.schools["alder"], {"name": "Annexe"})
    assert device.results(line) == [("rejected", "not_allowed")]


def test_an_id_that_does_not_follow_from_its_key_is_bad(device: Device) -> None:
    world = device.world
    key = {
        "visit_id": world.visits["alder"],
        "subject_kind": "asset",
        "subject_id": world.assets["alder.panel"],
    }
    line = device.line("finding", NEW.format(1), world.visits["alder"], key)
    assert device.results(line) == [("rejected", "bad_value")]


def test_a_scope_that_does_not_follow_from_the_key_is_bad(world: World) -> None:
    device = Device(world, "consultant")
    device.hello()
    right = finding(device, world.assets["alder.panel"], seen=True)
    wrong = right.replace(
        f'"scope":"{world.visits["alder"]}"'.encode(),
        f'"scope":"{world.visits["birch"]}"'.encode(),
    )
    assert device.results(wrong) == [("rejected", "bad_value")]


def test_every_way_of_having_no_right_gives_the_same_bytes(device: Device) -> None:
    world = device.world
    foreign = natural_id(
        "finding", world.organisations["south"], world.visits["dover"], "asset",
        world.assets["dover.panel"],
    )  # fmt: skip
    values = asset_values(world)
    lines = [
        device.line("asset", NEW.format(1), world.schools["birch"], values),  # sister school
        device.line("asset", NEW.format(2), world.schools["dover"], values),  # other organisation
        device.line("asset", NEW.format(3), str(uuid.uuid4()), values),  # does not exist
        device.line("asset", world.assets["birch.panel"], world.schools["alder"], {"name": "x"}),
        device.line("finding", foreign, world.visits["dover"], {"seen": True}),
        device.line(  # readable, not writable
            "product", NEW.format(5), world.organisations["north"],
            {"asset_type_id": values["asset_type_id"], "maker": "a", "model": "b"},
        ),
    ]  # fmt: skip
    response = device.push(*lines)
    assert response.json is not None
    bodies = [{k: v for k, v in r.items() if k != "mid"} for r in response.json["results"]]
    assert bodies == [{"status": "held", "code": "no_membership"}] * len(lines)


def test_a_closed_visit_holds_what_comes_late(device: Device) -> None:
    world = device.world
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE sync_scope SET closed_at = :now WHERE id = :id"),
            {"now": now_ms(), "id": world.visits["alder"]},
        )
    line = finding(device, world.assets["alder.panel"], seen=True)
    assert device.results(line) == [("held", "closed")]


def test_an_unknown_kind_and_an_unknown_field_wait(device: Device) -> None:
    world = device.world
    one = device.line("hologram", NEW.format(1), world.schools["alder"], {"name": "x"})
    two = new_asset(device, 2, colour="red")
    assert device.results(one, two) == [("held", "unknown_kind"), ("held", "unknown_field")]


def test_a_reference_that_does_not_resolve_waits_and_replays_when_it_comes(
    device: Device,
) -> None:
    world = device.world
    room = NEW.format(8)
    line = new_asset(device, 1, room_id=room, serial="waiting")
    assert device.results(line) == [("held", "missing_parent")]
    system_write(world, Change("room", room, world.schools["alder"], {"name": "New room"}))
    device.watch(world.schools["alder"])
    reply = device.drain()
    found = device.fields(world.schools["alder"], "asset", NEW.format(1))
    assert found is not None
    assert found["serial"] == "waiting"
    assert [(d["mid"], d["outcome"]) for d in reply["decisions"]] == [(1, "accepted")]
    assert device.results(line, first=1) == [("held", "missing_parent")]


def test_a_reference_into_a_school_that_one_may_not_read_waits(device: Device) -> None:
    line = new_asset(device, room_id=device.world.rooms["birch.room1"])
    assert device.results(line) == [("held", "missing_parent")]


def test_a_right_granted_later_settles_what_waited_at_the_next_hello(device: Device) -> None:
    world = device.world
    visit, panel = world.visits["alder"], world.assets["birch.panel"]
    finding = natural_id("finding", world.organisations["north"], visit, "asset", panel)
    seen = {"visit_id": visit, "subject_kind": "asset", "subject_id": panel}
    line = device.line("finding", finding, visit, seen)
    assert device.results(line) == [("held", "missing_parent")]
    device.hello()
    device.watch(visit)
    assert device.pull()["decisions"] == []
    with unit_of_work(world.organisations["north"], world.app):
        grant_membership(world.people["technician"], "technician", "visit", world.visits["birch"])
    device.hello()
    reply = device.drain()
    assert [(d["mid"], d["outcome"]) for d in reply["decisions"]] == [(1, "accepted")]
    assert device.fields(visit, "finding", finding) is not None


def test_an_edit_before_its_record_waits_and_replays_in_the_same_push(device: Device) -> None:
    world = device.world
    edit = device.line("asset", NEW.format(1), world.schools["alder"], {"serial": "early"})
    device.watch(world.schools["alder"])
    results = device.results(edit, new_asset(device, 1, name="Made later"))
    assert results == [("held", "missing_parent"), ("applied", None)]
    device.drain()
    found = device.fields(world.schools["alder"], "asset", NEW.format(1))
    assert found is not None
    assert (found["serial"], found["name"]) == ("early", "Made later")


def test_an_edit_that_saw_the_delete_is_refused(device: Device) -> None:
    world = device.world
    school = world.schools["alder"]
    device.results(new_asset(device))
    seen = {name: [device.client_id, 1] for name in ("asset_type_id", "room_id")}
    gone = device.line("asset", NEW.format(1), school, {"deleted": True}, base=seen)
    assert device.results(gone) == [("applied", None)]
    device.watch(school)
    device.drain()
    assert device.fields(school, "asset", NEW.format(1)) is None
    late = device.line(
        "asset", NEW.format(1), school, {"name": "x"}, base={"deleted": [device.client_id, 2]}
    )
    assert device.results(late) == [("rejected", "deleted")]
    back = device.line(
        "asset", NEW.format(1), school, {"deleted": False}, base={"deleted": [device.client_id, 2]}
    )
    assert device.results(back) == [("applied", None)]
    device.drain()
    assert device.fields(school, "asset", NEW.format(1)) is not None


def test_a_moved_record_is_written_where_it_now_is_or_held_moved(device: Device) -> None:
    world = device.world
    asset = world.assets["alder.laptop1"]
    system_write(
        world,
        Change("asset", asset, world.schools["birch"], {"room_id": world.rooms["birch.room1"]}),
    )
    line = device.line("asset", asset, world.schools["alder"], {"name": "x"})
    assert device.results(line) == [("held", "moved")]
    wider = Device(world, "consultant")
    wider.hello()
    line = wider.line("asset", asset, world.schools["alder"], {"name": "mine"})
    assert wider.results(line) == [("applied", None)]
    wider.watch(world.schools["alder"], world.schools["birch"])
    wider.drain()
    assert wider.fields(world.schools["alder"], "asset", asset) is None
    found = wider.fields(world.schools["birch"], "asset", asset)
    assert found is not None
    assert found["name"] == "mine"


def test_a_probe_of_what_the_server_cannot_take_is_kept(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.exchange.plain import ShortRoad
    from sync.push import Push

    def fault(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    line = new_asset(device)
    with monkeypatch.context() as patch:
        patch.setattr(Push, "take", fault)
        patch.setattr(ShortRoad, "read", fault)
        assert device.push(line).status_code == 500
        assert device.results(line, first=1, probe=True) == [("held", "server_error")]
    assert device.results(line, first=1) == [("held", "server_error")]
    assert device.results(new_asset(device, 2)) == [("applied", None)]


def test_what_a_person_no_longer_in_the_organisation_sends_is_held(device: Device) -> None:
    world = device.world
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE membership SET revoked_at = :now WHERE user_id = :user"),
            {"now": now_ms(), "user": world.people["technician"]},
        )
    assert device.results(new_asset(device)) == [("held", "no_membership")]
    device.watch(world.schools["alder"])
    reply = device.pull()
    assert reply["revoked"] == [world.schools["alder"]]
    assert reply["scopes"] == {}
