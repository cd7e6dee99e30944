"""When things break: a crash before the commit, a database that asks again, a lost sign-in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from server.accounts.services.devices import enrol_device
from server.core.clock import now_ms
from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.plain import ShortRoad
from server.exchange.rows import RowWriter
from server.exchange.transaction import TRIES, in_transaction
from tests.exchange.device import PREFIX, Device
from tests.world import World

Road = type[ShortRoad] | type[RowWriter]


def new_asset(device: Device, **more: object) -> bytes:
    world = device.world
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    values = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    return device.line("asset", str(uuid.uuid4()), world.schools["alder"], values, **more)


def counts(world: World, client_id: str) -> tuple[int, int, int]:
    """Return (ledger rows, last mid, head of the school) as the database holds them."""
    given = {"client": client_id, "school": world.schools["alder"]}
    with unit_of_work(world.organisations["north"], world.app):
        return tuple(
            db.session.execute(text(query), given).scalar_one()
            for query in (
                "SELECT count(*) FROM sync_op WHERE client_id = :client",
                "SELECT last_mid FROM sync_client WHERE id = :client",
                "SELECT seq FROM sync_scope WHERE id = :school",
            )
        )


def as_one(lines: int) -> dict[str, object]:
    return {"txn": {"id": str(uuid.uuid4()), "n": lines}}


@pytest.mark.parametrize(("road", "is_group"), [(ShortRoad, False), (RowWriter, True)])
def test_a_crash_before_the_commit_leaves_nothing_and_the_resend_is_whole(
    device: Device, monkeypatch: pytest.MonkeyPatch, road: Road, *, is_group: bool
) -> None:
    """By the short road, and by the general one: a group takes that."""
    before = counts(device.world, device.client_id)
    more = as_one(3) if is_group else {}
    lines = [new_asset(device, **more) for _ in range(3)]
    written: Callable[..., object] = road.write
    crashed = list[bool]()

    def crash(self: object, *given: object) -> None:
        written(self, *given)
        crashed.append(True)
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(road, "write", crash)
        assert device.push(*lines).status_code == 500
    assert crashed == [True]
    assert counts(device.world, device.client_id) == before
    assert device.results(*lines) == [("applied", None)] * 3
    rows, last_mid, head = counts(device.world, device.client_id)
    assert (rows, last_mid, head) == (3, 3, before[2] + 3)


def test_a_lost_answer_is_given_again_after_later_work(device: Device) -> None:
    first = new_asset(device)
    device.results(first)
    device.results(new_asset(device))
    assert device.results(first, first=1) == [("applied", None)]
    assert counts(device.world, device.client_id)[:2] == (2, 2)


class AskAgain(Exception):  # noqa: N818
    """What a driver raises, with the state the database gave."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_a_database_that_asks_for_another_try_gets_the_same_work(world: World, state: str) -> None:
    tries: list[int] = []

    def work(_connection: object) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("x", {}, AskAgain(state))
        return "done"

    with world.app.app_context():
        assert in_transaction(work) == "done"
    assert len(tries) == 3


@pytest.mark.parametrize(("state", "tried"), [("40001", TRIES), ("23503", 1)])
def test_it_gives_up_when_trying_does_not_help(world: World, state: str, tried: int) -> None:
    tries: list[int] = []

    def work(_connection: object) -> None:
        tries.append(1)
        raise OperationalError("x", {}, AskAgain(state))

    with world.app.app_context(), pytest.raises(OperationalError):
        in_transaction(work)
    assert len(tries) == tried


def test_a_tablet_of_somebody_shut_out_hands_in_its_work_and_reads_nothing(
    device: Device,
) -> None:
    world = device.world
    north, user = world.organisations["north"], world.people["technician"]
    with unit_of_work(north, world.app):
        cookie = enrol_device(user, north, device.device_id)
        db.session.execute(
            text("UPDATE membership SET revoked_at = :now WHERE user_id = :user"),
            {"now": now_ms(), "user": user},
        )
    tablet = world.app.test_client()
    tablet.set_cookie("walkround-device", cookie)
    headers = {"X-Walkround": "1"}
    said = {
        "client_id": device.client_id, "server_epoch": device.epoch, "device_now": 1,
        "first_mid": 1, "n": 1,
    }  # fmt: skip
    body = json.dumps(said).encode() + b"\n" + new_asset(device) + b"\n"
    pushed = tablet.post(
        f"{PREFIX}/push", data=body, content_type="application/x-ndjson", headers=headers
    )
    assert pushed.status_code == 200
    assert pushed.json is not None
    assert [(r["status"], r["code"]) for r in pushed.json["results"]] == [("held", "no_membership")]
    asked = {"client_id": device.client_id, "server_epoch": device.epoch, "scopes": {}}
    assert tablet.post(f"{PREFIX}/pull", json=asked, headers=headers).status_code == 401
    school = world.schools["alder"]
    assert tablet.get(f"{PREFIX}/bootstrap/{school}", headers=headers).status_code == 401


def test_nobody_signed_in_is_asked_to_sign_in(world: World) -> None:
    nobody = world.app.test_client()
    headers = {"X-Walkround": "1"}
    for path in ("/hello", "/push", "/pull", "/blobs"):
        assert nobody.post(PREFIX + path, json={}, headers=headers).status_code == 401
