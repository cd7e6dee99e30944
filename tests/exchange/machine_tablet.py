"""A tablet for the state machine: an outbox, what it fetched, and what stands on its screen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.exchange.device import PREFIX, Device

Mark = tuple[str, int]
Said = tuple[str, str | None]


@dataclass
class Shown:
    """One record as it stands on the screen: where, and who made each value."""

    scope: str
    marks: dict[str, Mark] = field(default_factory=dict)


@dataclass
class Tablet:
    """Forgets no line. ``said`` is what the server answered first: it must answer so again."""

    device: Device
    scopes: tuple[str, ...]
    lines: dict[int, bytes] = field(default_factory=dict)
    ops: dict[int, tuple[str, str, str, dict[str, Any]]] = field(default_factory=dict)
    groups: dict[int, int] = field(default_factory=dict)  # mid → last mid of its group
    said: dict[int, Said] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)  # mids whose answer has reached it
    next_send: int = 1
    acked: int = 0

    @property
    def client_id(self) -> str:
        return self.device.client_id

    # -- the person ------------------------------------------------------------------------------

    def write(self, kind: str, id_: str, scope: str, values: dict[str, Any], **more: Any) -> int:
        line = self.device.line(kind, id_, scope, values, **more)
        self.lines[self.device.mid] = line
        self.ops[self.device.mid] = (kind, id_, scope, values)
        return self.device.mid

    def write_raw(self, raw: bytes) -> int:
        self.device.mid += 1
        self.lines[self.device.mid] = raw
        return self.device.mid

    def screen(self) -> dict[str, Shown]:
        """Return the assets on the screen: what was fetched, and own work over it."""
        shown: dict[str, Shown] = {}
        for (scope, kind, id_), item in sorted(self.device.items.items()):
            if kind == "asset":
                shown[id_] = Shown(scope)
                for _, client, mid, names in item["v"]:
                    shown[id_].marks |= dict.fromkeys(names, (client, mid))
        for mid, (_, id_, scope, values) in self.ops.items():
            if mid <= self.acked or (mid in self.known and self.said[mid][0] == "rejected"):
                continue
            if values.get("deleted") is True:
                shown.pop(id_, None)
            else:
                record = shown.setdefault(id_, Shown(scope))
                record.marks |= dict.fromkeys(values, (self.client_id, mid))
        return shown

    # -- the network -----------------------------------------------------------------------------

    def hello(self) -> None:
        told = self.device.hello().json
        self.next_send = told["last_mid"] + 1

    def push(self, most: int, *, is_lost: bool = False, first: int | None = None) -> bool:
        """Send some of what is owed; return whether anything may be left. A group is never cut."""
        start = self.next_send if first is None else first
        last = min(start + most - 1, self.device.mid)
        while last < self.device.mid and self.groups.get(last, last) > last:
            last += 1
        if last < start:
            return False
        answer = self.device.push(*(self.lines[mid] for mid in range(start, last + 1)), first=start)
        if answer.status_code == 409 and answer.json["slug"] == "epoch":
            self.hello()
            return True
        assert answer.status_code == 200, answer.text
        for result in answer.json["results"]:
            mid, said = result["mid"], (result["status"], result.get("code"))
            assert self.said.setdefault(mid, said) == said, "the same line got another answer"
        self._groups_are_whole()
        assert answer.json["last_mid"] >= last
        if not is_lost:
            self.known |= set(range(start, last + 1))
            self.next_send = max(self.next_send, last + 1)
        return self.next_send <= self.device.mid

    def _groups_are_whole(self) -> None:
        """All of a group or none: one refused member refuses the others, one held holds them."""
        for end in set(self.groups.values()):
            mids = [mid for mid, last in self.groups.items() if last == end and mid in self.said]
            found = {self.said[mid][0] for mid in mids}
            for worse in ("rejected", "held"):
                assert worse not in found or found == {worse}, (mids, found)

    def pull(self, limit: int) -> bool:
        """Fetch a page; return whether there is more to fetch."""
        device = self.device
        said = {
            "client_id": device.client_id, "server_epoch": device.epoch,
            "scopes": device.cursors, "decided": 0, "limit": limit,
        }  # fmt: skip
        answer = device.post("/pull", said)
        if answer.status_code == 409:
            assert answer.json["slug"] == "epoch"
            self.hello()
            return True
        assert answer.status_code == 200, answer.text
        reply = answer.json
        assert (reply["revoked"], set(reply["reset"]) <= set(self.scopes)) == ([], True)
        for scope, page in reply["scopes"].items():
            self._fold(scope, page["items"], page["gen"], page["seq"])
        for scope in reply["reset"]:
            self.bootstrap(scope)
        more = any(page["more"] for page in reply["scopes"].values())
        if not more:
            self.acked = reply["acked_mid"]
        return more or bool(reply["reset"])

    def bootstrap(self, scope: str) -> None:
        data = self.device.http.get(f"{PREFIX}/bootstrap/{scope}").text
        *items, last = (json.loads(line) for line in data.splitlines())
        self.device.items = {k: v for k, v in self.device.items.items() if k[0] != scope}
        self.device.cursors[scope] = {"gen": last["gen"], "seq": 0}
        self._fold(scope, items, last["gen"], last["seq"])

    def _fold(self, scope: str, items: list[dict[str, Any]], gen: int, seq: int) -> None:
        before = self.device.cursors[scope]["seq"]
        for item in items:
            assert before < item["seq"] <= seq, "numbers only grow, and never past the cursor"
            before = item["seq"]
            key = (scope, item["k"], item["id"])
            held = self.device.items.pop(key, None)
            assert held is None or held["seq"] < item["seq"], "a view went back"
            if "gone" not in item:
                self.device.items[key] = item
        self.device.cursors[scope] = {"gen": gen, "seq": seq}

    def drain(self) -> None:
        for _ in range(200):
            if not self.push(500):
                break
        else:
            raise AssertionError("the outbox did not drain")
        for _ in range(200):
            if not self.pull(50):
                return
        raise AssertionError("the fetching did not end")
