"""What the tablet of a person shut out may leave undecided is bounded; nothing of it is lost."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from server.accounts.models import Membership
from server.accounts.services import enrol_device
from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.models import SyncOp
from tests.exchange.asset_lines import new_asset
from tests.exchange.device import PREFIX, Device
from tests.world import World

MIB = 1024 * 1024


@dataclass
class ShutOut(Device):
    """A device whose person is shut out: its cookie is all it has."""

    cookie: str = ""

    @property
    def http(self) -> FlaskClient:
        made = self.world.app.test_client()
        made.set_cookie("walkround-device", self.cookie)
        made.environ_base["HTTP_X_WALKROUND"] = "1"
        return made

    def announce(self, n: int, size: int) -> tuple[int, str | None]:
        sha256 = hashlib.sha256(str(n).encode()).hexdigest()
        answer = self.post("/blobs", {"sha256": sha256, "size": size, "mime": "image/jpeg"})
        return answer.status_code, (answer.json or {}).get("slug")


@pytest.fixture
def tablet(world: World) -> Iterator[ShutOut]:
    """With room for 16 MiB of photos and 1 MiB of changes."""
    kept = world.app.extensions["settings"]
    world.app.extensions["settings"] = dataclasses.replace(kept, hand_in_mib=16)
    user_id, organisation_id = world.people["technician"], world.organisation_of("technician")
    made = ShutOut(world, "technician")
    with unit_of_work(organisation_id, world.app):
        made.cookie = enrol_device(user_id, organisation_id, made.device_id)
        db.session.execute(
            update(Membership).where(Membership.user_id == user_id).values(revoked_at=1)
        )
    assert made.hello().json["state"] == "revoked"
    yield made
    world.app.extensions["settings"] = kept


def large(tablet: ShutOut, n: int) -> bytes:
    return new_asset(tablet, n, **{"custom/note": "x" * 3000})


def in_ledger(tablet: ShutOut) -> int:
    with unit_of_work(tablet.world.organisation_of("technician"), tablet.world.app):
        mine = SyncOp.client_id == tablet.client_id
        return len(db.session.scalars(select(SyncOp.mid).where(mine)).all())


def test_photos_beyond_the_bound_wait_and_changes_still_go(tablet: ShutOut) -> None:
    assert tablet.announce(1, 15 * MIB) == (200, None)
    assert tablet.announce(2, 2 * MIB) == (429, "hand_in_full")
    assert tablet.announce(1, 15 * MIB) == (200, None), "what was begun may be ended"
    assert tablet.announce(3, 100 * 1024) == (200, None), "a smaller one still fits"
    assert tablet.results(new_asset(tablet)) == [("held", "no_membership")]
    answer = tablet.post("/blobs", {"sha256": "0" * 64, "size": 2 * MIB, "mime": "image/jpeg"})
    assert answer.headers["Retry-After"] == "3600"


def test_many_tiny_photos_are_bounded_too(tablet: ShutOut) -> None:
    assert tablet.announce(1, 15 * MIB) == (200, None)
    answers = [tablet.announce(n, 1)[0] for n in range(2, 400)]
    assert 200 < answers.count(200) < 260
    assert set(answers[answers.index(429) :]) == {429}


def test_changes_beyond_the_bound_are_not_taken_and_go_once_some_are_decided(
    tablet: ShutOut,
) -> None:
    taken = 0
    for _ in range(20):
        lines = [large(tablet, 1) for _ in range(20)]
        answer = tablet.push(*lines)
        if answer.status_code != 200:
            break
        taken += len(lines)
    assert (answer.status_code, answer.json["slug"]) == (429, "hand_in_full")
    assert 100 < taken == in_ledger(tablet)
    again = tablet.push(*lines)
    assert again.status_code == 429, "the same lines again: still not taken, still not lost"
    assert decide_all(tablet) == taken
    assert set(tablet.results(*lines)) == {("held", "no_membership")}
    assert tablet.push(*lines).json["results"] == tablet.push(*lines).json["results"]
    assert in_ledger(tablet) == taken + len(lines)


def test_what_was_taken_before_is_answered_for_when_there_is_no_more_room(
    tablet: ShutOut,
) -> None:
    first = [large(tablet, 1) for _ in range(20)]
    told = tablet.push(*first).json["results"]
    while tablet.push(*[large(tablet, 1) for _ in range(20)]).status_code == 200:
        pass
    assert tablet.push(*first, first=1).json["results"] == told


def test_a_person_who_is_not_shut_out_is_not_bounded(world: World, tablet: ShutOut) -> None:
    other = Device(world, "consultant")
    other.hello()
    said = {"sha256": "1" * 64, "size": 15 * MIB, "mime": "image/jpeg"}
    assert other.post("/blobs", said).status_code == 200
    assert other.post("/blobs", {**said, "sha256": "2" * 64}).status_code == 200


def decide_all(tablet: ShutOut) -> int:
    boss = tablet.world.client("trust_it")
    decided = 0
    for mid in range(1, in_ledger(tablet) + 1):
        path = f"{PREFIX}/ops/{tablet.client_id}/{mid}/resolve"
        answer = boss.post(path, json={"outcome": "refused", "reason": "Not ours"})
        decided += answer.status_code == 200
    return decided
