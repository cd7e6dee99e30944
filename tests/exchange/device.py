"""A device as the server sees it: numbers its lines, sends them again, pulls with cursors."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sync.codec import canonical
from sync.record import DIGEST_MOD, digest_of_wire
from tests.world import World

PREFIX = "/api/sync/v1"


class PowerCutError(Exception):
    """The server dies here: whatever was not committed is gone, whatever is on the disk stays."""


@dataclass
class Device:
    """One client database of one person."""

    world: World
    person: str
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    device_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    epoch: str = ""
    mid: int = 0
    cursors: dict[str, dict[str, int]] = field(default_factory=dict)
    decided: int = 0
    items: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    @property
    def http(self) -> FlaskClient:
        return self.world.client(self.person)

    def post(self, path: str, said: object) -> TestResponse:
        return self.http.post(PREFIX + path, json=said)

    def hello(self, **more: object) -> TestResponse:
        said = {
            "proto": 1,
            "client_id": self.client_id,
            "device_id": self.device_id,
            "organisation_id": self.world.organisation_of(self.person),
            "app_build": "test",
            "sv": 1,
            "device_now": 1_764_000_000_000,
            "outbox": {"first_mid": self.mid + 1, "last_mid": self.mid, "bytes": 0, "blobs": 0},
            **more,
        }
        response = self.post("/hello", said)
        if response.status_code == 200 and response.json:
            self.epoch = response.json["server_epoch"]
        return response

    def line(
        self, kind: str, id_: str, scope: str, values: Mapping[str, object], **more: object
    ) -> bytes:
        """Return the next numbered line."""
        self.mid += 1
        op = {
            "mid": self.mid,
            "sv": 1,
            "kind": kind,
            "id": id_,
            "scope": scope,
            "at": 1_764_000_000_000 + self.mid,
            "mono": ["s", self.mid],
            "set": values,
            "base": {},
            **more,
        }
        return canonical(op).encode()

    def push(self, *lines: bytes, first: int | None = None, **header: object) -> TestResponse:
        said = {
            "client_id": self.client_id,
            "server_epoch": self.epoch,
            "device_now": 1_764_000_000_000,
            "first_mid": self.mid - len(lines) + 1 if first is None else first,
            "n": len(lines),
            **header,
        }
        body = b"\n".join([json.dumps(said).encode(), *lines]) + b"\n"
        return self.http.post(PREFIX + "/push", data=body, content_type="application/x-ndjson")

    def results(
        self, *lines: bytes, first: int | None = None, **header: object
    ) -> list[tuple[str, str | None]]:
        """Push and return (status, code) of each line."""
        response = self.push(*lines, first=first, **header)
        assert response.status_code == 200, response.text
        assert response.json is not None
        return [(found["status"], found.get("code")) for found in response.json["results"]]

    def watch(self, *scopes: str) -> None:
        for scope in scopes:
            self.cursors[scope] = {"gen": 1, "seq": 0}

    def pull(self, limit: int = 2000) -> dict[str, Any]:
        """Pull once and fold what came."""
        said = {
            "client_id": self.client_id,
            "server_epoch": self.epoch,
            "scopes": self.cursors,
            "decided": self.decided,
            "limit": limit,
        }
        response = self.post("/pull", said)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json or {}
        for scope, page in reply["scopes"].items():
            self.cursors[scope] = {"gen": page["gen"], "seq": page["seq"]}
            for item in page["items"]:
                key = (scope, item["k"], item["id"])
                if "gone" in item:
                    self.items.pop(key, None)
                else:
                    self.items[key] = item
        for decision in reply["decisions"]:
            self.decided = max(self.decided, decision["n"])
        return reply

    def drain(self, limit: int = 2000) -> dict[str, Any]:
        """Pull until there is no more."""
        while True:
            reply = self.pull(limit)
            if not any(page["more"] for page in reply["scopes"].values()):
                return reply

    def fields(self, scope: str, kind: str, id_: str) -> dict[str, Any] | None:
        item = self.items.get((scope, kind, id_))
        return None if item is None else item["f"]

    def is_same(self, school: str) -> bool:
        """Compare the digest of what is held with the server's, at the head, as a tablet does."""
        told = self.http.get(f"{PREFIX}/digest/{school}?seq={self.cursors[school]['seq']}").json
        assert told is not None
        ours = [digest_of_wire(canonical(i)) for (s, _, _), i in self.items.items() if s == school]
        return (told["n"], told["sum"]) == (len(ours), sum(ours) % DIGEST_MOD)
