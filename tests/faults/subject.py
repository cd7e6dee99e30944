"""The server in a process that does one thing when told, so that it can die at any step of it.

``python -m tests.faults.subject DATA`` reads lines "THING SEED" and forks for each: the child says
"ready" with its id, waits for a line, does the thing and tells each acknowledgement as JSON.
Whoever started it kills the child, makes its system calls fail, or cuts the power under it, and
then asks the database what is left. It talks over a socket: write(2) is the request's alone.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import socket
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from server.app import create_app
from server.core.database import db
from server.estate.reference import asset_type_id
from server.settings import Settings
from tests.world import token_of, world_id

PREFIX = "/api/sync/v1"
PERSON, ORGANISATION, SCHOOL = "consultant", "north", "alder"
AT = 1_764_000_000_000


def settings_of(data: Path) -> Settings:
    return Settings(
        data=data, port=8000, database_url=f"sqlite:///{data}/walkround.db",
        owner_url=f"sqlite:///{data}/walkround.db", redis_url="", blobs=data / "blobs",
        secret_key="only-for-tests-" + "0" * 32, testing=False,
    )  # fmt: skip


class Subject:
    """One device whose every step is printed once it is acknowledged."""

    def __init__(self, app: Flask, seed: int, first: int) -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(PERSON)}"
        self.client.environ_base["HTTP_X_WALKROUND"] = "1"
        self.rng = Random(seed)
        self.organisation = world_id("organisation", ORGANISATION)
        self.client_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"subject:{seed}"))
        self.mid = first - 1
        self.epoch = ""

    def hello(self) -> None:
        said = {
            "proto": 1, "client_id": self.client_id, "device_id": self.client_id, "sv": 1,
            "organisation_id": self.organisation, "app_build": "lab", "device_now": AT,
            "outbox": {"first_mid": 1, "last_mid": 0, "bytes": 0, "blobs": 0},
        }  # fmt: skip
        answer = self.client.post(f"{PREFIX}/hello", json=said)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        self.epoch = answer.json["server_epoch"]

    def push(self, count: int) -> int:
        lines = [self._line() for _ in range(count)]
        header = {
            "client_id": self.client_id, "server_epoch": self.epoch, "device_now": AT,
            "first_mid": self.mid - count + 1, "n": count,
        }  # fmt: skip
        for line in lines:
            tell("made", mid=json.loads(line)["mid"], sha=hashlib.sha256(line).hexdigest())
        body = gzip.compress(b"\n".join([json.dumps(header).encode(), *lines]) + b"\n", 1)
        answer = self.client.post(
            f"{PREFIX}/push", data=body, content_type="application/x-ndjson",
            headers={"Content-Encoding": "gzip"},
        )  # fmt: skip
        if answer.status_code == 200 and answer.json is not None:
            for result in answer.json["results"]:
                told = {name: result.get(name) for name in ("mid", "status", "code")}
                tell("acked", **told)
        return answer.status_code

    def _line(self) -> bytes:
        self.mid += 1
        values = {
            "asset_type_id": asset_type_id(self.organisation, "laptop_pupil"),
            "room_id": world_id("room", f"{SCHOOL}.room1"),
            "serial": f"S{self.rng.getrandbits(60)}",
        }
        op = {
            "mid": self.mid, "sv": 1, "kind": "asset", "at": AT + self.mid,
            "id": str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
            "scope": world_id("school", SCHOOL), "mono": ["lab", self.mid], "set": values,
            "base": {},
        }  # fmt: skip
        return json.dumps(op, sort_keys=True, separators=(",", ":")).encode()

    def upload(self, size: int) -> int:
        data = self.rng.randbytes(size)
        sha256 = hashlib.sha256(data).hexdigest()
        said = {"sha256": sha256, "size": size, "mime": "image/jpeg"}
        begun = self.client.post(f"{PREFIX}/blobs", json=said)
        if begun.status_code != 200:
            return begun.status_code
        half = size // 2
        for offset, chunk in ((0, data[:half]), (half, data[half:])):
            answer = self.client.patch(
                f"{PREFIX}/blobs/{sha256}", data=chunk, headers={"Upload-Offset": str(offset)},
                content_type="application/offset+octet-stream",
            )  # fmt: skip
            if answer.status_code != 204:
                return answer.status_code
        tell("stored", sha256=sha256)
        return 200


_talk = socket.socket(fileno=os.dup(1)) if __name__ == "__main__" else None


def tell(what: str, **facts: Any) -> None:
    """Say one line at once: what was said before a death stays said."""
    assert _talk is not None
    _talk.sendall((json.dumps({"e": what, **facts}) + "\n").encode())


def hear() -> str:
    """Read one line and not a byte more: the next may be for another process."""
    said = b""
    while not said.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        said += byte
    return said.decode().strip()


def push_some(subject: Subject) -> int:
    subject.hello()
    return subject.push(20)


def upload_one(subject: Subject) -> int:
    return subject.upload(60_000)


def push_and_upload(subject: Subject) -> int:
    subject.hello()
    statuses = [subject.push(3), subject.upload(20_000), subject.push(2)]
    return max(statuses)


def keep_pushing(subject: Subject) -> int:
    """Work until the power goes."""
    subject.hello()
    while True:
        subject.push(subject.rng.randrange(1, 6))
        if subject.rng.random() < 0.1:
            subject.upload(subject.rng.randrange(1000, 40_000))


THINGS: dict[str, Callable[[Subject], int]] = {
    one.__name__: one for one in (push_some, upload_one, push_and_upload, keep_pushing)
}


def weaken(app: Flask) -> None:
    """Undo the product's setting: the lab must see that this loses acknowledged work."""
    with app.app_context():

        @event.listens_for(db.engine, "connect")
        def forget(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=NORMAL")


def main(data: Path, *, weak: bool) -> None:
    """Load everything once, then do each thing in a child of its own."""
    app = create_app(settings_of(data))
    if weak:
        weaken(app)
    warm = Subject(app, 0, 1)
    warm.client.get("/healthz")
    warm.client.post(f"{PREFIX}/pull", json={})
    tell("warm")
    while said := hear():
        thing, seed = said.split()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()  # a connection must not be shared with a child
        child = os.fork()
        if child == 0:
            tell("ready", pid=os.getpid())
            hear()
            tell("done", status=THINGS[thing](Subject(app, int(seed), 1)))
            os._exit(0)
        tell("ended", how=os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), weak="weak" in sys.argv[2:])
