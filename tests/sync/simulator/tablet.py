"""A simulated tablet: a durable disk (outbox, sent, base, cursors), and edits of what it shows."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, field
from typing import Any

from sync.codec import canonical
from sync.ids import natural_id
from sync.pull import Page
from sync.record import DIGEST_MOD, Mark, digest_of_wire
from tests.sync.simulator.kinds import ORGANISATION

Message = dict[str, Any]
DAY = 86_400_000
BATCH = 6
PAGE = 3


@dataclass
class Tablet:
    """One client. Everything here but ``form`` survives a crash."""

    id: str
    user: str
    rng: random.Random
    clock_off: int
    visit: str
    outbox: dict[int, bytes] = field(default_factory=dict)
    sent: dict[int, tuple[bytes, str]] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    next_mid: int = 1
    base: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    cursors: dict[str, tuple[int, int]] = field(default_factory=dict)
    staging: dict[str, tuple[int, int]] | None = None
    incoming: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    acked: int = 0
    decided: int = 0
    settled: set[int] = field(default_factory=set)
    poisons: set[int] = field(default_factory=set)
    boots: set[str] = field(default_factory=set)  # scopes to be fetched whole
    form: dict[str, Mark] | None = None  # what a form was opened with: it may go stale
    form_key: tuple[str, str, str] | None = None

    # -- what the person sees --------------------------------------------------------------------

    def shown(self) -> dict[tuple[str, str], tuple[str, dict[str, Mark]]]:
        """Return the records on the screen: (kind, id) to scope and the mark of each value."""
        found: dict[tuple[str, str], tuple[str, dict[str, Mark]]] = {}
        for (scope, kind, id_), item in self.base.items():
            marks = {n: (c, m) for _, c, m, names in item["v"] for n in names}
            found[(kind, id_)] = (scope, marks)
        for mid, line in self._own():
            op = json.loads(line)
            scope, marks = found.get((op["kind"], op["id"]), (op["scope"], {}))
            marks = {**marks, **dict.fromkeys(op["set"], (self.id, mid))}
            found[(op["kind"], op["id"])] = (scope, marks)
        return found

    def _own(self) -> list[tuple[int, bytes]]:
        lines = dict(self.outbox)
        for mid, (line, status) in self.sent.items():
            shows = status in ("applied", "merged") and mid > self.acked
            if shows or (status == "held" and mid not in self.settled):
                lines[mid] = line
        return [(mid, lines[mid]) for mid in sorted(lines) if mid not in self.poisons]

    # -- edits: op, number and outbox in one transaction -----------------------------------------

    def write(self, now: int, *ops: dict[str, Any], lost: bool = False) -> list[int]:
        """Save ops as one transaction; a crash before its end leaves nothing."""
        if lost:
            return []
        group = str(self._uuid()) if len(ops) > 1 else None
        mids = []
        for op in ops:
            mid, self.next_mid = self.next_mid, self.next_mid + 1
            line = {
                **op,
                "mid": mid,
                "sv": 1,
                "at": max(0, now + self.clock_off),
                "mono": ["s", now],
            }
            if group is not None:
                line["txn"] = {"id": group, "n": len(ops)}
                self.groups[mid] = group
            self.outbox[mid] = canonical(line).encode()
            mids.append(mid)
        return mids

    def poison(self) -> None:
        bad = (b"nonsense", b'{"mid":%d,"x":0.5}', b'{"mid":%d,"mid":%d}', b"\xff")
        mid, self.next_mid = self.next_mid, self.next_mid + 1
        self.poisons.add(mid)
        self.outbox[mid] = self.rng.choice(bad).replace(b"%d", str(mid).encode())

    def new_thing(self, scope: str) -> dict[str, Any]:
        values: dict[str, Any] = {"name": self._word(), "a": self.rng.randrange(9)}
        if self.rng.random() < 0.3:
            values["born"] = self._word()
        things = [id_ for kind, id_ in self.shown() if kind == "thing"]
        if things and self.rng.random() < 0.3:
            values["parent"] = self.rng.choice(sorted(things))
        return self._op("thing", self._uuid(), scope, values, {})

    def new_sight(self) -> dict[str, Any]:
        subject = self.rng.choice("pqrst")
        id_ = natural_id("sight", ORGANISATION, self.visit, subject)
        values = {"visit_id": self.visit, "subject": subject, "seen": self.rng.random() < 0.5}
        _, marks = self.shown().get(("sight", id_), ("", {}))
        return self._op("sight", id_, self.visit, {**values, "note": self._word()}, marks)

    def edit(self) -> dict[str, Any] | None:
        """Edit what is shown, or, half the time, what a form showed a while ago."""
        shown = self.shown()
        keys = sorted(key for key in shown if key[0] == "thing")
        if not keys:
            return None
        kind, id_ = self.rng.choice(keys)
        scope, marks = shown[(kind, id_)]
        if self.form_key == (kind, id_, scope) and self.form is not None:
            marks, self.form, self.form_key = self.form, None, None
        elif self.rng.random() < 0.2:
            self.form, self.form_key = marks, (kind, id_, scope)
        return self._op(kind, id_, scope, self._values(), marks)

    def _values(self) -> dict[str, Any]:
        what = self.rng.random()
        if what < 0.12:
            return {"deleted": True}
        if what < 0.16:
            return {"deleted": False, "a": self.rng.randrange(9)}
        if what < 0.22:
            return {"born": self._word()}
        if what < 0.26:
            return {self.rng.choice(("grade", "colour")): "A"}
        if what < 0.4:
            return {f"marks/{self.rng.choice('xyz')}": self.rng.random() < 0.5}
        return {name: self.rng.randrange(9) for name in self.rng.sample(("a", "b"), 1)}

    def _op(
        self, kind: str, id_: str, scope: str, values: dict[str, Any], marks: dict[str, Mark]
    ) -> dict[str, Any]:
        asked = marks if values.get("deleted") is True else {*values, "deleted"}
        base = {name: list(marks[name]) for name in asked if name in marks}
        return {"kind": kind, "id": id_, "scope": scope, "set": values, "base": base}

    # -- sync ------------------------------------------------------------------------------------

    def hello(self, now: int) -> Message:
        return {"type": "hello", "client": self.id, "device_now": now + self.clock_off}

    def push_request(self) -> Message | None:
        mids = sorted(self.outbox)[:BATCH]
        while mids and self._splits_group(mids):
            mids.append(mids[-1] + 1)
        if not mids:
            return None
        lines = [self.outbox[mid] for mid in mids]
        return {"type": "push", "client": self.id, "first_mid": mids[0], "lines": lines}

    def _splits_group(self, mids: list[int]) -> bool:
        group = self.groups.get(mids[-1])
        return group is not None and self.groups.get(mids[-1] + 1) == group

    def pull_request(self) -> Message:
        if self.boots:
            return {"type": "boot", "client": self.id, "scope": min(self.boots)}
        return {
            "type": "pull",
            "client": self.id,
            "cursors": self.cursors if self.staging is None else self.staging,
            "decided": self.decided,
            "limit": PAGE,
        }

    def receive(self, reply: Message) -> str | None:
        """Take an answer; return in words what is wrong with it, if anything."""
        if reply["type"] == "push":
            for mid, outcome in reply["results"]:
                if mid in self.outbox:
                    self.sent[mid] = (self.outbox.pop(mid), outcome.status)
            return None
        if reply["type"] == "pull":
            return self._take_pages(reply)
        if reply["type"] == "boot":
            self._boot(reply["scope"], reply["page"])
            return None
        return None if reply["type"] == "hello" else f"{self.id} was answered {reply}"

    def _boot(self, scope: str, page: Page | None) -> None:
        """Stage a whole scope beside the base; folded with everything else."""
        if scope not in self.boots:
            return
        self.boots.discard(scope)
        here = dict(self.cursors if self.staging is None else self.staging)
        self._purge(scope)
        here.pop(scope, None)
        if page is not None:
            here[scope] = (page.gen, page.seq)
            self.incoming += [(scope, json.loads(item)) for item in page.items]
        self.staging = here

    def _take_pages(self, reply: Message) -> str | None:
        here = self.cursors if self.staging is None else self.staging
        if reply["asked"] != here:
            return None  # an answer to an older question: dropped
        done = reply["pulled"]
        cursors = dict(here)
        for scope in done.revoked:
            cursors.pop(scope, None)
            self._purge(scope)
            self.boots.discard(scope)
        self.boots |= {*done.reset, *done.added}
        for scope, page in done.pages.items():
            cursors[scope] = (page.gen, page.seq)
            self.incoming += [(scope, json.loads(item)) for item in page.items]
        if any(page.more for page in done.pages.values()) or done.reset or done.added:
            self.staging = cursors
            return None
        return self._fold(cursors, reply)

    def _purge(self, scope: str) -> None:
        self.incoming = [pair for pair in self.incoming if pair[0] != scope]
        for key in [key for key in self.base if key[0] == scope]:
            del self.base[key]

    def _fold(self, cursors: dict[str, tuple[int, int]], reply: Message) -> str | None:
        for scope, item in self.incoming:
            key = (scope, item["k"], item["id"])
            if "gone" in item:
                self.base.pop(key, None)
            else:
                self.base[key] = item
        self.incoming, self.staging, self.cursors = [], None, cursors
        self.acked = reply["acked"]
        for told in reply["decisions"]:
            self.decided = max(self.decided, told.n)
            self.settled.add(told.mid)
        for scope, sum_ in reply["truth"].items():
            if self.digest(scope) != sum_:
                return f"{self.id} at the head of {scope} differs from the server (I4, I5)"
        return None

    def digest(self, scope: str) -> int:
        total = sum(
            digest_of_wire(canonical(item)) for key, item in self.base.items() if key[0] == scope
        )
        return total % DIGEST_MOD

    def _word(self) -> str:
        return self.rng.choice(("ash", "elm", "fir", "oak", "yew"))

    def _uuid(self) -> str:
        raw = hashlib.md5(self.rng.randbytes(16)).hexdigest()
        return f"{raw[:8]}-{raw[8:12]}-7{raw[13:16]}-8{raw[17:20]}-{raw[20:]}"
