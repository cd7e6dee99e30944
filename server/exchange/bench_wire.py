"""The bench's client: one connection that speaks the protocol, and changes of the usual size."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass

from flask import Flask
from isal import isal_zlib

from server.accounts.services.people import add_user, create_organisation, grant_membership
from server.accounts.services.tokens import make_token
from server.core.clock import new_id
from server.core.unit import unit_of_work
from server.exchange.commit import Change, commit_changes, create_scope
from sync.codec import JsonValue, canonical

PREFIX = "/api/sync/v1"
BYTES = 566  # of a record's values, as the peers were measured with
CURSOR = re.compile(rb'"seq":(\d+),"head":\d+,"more":(true|false)')


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bench writes, and as whom."""

    organisation_id: str
    school_id: str
    room_id: str
    type_id: str
    token: str


def prepare(app: Flask) -> Place:
    """Make an organisation with one school, one room, one type and one consultant."""
    school_id, room_id, type_id = (str(uuid.uuid4()) for _ in range(3))
    with unit_of_work(None, app):
        organisation_id = create_organisation("Bench", "consultancy")
        user_id = add_user("Bench", "bench@example.invalid")
    with unit_of_work(organisation_id, app):
        create_scope("school", school_id)
        grant_membership(user_id, "consultant", "organisation", organisation_id)
        token = make_token(user_id, "bench")
        kind_of: dict[str, JsonValue] = {
            "key": "bench", "name": "Laptop", "category": "user_devices", "counts_as": "asset",
            "life_years": 5, "red_years": 7, "criticality": 500, "critical": False,
            "critical_service": False, "required": [], "faults": [],
        }  # fmt: skip
        results = commit_changes(
            [
                Change("asset_type", type_id, organisation_id, kind_of),
                Change("school", school_id, school_id, {"name": "Bench School"}),
                Change("room", room_id, school_id, {"name": "Room 1"}),
            ],
            origin=str(uuid.uuid4()),
            actor_id=None,
            grants=None,
        )
        assert all(result.status == "applied" for result in results), results
    return Place(organisation_id, school_id, room_id, type_id, token)


def make_lines(place: Place, first: int, count: int) -> list[bytes]:
    """Return numbered creations of assets: 20 fields, 566 bytes of values, ids as devices mint."""
    return [_line(place, mid) for mid in range(first, first + count)]


def _line(place: Place, mid: int) -> bytes:
    values = {
        "asset_type_id": place.type_id, "room_id": place.room_id, "name": f"Laptop {mid}",
        "serial": f"SN{mid:08}", "mdm_id": f"mdm-{mid}", "mac": "02:00:00:00:00:01",
        "life_state": "in_use", "allocation": "in_room", "bought_on": "2021-09-01",
        "warranty_end_on": "2024-08-31", "os": "windows", "os_version": "10.0.19045",
        "os_edition": "E", "can_upgrade": True, "ram_gb": 8, "storage_gb": 256,
        "cpu": "i5-8250U", "managed": True, "encrypted": True, "pat_due_on": "2027-01-01",
    }  # fmt: skip
    values["name"] = str(values["name"]).ljust(len(str(values["name"])) + BYTES - _size(values))
    op = {
        "mid": mid, "sv": 1, "kind": "asset", "id": new_id(), "scope": place.school_id,
        "at": 1_764_000_000_000 + mid, "mono": ["bench", mid], "set": values, "base": {},
    }  # fmt: skip
    return canonical(op).encode()


def _size(values: object) -> int:
    return len(canonical(values).encode())


class Wire:
    """One client database and its connection."""

    def __init__(self, port: int, place: Place) -> None:
        self.place = place
        self.client_id = str(uuid.uuid4())
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.epoch = ""
        self.received = 0  # bytes of answers, as they travelled

    def hello(self) -> None:
        said = {
            "proto": 1, "client_id": self.client_id, "device_id": str(uuid.uuid4()),
            "organisation_id": self.place.organisation_id, "app_build": "bench", "sv": 1,
            "device_now": time.time_ns() // 1_000_000,
        }  # fmt: skip
        answer = self._ask("/hello", canonical(said).encode(), "application/json")
        self.epoch = json.loads(answer)["server_epoch"]

    def packed(self, first: int, lines: list[bytes]) -> bytes:
        """Return a push as it travels, made before the clock starts."""
        header = {
            "client_id": self.client_id, "server_epoch": self.epoch,
            "device_now": time.time_ns() // 1_000_000, "first_mid": first, "n": len(lines),
        }  # fmt: skip
        return gzip.compress(b"\n".join([canonical(header).encode(), *lines]) + b"\n", 6)

    def send(self, body: bytes) -> bytes:
        return self._ask("/push", body, "application/x-ndjson", zipped=True)

    @staticmethod
    def must_be_applied(answer: bytes) -> None:
        """Insist that every change of a push was applied."""
        if any(result["status"] != "applied" for result in json.loads(answer)["results"]):
            raise RuntimeError("a change of the bench was not applied")

    def pull(self, scopes: dict[str, dict[str, int]], limit: int) -> bytes:
        said = {
            "client_id": self.client_id, "server_epoch": self.epoch, "scopes": scopes,
            "decided": 0, "limit": limit,
        }  # fmt: skip
        return self._ask("/pull", canonical(said).encode(), "application/json")

    @staticmethod
    def cursor_of(page: bytes) -> tuple[int, bool]:
        """Return where the one scope of an answer stands: read from its end, not from its items."""
        found = CURSOR.search(page, page.rindex(b'"seq":'))
        assert found is not None
        return int(found[1]), found[2] == b"true"

    @staticmethod
    def items_of(page: bytes, scope_id: str) -> int:
        return len(json.loads(page)["scopes"][scope_id]["items"])

    def _ask(self, path: str, body: bytes, mimetype: str, *, zipped: bool = False) -> bytes:
        headers = {
            "Authorization": f"Bearer {self.place.token}",
            "Content-Type": mimetype,
            "Accept-Encoding": "gzip",
        }
        if zipped:
            headers["Content-Encoding"] = "gzip"
        self.connection.request("POST", PREFIX + path, body, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        self.received += len(data)
        if answer.headers.get("Content-Encoding") == "gzip":
            data = isal_zlib.decompress(data, 31)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {data[:300]!r}")
        return data

    @staticmethod
    def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
        """Return when the server answers. Raises RuntimeError when it dies or takes too long."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            finally:
                connection.close()
        raise RuntimeError("the web server did not start")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
