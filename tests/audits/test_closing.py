"""A visit ends only when nothing of it is open: conflicts, held changes, work still on devices."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.accounts.models import AuditEvent
from server.audits.services.settling import held_by
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.unit import unit_of_work
from tests.audits.conflicts import choice, choose, differ, listed
from tests.exchange.device import Device
from tests.world import World


def close(world: World, **body: object) -> TestResponse:
    path = f"/api/visits/{world.visits['alder']}/close"
    return world.client("trust_it").post(path, json=body)


def unsettled(world: World) -> dict[str, Any]:
    answer = world.client("trust_it").get(f"/api/visits/{world.visits['alder']}/unsettled")
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def holding(world: World, person: str, changes: int) -> Device:
    """Let a device say at hello that it holds changes."""
    device = Device(world, person)
    outbox = {"first_mid": 1, "last_mid": changes, "bytes": 99, "blobs": 0}
    assert device.hello(outbox=outbox).status_code == 200
    return device


def test_an_open_conflict_stops_the_end_and_settling_it_frees_it(
    world: World, tablets: tuple[Device, Device]
) -> None:
    differ(tablets, condition=("B", "C"))
    answer = close(world)
    assert (answer.status_code, answer.json["slug"]) == (409, "not_settled")
    assert answer.json["open"] == unsettled(world)
    (item,) = answer.json["open"]["items"]
    assert close(world, reason="I do not care").status_code == 409, "it can be decided"
    assert choose(world, item, choice(item, item["conflict"]["stands"])).status_code == 204
    assert close(world).json["state"] == "closed"


def test_a_change_held_in_the_visits_school_stops_the_end(world: World) -> None:
    device = Device(world, "technician")
    device.hello()
    line = device.line("asset", new_id(), world.schools["alder"], {"from_the_future": 1})
    assert device.results(line)[0][0] == "held"
    assert close(world).status_code == 409
    assert unsettled(world)["held"] == 1
    other = f"/api/visits/{world.visits['birch']}/close"
    assert world.client("trust_it").post(other, json={}).status_code == 200


def test_a_device_known_to_hold_work_is_named_and_stops_the_end(world: World) -> None:
    device = holding(world, "technician", 3)
    answer = close(world)
    assert answer.status_code == 409
    (told,) = answer.json["open"]["devices"]
    assert told | {"last_seen": 0} == {
        "person": "Technician", "device": device.device_id[-4:], "changes": 3, "photos": 0,
        "last_seen": 0,
    }  # fmt: skip
    for asset in ("a", "b", "c"):
        note = {"note": asset}
        device.results(device.line("room", world.rooms["alder.room1"], "0" * 8, note))
    assert unsettled(world)["devices"] == [], "what it spoke of has arrived"


def test_a_lost_device_is_left_out_by_a_written_reason_which_is_kept(world: World) -> None:
    device = holding(world, "technician", 2)
    assert close(world, reason="   ").status_code == 409
    assert close(world, reason="Dropped in the lake").json["state"] == "closed"
    with unit_of_work(world.organisation_of("trust_it"), world.app):
        kept = db.session.scalars(
            select(AuditEvent).where(AuditEvent.event == "visit.closed")
        ).one()
        assert kept.about["reason"] == "Dropped in the lake"
    line = device.line("room_walk", new_id(), world.visits["alder"], {"state": "done"})
    assert device.results(line)[0] == ("held", "closed"), "found again, it is not lost"


def test_who_closed_a_visit_when_and_why_is_told_to_its_readers(world: World) -> None:
    path = f"/api/visits/{world.visits['alder']}"
    assert world.client("trust_it").get(path).json["closing"] is None, "it is open"
    holding(world, "technician", 2)
    before = now_ms()
    told = close(world, reason=" Dropped in the lake ").json["closing"]
    assert before <= told.pop("at") <= now_ms()
    assert told == {"person": "Trust_It", "reason": "Dropped in the lake", "devices": 1}
    read = world.client("leader").get(path).json["closing"]
    assert read["reason"] == "Dropped in the lake"
    other = f"/api/visits/{world.visits['birch']}"
    settled = world.client("trust_it").post(f"{other}/close", json={"reason": "no need"})
    assert (settled.json["closing"]["reason"], settled.json["closing"]["devices"]) == (None, 0)


def test_photos_that_have_not_come_are_named(world: World) -> None:
    device = Device(world, "technician")
    device.hello()
    photo = {
        "owner_kind": "asset", "owner_id": world.assets["alder.panel"], "sha256": "ab" * 32,
        "size": 9, "taken_at": now_ms(),
    }  # fmt: skip
    assert device.results(device.line("photo", new_id(), world.visits["alder"], photo)) == [
        ("applied", None)
    ]
    (told,) = unsettled(world)["devices"]
    assert (told["changes"], told["photos"]) == (0, 1)


def test_another_visits_devices_do_not_stop_this_one(world: World) -> None:
    holding(world, "consultant", 5)
    assert unsettled(world)["devices"] == []
    assert close(world).status_code == 200


@pytest.mark.parametrize(
    ("outbox", "last_mid", "held"),
    [
        (None, 0, 0),
        ({}, 0, 0),
        ({"first_mid": 5, "last_mid": 9}, 4, 5),
        ({"first_mid": 5, "last_mid": 9}, 7, 2),
        ({"first_mid": 5, "last_mid": 9}, 12, 0),
        ({"first_mid": 5, "last_mid": 9}, 0, 5),  # the server was restored to before
        ({"first_mid": None, "last_mid": None}, 3, 0),
    ],
)
def test_what_a_device_holds_is_what_it_said_less_what_came(
    outbox: object, last_mid: int, held: int
) -> None:
    assert held_by(outbox, last_mid) == held


def test_the_list_is_trust_its_own(world: World, tablets: tuple[Device, Device]) -> None:
    differ(tablets, condition=("B", "C"))
    assert len(listed(world)) == 1
    path = f"/api/visits/{world.visits['alder']}/unsettled"
    assert world.client("other_trust_it").get(path).status_code == 404
    assert world.client("technician").get(path).status_code == 403
