"""A tablet's export: taken as if the tablet had sent it, once, whole or not at all, by who may."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from server.core.database import db
from server.core.unit import unit_of_work
from server.run.imports import unsent as at_the_shell
from sync.ids import natural_id
from tests.exchange.device import PREFIX, Device
from tests.world import World

PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 40
SHA = hashlib.sha256(PICTURE).hexdigest()


def notes(device: Device, *values: str, **more: Any) -> list[bytes]:
    """Return new findings' lines, one for each value."""
    world = device.world
    visit, asset = world.visits["alder"], world.assets["alder.panel"]
    id_ = natural_id("finding", world.organisations["north"], visit, "asset", asset)
    key = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset}
    return [device.line("finding", id_, visit, {**key, "note": value}, **more) for value in values]


def export(device: Device, lines: list[bytes], **header: Any) -> dict[str, bytes]:
    said = {
        "client_id": device.client_id,
        "user_id": None,
        "organisation_id": device.world.organisation_of(device.person),
        "server_epoch": device.epoch,
        "device_now": 1_764_000_000_000,
        "first_mid": device.mid - len(lines) + 1,
        "n": len(lines),
        **header,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return {"changes.ndjson": b"\n".join([json.dumps(said).encode(), *lines, b""])}


def zipped(entries: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def hand_in(world: World, person: str, data: bytes) -> TestResponse:
    return world.client(person).post(
        f"{PREFIX}/unsent", data=data, content_type="application/octet-stream"
    )


def ledger(world: World) -> list[tuple[str, int, str]]:
    with unit_of_work(world.organisations["north"], world.app):
        rows = db.session.execute(
            text(
                "SELECT client_id, mid, status FROM sync_op"
                " WHERE client_id NOT LIKE 'server:%' ORDER BY mid"
            )
        )
        return [(str(client), mid, status) for client, mid, status in rows]


def test_an_export_is_taken_under_its_own_client_and_numbers_and_only_once(device: Device) -> None:
    lines = notes(device, "Hinge broken")
    data = zipped({**export(device, lines), f"photos/{SHA}.jpg": PICTURE})
    for _ in range(2):
        response = hand_in(device.world, "technician", data)
        assert response.status_code == 200, response.text
        assert response.json is not None
        assert response.json["outcomes"] == {"applied": 1}
        assert response.json["photos"] == 1
    assert ledger(device.world) == [(device.client_id, 1, "applied")]
    upload = {"sha256": SHA, "size": len(PICTURE), "mime": "image/jpeg"}
    assert device.post("/blobs", upload).json["state"] == "stored"
    # The tablet comes back to life and sends the same: it gets the stored results, and goes on.
    assert device.results(*lines, first=1) == [("applied", None)]
    assert device.results(*notes(device, "And the lid"))[0][0] in ("applied", "merged")


def test_a_group_is_not_split_and_many_changes_are_sent_in_parts(device: Device) -> None:
    lines = notes(device, *[f"{n}" for n in range(499)])
    lines += notes(device, "a", "b", txn={"id": str(uuid.uuid4()), "n": 2})
    response = hand_in(device.world, "technician", zipped(export(device, lines)))
    assert response.json is not None
    assert response.json["changes"] == 501
    assert len(ledger(device.world)) == 501
    assert not any(status == "rejected" for _, _, status in ledger(device.world))


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("trust_it", 200),
        ("consultant", 403),
        ("school_it", 403),
        ("leader", 403),
        ("operator", 403),
        ("other_trust_it", 404),
    ],
)
def test_who_may_hand_in_what_a_technician_exported(
    device: Device, person: str, status: int
) -> None:
    data = zipped(export(device, notes(device, "Hinge broken")))
    assert hand_in(device.world, person, data).status_code == status
    assert len(ledger(device.world)) == (1 if status == 200 else 0)


def test_a_made_up_file_cannot_reach_further_than_whoever_hands_it_in(world: World) -> None:
    for person, status in (("trust_only_it", "held"), ("consultant", "merged")):
        made_up = Device(world, "consultant")
        made_up.hello()
        asset, school = world.assets["cedar.panel"], world.schools["cedar"]
        line = made_up.line("asset", asset, school, {"name": person})
        response = hand_in(world, person, zipped(export(made_up, [line])))
        assert response.json is not None
        assert response.json["outcomes"] == {status: 1}


def test_a_tablet_the_server_never_heard_of_is_the_named_persons(world: World) -> None:
    device = Device(world, "technician")
    lines = notes(device, "Hinge broken")
    nobody = zipped(export(device, lines))
    assert hand_in(world, "technician", nobody).status_code == 404
    named = zipped(export(device, lines, user_id=world.people["technician"]))
    assert hand_in(world, "technician", named).status_code == 200
    other = Device(world, "technician")
    stranger = export(other, notes(other, "x"), user_id=world.people["other_technician"])
    assert hand_in(world, "trust_it", zipped(stranger)).status_code == 404


def test_changes_before_those_of_the_file_must_be_here(device: Device) -> None:
    notes(device, "never sent")
    lines = notes(device, "Hinge broken")
    response = hand_in(device.world, "technician", zipped(export(device, lines)))
    assert (response.status_code, response.json and response.json["slug"]) == (409, "gap")
    assert ledger(device.world) == []


def bomb() -> bytes:
    return zipped({"changes.ndjson": bytes(65 * 1024 * 1024)}, zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize(
    ("spoil", "slug"),
    [
        (lambda good: good | {"../../etc/passwd": b"x"}, "bad_request"),
        (lambda good: good | {f"photos/../{SHA}.jpg": PICTURE}, "bad_request"),
        (lambda good: good | {f"photos/{SHA}.jpg": PICTURE[:-1]}, "bad_request"),
        (lambda good: {f"photos/{SHA}.jpg": PICTURE}, "bad_request"),
        (lambda good: {"changes.ndjson": good["changes.ndjson"][:-9]}, "bad_request"),
        (lambda good: {"changes.ndjson": b""}, "bad_request"),
        (lambda good: {"changes.ndjson": b"[]\n"}, "bad_request"),
    ],
    ids=["traversal", "odd-name", "wrong-hash", "no-changes", "cut-lines", "empty", "not-a-header"],
)
def test_a_spoiled_file_is_refused_and_nothing_is_taken(
    device: Device, spoil: Callable[[dict[str, bytes]], dict[str, bytes]], slug: str
) -> None:
    entries = spoil(export(device, notes(device, "Hinge broken")))
    response = hand_in(device.world, "technician", zipped(entries))
    assert response.status_code == 400, response.text
    assert response.json is not None
    assert response.json["slug"] == slug
    assert ledger(device.world) == []


@pytest.mark.parametrize("keep", [0, 1, 30, 400, -1, -30])
def test_a_cut_zip_is_refused(device: Device, keep: int) -> None:
    whole = zipped({**export(device, notes(device, "x")), f"photos/{SHA}.jpg": PICTURE})
    assert hand_in(device.world, "technician", whole[:keep]).status_code == 400
    assert ledger(device.world) == []


def test_damaged_bytes_inside_the_zip_are_noticed(device: Device) -> None:
    whole = bytearray(zipped({**export(device, notes(device, "x")), f"photos/{SHA}.jpg": PICTURE}))
    whole[whole.index(PICTURE) + 5000] ^= 0xFF
    assert hand_in(device.world, "technician", bytes(whole)).status_code == 400
    assert ledger(device.world) == []


def test_a_zip_bomb_is_too_large_before_it_is_unpacked(device: Device) -> None:
    assert hand_in(device.world, "technician", bomb()).status_code == 413


def test_the_operator_takes_it_at_the_shell(
    device: Device, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "unsent.zip"
    file.write_bytes(zipped({**export(device, notes(device, "x")), f"photos/{SHA}.jpg": PICTURE}))
    for _ in range(2):
        assert at_the_shell(device.world.app, file, None) == 0
        assert capsys.readouterr().out == "1 changes: 1 applied. 1 photos.\n"
    assert ledger(device.world) == [(device.client_id, 1, "applied")]
