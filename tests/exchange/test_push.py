"""Push over HTTP: numbers, results sent again, forks, gaps, whole-request answers."""

from __future__ import annotations

import gzip
import json
import uuid

from sqlalchemy import text

from server.core.database import db
from server.core.unit import unit_of_work
from sync.ids import natural_id
from tests.exchange.device import PREFIX, Device
from tests.world import World


def finding(device: Device, subject: str, **values: object) -> bytes:
    world = device.world
    visit, asset = world.visits["alder"], world.assets[f"alder.{subject}"]
    id_ = natural_id("finding", world.organisations["north"], visit, "asset", asset)
    key = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset}
    return device.line("finding", id_, visit, {**key, **values})


def ledger(world: World) -> list[tuple[int, bytes]]:
    with unit_of_work(world.organisations["north"], world.app):
        rows = db.session.execute(
            text("SELECT mid, body FROM sync_op WHERE client_id NOT LIKE 'server:%' ORDER BY mid")
        )
        return [(mid, bytes(body)) for mid, body in rows]


def test_what_is_pushed_comes_back_by_pull_with_its_version(device: Device) -> None:
    line = finding(device, "panel", seen=True, condition="D", **{"faults/cracked": True})
    assert device.results(line) == [("applied", None)]
    visit = device.world.visits["alder"]
    device.watch(visit)
    reply = device.drain()
    [item] = [i for i in device.items.values() if i["k"] == "finding"]
    assert item["f"]["condition"] == "D"
    assert item["f"]["faults/cracked"] is True
    [[_, client, mid, names]] = item["v"]
    assert (client, mid) == (device.client_id, 1)
    assert names == sorted(item["f"])
    assert reply["acked_mid"] == 1


def test_sending_twice_equals_sending_once(device: Device) -> None:
    line = finding(device, "panel", seen=True)
    first, again = device.push(line).json, device.push(line, first=1).json
    assert first is not None
    assert again is not None
    assert first["results"] == again["results"]
    assert ledger(device.world) == [(1, line)]


def test_a_push_that_overlaps_takes_only_what_is_new(device: Device) -> None:
    one, two = finding(device, "panel", seen=True), finding(device, "laptop1", seen=True)
    assert device.results(one, first=1) == [("applied", None)]
    assert device.results(one, two) == [("applied", None)] * 2
    assert [mid for mid, _ in ledger(device.world)] == [1, 2]


def test_a_gap_says_where_to_go_on_and_takes_nothing(device: Device) -> None:
    line = finding(device, "panel", seen=True)
    response = device.push(line, first=3)
    assert response.status_code == 409
    assert response.json is not None
    assert (response.json["slug"], response.json["expected"]) == ("gap", 1)
    assert ledger(device.world) == []


def test_a_number_sent_with_other_content_is_a_fork(device: Device) -> None:
    one = finding(device, "panel", seen=True)
    two = finding(device, "laptop1", seen=True)
    device.results(one, two)
    device.mid = 1
    other = finding(device, "laptop2", seen=True)
    response = device.push(one, other)
    assert response.status_code == 409
    assert response.json is not None
    assert response.json["slug"] == "fork"
    assert response.json["first_differing_mid"] == 2
    assert [found["mid"] for found in response.json["results"]] == [1]


def test_another_epoch_is_refused_whole(device: Device) -> None:
    response = device.push(finding(device, "panel", seen=True), server_epoch=str(uuid.uuid4()))
    assert response.status_code == 409
    assert response.json is not None
    assert response.json["slug"] == "epoch"
    assert response.json["server_epoch"] == device.epoch


def test_a_client_of_another_person_is_taken(device: Device) -> None:
    other = Device(device.world, "consultant", client_id=device.client_id, epoch=device.epoch)
    for response in (other.hello(), other.push(finding(other, "panel", seen=True))):
        assert response.status_code == 403
        assert response.json is not None
        assert response.json["slug"] == "client_taken"
    response = other.post(
        "/pull", {"client_id": device.client_id, "server_epoch": device.epoch, "scopes": {}}
    )
    assert response.status_code == 403


UNREADABLE = (
    (b"not json", "malformed"),
    (b"\xff\xfe", "malformed"),
    (b"{}", "malformed"),
    (b'{"mid":5,"mid":5}', "malformed"),
    (b"[" * 5000, "malformed"),
    (b'{"mid":7,"x":1.5}', "bad_value"),
    (b'{"mid":8,"x":' + b"9" * 10_000 + b"}", "malformed"),
)


def test_lines_that_cannot_be_read_are_recorded_and_stop_nothing(device: Device) -> None:
    first = finding(device, "panel", seen=True)
    device.mid += len(UNREADABLE)
    last = finding(device, "laptop1", seen=True)
    results = device.results(first, *(bad for bad, _ in UNREADABLE), last)
    good = [("applied", None)]
    assert results == [*good, *(("rejected", code) for _, code in UNREADABLE), *good]
    assert [body for _, body in ledger(device.world)] == [
        first, *(bad for bad, _ in UNREADABLE), last,
    ]  # fmt: skip


def test_a_push_that_is_cut_short_is_refused_whole(device: Device) -> None:
    response = device.push(finding(device, "panel", seen=True), n=2)
    assert response.status_code == 400
    assert ledger(device.world) == []


def test_a_zipped_push_is_taken_and_a_bomb_is_not(device: Device) -> None:
    line = finding(device, "panel", seen=True)
    said = {
        "client_id": device.client_id,
        "server_epoch": device.epoch,
        "device_now": 1,
        "first_mid": 1,
        "n": 1,
    }
    body = json.dumps(said).encode() + b"\n" + line + b"\n"
    for data, status in (
        (gzip.compress(body + b" " * 30_000_000), 413),
        (gzip.compress(body)[:-9], 400),
        (b"\x1f\x8bnonsense", 400),
        (gzip.compress(body), 200),
    ):
        response = device.http.post(
            PREFIX + "/push",
            data=data,
            content_type="application/x-ndjson",
            headers={"Content-Encoding": "gzip"},
        )
        assert response.status_code == status


def test_more_than_500_changes_at_once_are_too_many(device: Device) -> None:
    lines = [finding(device, "panel", seen=True) for _ in range(501)]
    assert device.push(*lines).status_code == 413


def test_an_empty_push_is_answered(device: Device) -> None:
    response = device.push()
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["results"] == []
