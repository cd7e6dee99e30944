"""A device on the wire: keeps its lines on the disk, sends, fetches, and writes down what it saw.

It follows sync/README.md and shares no code with either engine, so that it can catch both.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.calls import PREFIX, Answer, Caller, LostError
from tests.faults.disk import Disk, Kept
from tests.faults.history import History
from tests.faults.truth import Mark, item_hash

BATCH = 50
PAGE = 200
CHUNK = 16 * 1024
STATUSES = frozenset({"applied", "merged", "rejected", "held"})


class RefusedError(Exception):
    """The server answered, and did not do it: try later."""


@dataclass(frozen=True)
class Who:
    """Whose device it is, and what must never be shown to it."""

    name: str
    organisation: str
    token: str
    canary: str
    foreign: tuple[bytes, ...]


@dataclass
class View:
    """The confirmed rows of each scope, and how far each is fetched."""

    rows: dict[str, dict[tuple[str, str], dict[str, Any]]] = field(default_factory=dict)
    cursors: dict[str, dict[str, int]] = field(default_factory=dict)
    acked_mid: int = 0
    decided: int = 0

    def fold(self, reply: dict[str, Any]) -> None:
        for scope, page in reply["scopes"].items():
            rows = self.rows.setdefault(scope, {})
            for item in page["items"]:
                if "gone" in item:
                    rows.pop((item["k"], item["id"]), None)
                else:
                    rows[item["k"], item["id"]] = item
            self.cursors[scope] = {"gen": page["gen"], "seq": page["seq"]}
        self.acked_mid = reply["acked_mid"]
        self.decided = max([self.decided, *(one["n"] for one in reply["decisions"])])
        for scope in (*reply["revoked"], *reply["reset"]):
            self.rows.pop(scope, None)
            self.cursors.pop(scope, None)


class WireDevice:
    """One client database of one person."""

    def __init__(
        self, folder: Path, who: Who, caller: Caller, history: History, rng: Random
    ) -> None:
        self.who = who
        self.caller = caller
        self.history = history
        self.rng = rng
        self.folder = folder
        self.skew_ms = 0
        self.disk = Disk(folder, str(uuid.UUID(int=rng.getrandbits(128), version=4)))
        self.device_id = str(uuid.uuid5(uuid.NAMESPACE_URL, self.disk.client_id))
        self.epoch = self.disk.epoch
        self.revoked = False
        self.view = View()
        self._greeted = False
        self._own: dict[tuple[str, str, str], tuple[Mark, Any]] = {}
        for mid in sorted(self.disk.ops):
            self._remember(self.disk.ops[mid])

    def reopen(self) -> None:
        """Be killed and started again: only what is on the disk is left."""
        self.disk.close()
        self.disk = Disk(self.folder, "")
        self.epoch, self.view = self.disk.epoch, View()
        self._greeted, self._own = False, {}
        for mid in sorted(self.disk.ops):
            self._remember(self.disk.ops[mid])

    @property
    def client_id(self) -> str:
        return self.disk.client_id

    def now(self) -> int:
        return time.time_ns() // 1_000_000 + self.skew_ms

    # --- editing -------------------------------------------------------------------------------

    def shown(self, kind: str, id_: str, name: str) -> Mark | None:
        """Return the mark of the value on the screen: one's own unsent edits included."""
        mine = self._own.get((kind, id_, name))
        if mine is not None and mine[0][1] > self.view.acked_mid:
            return mine[0]
        for rows in self.view.rows.values():
            item = rows.get((kind, id_))
            for _at, client, mid, names in item["v"] if item else ():
                if name in names:
                    return (client, mid)
        return mine[0] if mine is not None else None

    def edit(self, kind: str, id_: str, scope: str, values: dict[str, Any]) -> None:
        """Save one edit; it is called made when its line is on the disk, not before."""
        bases = {name: self.shown(kind, id_, name) for name in values}
        op: dict[str, Any] = {
            "mid": self.disk.last_mid + 1,
            "sv": 1,
            "kind": kind,
            "id": id_,
            "scope": scope,
            "at": self.now(),
            "mono": ["lab", time.monotonic_ns() // 1_000_000],
            "set": values,
            "base": {name: list(base) for name, base in bases.items() if base},
        }
        raw = json.dumps(op, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        kept = Kept(op["mid"], raw)
        self.disk.save(kept)
        self._remember(kept)
        self.history.note(
            "made", client=self.client_id, mid=kept.mid, sha=hashlib.sha256(raw).hexdigest(),
            kind=kind, id=id_, scope=scope, set=values, organisation=self.who.organisation,
        )  # fmt: skip

    def _remember(self, kept: Kept) -> None:
        op = kept.op
        for name, value in op["set"].items():
            self._own[op["kind"], op["id"], name] = ((self.client_id, kept.mid), value)

    # --- talking -------------------------------------------------------------------------------

    def sync(self) -> None:
        """Send all that waits, then fetch all. Raises LostError or RefusedError when it cannot."""
        if not self._greeted or self.revoked:
            self._hello()
        while waiting := self.disk.waiting()[:BATCH]:
            self._push(waiting)
        for sha256, state in list(self.disk.photos.items()):
            if state != "stored":
                self._upload(sha256)
        if not self.revoked:
            self.pull_all()

    @property
    def is_empty(self) -> bool:
        return not self.disk.waiting() and "partial" not in self.disk.photos.values()

    def _hello(self) -> None:
        waiting = self.disk.waiting()
        said = {
            "proto": 1, "client_id": self.client_id, "device_id": self.device_id,
            "organisation_id": self.who.organisation, "app_build": "lab", "sv": 1,
            "device_now": self.now(),
            "outbox": {
                "first_mid": waiting[0].mid if waiting else self.disk.last_mid + 1,
                "last_mid": self.disk.last_mid, "bytes": 0, "blobs": 0,
            },
        }  # fmt: skip
        told = self._ask("POST", "/hello", json.dumps(said).encode()).json
        if self.epoch and told["server_epoch"] != self.epoch:
            self.disk.forget_answers(told["last_mid"])
            self.view = View()
        if self.epoch != told["server_epoch"]:
            self.epoch = told["server_epoch"]
            self.disk.save_epoch(self.epoch)
        self.revoked = told["state"] == "revoked"
        if self.revoked:
            self.view = View()
        mine = {one["id"]: one["gen"] for one in told["scopes"]}
        for scope in set(self.view.cursors) - set(mine):
            del self.view.cursors[scope]
            self.view.rows.pop(scope, None)
        for scope, gen in mine.items():
            self.view.cursors.setdefault(scope, {"gen": gen, "seq": 0})
        self._greeted = True

    def _push(self, batch: list[Kept]) -> None:
        header = {
            "client_id": self.client_id, "server_epoch": self.epoch, "device_now": self.now(),
            "first_mid": batch[0].mid, "n": len(batch),
        }  # fmt: skip
        body = b"\n".join([json.dumps(header).encode(), *(kept.raw for kept in batch)]) + b"\n"
        told = self._ask("POST", "/push", body, "application/x-ndjson").json
        results = [(one["mid"], one["status"], one.get("code")) for one in told["results"]]
        expected = [kept.mid for kept in batch]
        known = all(status in STATUSES for _, status, _ in results)
        if [mid for mid, _, _ in results] != expected or not known:
            raise LostError("not what was asked")
        for mid, status, code in results:
            self.disk.save_answer(mid, status, code)
            self.history.note("acked", client=self.client_id, mid=mid, status=status, code=code)

    def _upload(self, sha256: str) -> None:
        data = self.disk.photo(sha256)
        said = {"sha256": sha256, "size": len(data), "mime": "image/jpeg"}
        told = self._ask("POST", "/blobs", json.dumps(said).encode()).json
        offset = told["offset"]
        while told["state"] != "stored":
            if offset < len(data):
                done = self._ask(
                    "PATCH", f"/blobs/{sha256}", data[offset : offset + CHUNK],
                    "application/offset+octet-stream", Upload_Offset=str(offset),
                )  # fmt: skip
                offset = int(done.headers["upload-offset"])
            if offset >= len(data):
                told = self._ask("POST", "/blobs", json.dumps(said).encode()).json
                offset = told["offset"]
        self.disk.photo_stored(sha256)
        self.history.note(
            "stored", client=self.client_id, organisation=self.who.organisation, sha256=sha256
        )

    def pull_all(self) -> None:
        while self._pull():
            pass

    def _pull(self) -> bool:
        started = time.time_ns() // 1_000_000
        said = {
            "client_id": self.client_id, "server_epoch": self.epoch, "limit": PAGE,
            "scopes": self.view.cursors, "decided": self.view.decided,
        }  # fmt: skip
        told = self._ask("POST", "/pull", json.dumps(said).encode()).json
        asked, pages = self.view.cursors, told["scopes"]
        self.history.note(
            "pulled", client=self.client_id, acked_mid=told["acked_mid"], started=started,
            heads={scope: page["head"] for scope, page in pages.items()},
            cursors={scope: (asked[scope]["seq"], page["seq"]) for scope, page in pages.items()},
        )  # fmt: skip
        self.view.fold(told)
        if told["reset"] or told["added"] or told["revoked"]:
            self._greeted = False
            self._hello()
            return bool(self.view.cursors)
        return any(page["more"] for page in told["scopes"].values())

    def _ask(
        self, method: str, path: str, body: bytes, mimetype: str = "application/json", **more: str
    ) -> Answer:
        try:
            answer = self.caller.ask(method, PREFIX + path, body, mimetype, **more)
        except LostError as lost:
            self._note_ask(path, "info", 0, str(lost))
            raise
        if any(mark in answer.body for mark in self.who.foreign):
            self.history.note("foreign", client=self.client_id, path=path)
        if answer.status in {200, 204}:
            self._note_ask(path, "ok", answer.status)
            return answer
        outcome = "info" if answer.status >= 500 else "fail"
        self._note_ask(path, outcome, answer.status, retry_after="retry-after" in answer.headers)
        self._heed(answer)
        raise RefusedError(f"{path}: {answer.status} {answer.body[:80]!r}")

    def _heed(self, answer: Answer) -> None:
        """Greet anew when the server says that it is another, or that we are somebody else."""
        if answer.status in {401, 403, 404, 409}:
            self._greeted = False

    def _note_ask(
        self, path: str, outcome: str, status: int, why: str = "", *, retry_after: bool = False
    ) -> None:
        self.history.note(
            "asked", client=self.client_id, path=path[:12], outcome=outcome, status=status,
            retry_after=retry_after, why=why,
        )  # fmt: skip

    # --- telling -------------------------------------------------------------------------------

    def tell_view(self) -> None:
        """Write down what this device holds and what it would say of itself."""
        for scope, rows in self.view.rows.items():
            items = {f"{kind}:{id_}": item_hash(item) for (kind, id_), item in rows.items()}
            self.history.note("view", client=self.client_id, scope=scope, items=items)
        mids = [kept.mid for kept in self.disk.waiting()]
        self.history.note("left", client=self.client_id, mids=mids)
        self.history.note("says", client=self.client_id, all_on_server=self.is_empty)
