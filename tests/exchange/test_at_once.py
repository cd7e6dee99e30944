"""Many at once on one scope and one record: nobody fails, no number is used twice, none is lost."""

from __future__ import annotations

import json
import threading

from sqlalchemy import text

from server.core.database import db
from server.core.unit import unit_of_work
from sync.ids import natural_id
from sync.record import DIGEST_MOD, digest_of_wire
from tests.exchange.device import Device
from tests.world import World

TABLETS = 6
ROUNDS = 4
KIT = ("panel", "laptop1")


def finding(device: Device, subject: str, note: str) -> bytes:
    world = device.world
    visit, asset = world.visits["alder"], world.assets[f"alder.{subject}"]
    id_ = natural_id("finding", world.organisations["north"], visit, "asset", asset)
    key = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset}
    return device.line("finding", id_, visit, {**key, "note": note})


def push_all(device: Device, name: str, faults: list[str]) -> None:
    for n in range(ROUNDS):
        lines = [finding(device, kit, f"{name}.{n}.{kit}") for kit in KIT]
        response = device.push(*lines)
        if response.status_code != 200:
            faults.append(response.text)


def push_at_once(tablets: list[Device]) -> list[str]:
    """Push from every tablet at the same time; return the answers that refused."""
    faults: list[str] = []
    threads = [
        threading.Thread(target=push_all, args=(tablet, str(i), faults))
        for i, tablet in enumerate(tablets)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def notes_lost() -> set[str]:
    lost = text("SELECT losing_value FROM sync_conflict WHERE field = 'note'")
    values = db.session.execute(lost).scalars()
    return {json.loads(v) if isinstance(v, str) and v[0] == '"' else v for v in values}


def test_tablets_that_push_at_once_all_get_in_and_no_note_is_lost(world: World) -> None:
    visit = world.visits["alder"]
    tablets = [Device(world, "technician") for _ in range(TABLETS)]
    for tablet in tablets:
        assert tablet.hello().status_code == 200
    assert push_at_once(tablets) == []
    with unit_of_work(world.organisations["north"], world.app):
        ops = db.session.execute(
            text("SELECT count(*) FROM sync_op WHERE client_id NOT LIKE 'server:%'")
        ).scalar_one()
        rows = db.session.execute(text("SELECT wire, sync_seq FROM finding")).all()
        lost = notes_lost()
        head = db.session.execute(
            text("SELECT seq, digest FROM sync_scope WHERE id = :id"), {"id": visit}
        ).one()
        visits = db.session.execute(text("SELECT wire, scope_id FROM visit")).all()
    assert ops == TABLETS * ROUNDS * 2
    assert {json.loads(wire)["f"]["note"] for wire, _ in rows} | lost == {
        f"{i}.{n}.{kit}" for i in range(TABLETS) for n in range(ROUNDS) for kit in KIT
    }
    assert len({seq for _, seq in rows}) == len(rows)
    wires = [wire for wire, _ in rows]
    wires += [wire for wire, scope in visits if str(scope) == visit]
    assert head.digest == sum(map(digest_of_wire, wires)) % DIGEST_MOD
    assert head.seq >= max(seq for _, seq in rows)
