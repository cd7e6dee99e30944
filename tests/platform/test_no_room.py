"""A disk that is full or away: the sender is told to come back, and a job waits for it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.core.blobs import FolderBlobs
from server.core.database import db
from server.core.jobs import Job
from server.core.queue import NotYetError, enqueue
from server.core.runner import MAX_TRIES, JobFunction, run_job
from server.core.unit import unit_of_work
from tests.exchange.device import PREFIX, Device
from tests.world import World

SHA = "a" * 64


def no_room(*_args: object, **_named: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def gone(*_args: object, **_named: object) -> NoReturn:
    raise OSError(errno.ESTALE, "Stale file handle")


def cannot_commit(*_args: object) -> NoReturn:
    raise OperationalError("COMMIT", {}, Exception("database or disk is full"))


@pytest.mark.parametrize(
    ("fault", "answered", "slug"),
    [(no_room, (507, "30"), "no_room"), (gone, (503, "10"), "unavailable")],
)
def test_a_photo_that_meets_a_bad_disk_is_told_to_come_again(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[..., NoReturn],
    answered: tuple[int, str],
    slug: str,
) -> None:
    """With Retry-After, and not 500: it is no fault of what was sent."""
    monkeypatch.setattr(FolderBlobs, "append", fault)
    answer = sent(world)
    assert (answer.status_code, answer.headers["Retry-After"]) == answered
    assert answer.json is not None
    assert answer.json["slug"] == slug


def sent(world: World) -> TestResponse:
    """Announce a photo and send its bytes."""
    device = Device(world, "technician")
    device.hello()
    device.post("/blobs", {"sha256": SHA, "size": 4, "mime": "image/jpeg"})
    return device.http.patch(
        f"{PREFIX}/blobs/{SHA}", data=b"four", headers={"Upload-Offset": "0"},
        content_type="application/offset+octet-stream",
    )  # fmt: skip


def test_a_commit_that_fails_is_said_to_be_worth_another_try(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request's own commit comes after every error handler: a full disk there was a 500."""
    device = Device(world, "technician")
    device.hello()
    said = {"sha256": SHA, "size": 4, "mime": "image/jpeg"}
    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", cannot_commit)
        answer = device.post("/blobs", said)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json is not None
    assert answer.json["slug"] == "unavailable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = device.post("/blobs", said)
    assert again.json is not None
    assert (again.json["state"], again.json["offset"]) == ("partial", 0)


def test_a_refusal_stays_one_when_its_connection_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rollback comes after every error handler too, and fails on a session that was ended."""
    device = Device(world, "technician")
    device.hello()
    roll_back, calls = Session.rollback, []

    def lost_at_the_end(session: Session) -> None:
        calls.append(session)
        if len(calls) > 1:  # the first ends the reading of who asks
            cannot_commit()
        roll_back(session)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "rollback", lost_at_the_end)
        answer = device.post("/blobs", {"sha256": SHA, "size": 0, "mime": "image/jpeg"})
    assert (answer.status_code, len(calls)) == (422, 2)
    again = device.post("/blobs", {"sha256": SHA, "size": 4, "mime": "image/jpeg"})
    assert again.status_code == 200


def test_what_a_failed_commit_did_not_keep_is_not_handed_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that is in no database must not be in a cookie either."""
    code = world.client("technician").post("/api/sign-in-codes", json={}).json
    assert code is not None
    stranger = world.app.test_client()
    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", cannot_commit)
        answer = stranger.post(
            "/api/sign-in", json={"code": code["code"]}, headers={"X-Walkround": "1"}
        )
    assert answer.status_code in {500, 503}
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("fault", [no_room, gone])
def test_a_job_that_meets_a_bad_disk_waits_for_it_however_often(
    app: Flask, world: World, fault: JobFunction
) -> None:
    organisation = world.organisations["north"]
    with unit_of_work(organisation, app):
        job_id = enqueue("audits.photo_check", {"sha256": SHA})

    for _ in range(MAX_TRIES + 2):
        assert run_job(app, organisation, job_id, lambda _name: fault) == "queued"
    assert run_job(app, organisation, job_id, lambda _name: lambda _job, **_: None) == "done"
    with unit_of_work(organisation, app):
        assert db.session.scalar(select(Job.state).where(Job.id == job_id)) == "done"


def test_a_job_whose_need_is_not_here_yet_is_tried_again_and_then_fails(
    app: Flask, world: World
) -> None:
    organisation = world.organisations["north"]
    with unit_of_work(organisation, app):
        job_id = enqueue("audits.photo_check", {"sha256": SHA})

    def early(*_args: object, **_named: object) -> NoReturn:
        raise NotYetError("not here")

    states = [run_job(app, organisation, job_id, lambda _name: early) for _ in range(MAX_TRIES)]
    assert states == ["queued"] * (MAX_TRIES - 1) + ["failed"]
