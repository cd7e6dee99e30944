"""What the Python tablet keeps, table by table, and which of its own ops its view still shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sync.op import Op, read_op
from sync.record import Mark
from sync.upcast import upcast
from tests.sync.simulator.durable import Log, Table
from tests.sync.simulator.kinds import RULES, UPCASTERS

Cursors = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SentRow:
    """A line with its result. ``is_folded``: the base holds what the server made of it."""

    line: bytes
    status: str
    sent_at: int
    is_folded: bool = False
    decision: str | None = None
    hidden: frozenset[str] = frozenset()  # fields that a later own op has overtaken; * is all


@dataclass(frozen=True, slots=True)
class BaseRow:
    """One confirmed record, and the mark of each of its values."""

    item: dict[str, Any]
    marks: dict[str, Mark]


@dataclass(frozen=True, slots=True)
class BlobRow:
    """Bytes of one photo: the op that makes its record, and how far they have come."""

    size: int
    mid: int
    kept_at: int
    state: str = "waiting"
    sent_at: int = 0
    after_mid: int | None = None  # the number that was next when the photo was seen to be stored


class Disk:
    """The tablet's tables, all under one log."""

    def __init__(self, client_id: str) -> None:
        self.log = Log()
        self.meta: Table[str, Any] = Table(self.log)
        self.outbox: Table[int, bytes] = Table(self.log)
        self.sent: Table[tuple[str, int], SentRow] = Table(self.log)
        self.base: Table[tuple[str, str, str], BaseRow] = Table(self.log)
        self.incoming: Table[int, tuple[str, bool, list[dict[str, Any]]]] = Table(self.log)
        self.bytes: Table[str, bytes] = Table(self.log)
        self.blobs: Table[str, BlobRow] = Table(self.log)
        self.old_base: Table[tuple[str, str, str, str], BaseRow] = Table(self.log)  # and its epoch
        self.meta.fill(
            {
                "client_id": client_id, "next_mid": 1, "epoch": None, "cursors": {},
                "staging": None, "resets": [], "acked": 0, "decided": 0, "backed_up": None,
                "old_cursors": {}, "formers": [], "owed": [], "recovered": None, "recovered_mid": 0,
            }
        )  # fmt: skip

    def become(self, other: Disk) -> None:
        """Take over another disk's content, flushed."""
        for name, table in vars(other).items():
            if isinstance(table, Table):
                getattr(self, name).fill(dict(table))
        self.log.entries.clear()
        self.log.commits += 1

    @property
    def client_id(self) -> str:
        return str(self.meta["client_id"])

    @property
    def next_mid(self) -> int:
        return int(self.meta["next_mid"])

    @property
    def answered(self) -> int:
        """The highest number that has its result: all below the outbox, be its line kept or not."""
        return min(self.outbox, default=self.next_mid) - 1

    @property
    def epoch(self) -> str | None:
        found = self.meta["epoch"]
        return None if found is None else str(found)

    @property
    def acked_mid(self) -> int:
        return int(self.meta["acked"])

    @property
    def cursors(self) -> Cursors:
        found: Cursors = self.meta["cursors"]
        return found

    @property
    def staging(self) -> Cursors | None:
        found: Cursors | None = self.meta["staging"]
        return found

    @property
    def resets(self) -> list[str]:
        found: list[str] = self.meta["resets"]
        return found

    def own(self) -> Iterator[tuple[Mark, dict[str, Any], frozenset[str]]]:
        """Yield the ops that the view shows over the base, oldest first."""
        rows: list[tuple[tuple[int, int], Mark, bytes, frozenset[str]]] = []
        # Whoever this tablet was before a fork comes first, in that order.
        age = {client: n for n, client in enumerate([*self.meta["formers"], self.client_id])}
        client = self.client_id
        for (owner, mid), row in self.sent.items():
            if row.is_folded and (row.status != "held" or row.decision is not None):
                continue
            waits = row.status == "held" and row.decision is None
            if waits or row.status in ("applied", "merged"):
                rows.append(((age.get(owner, -1), mid), (owner, mid), row.line, row.hidden))
        now = age[client]
        rows += [
            ((now, mid), (client, mid), line, frozenset()) for mid, line in self.outbox.items()
        ]
        for _, mark, line, hidden in sorted(rows, key=lambda row: row[0]):
            op = read_line(line)
            if op is not None:
                yield mark, op, hidden


@lru_cache(maxsize=4096)
def read_line(line: bytes) -> dict[str, Any] | None:
    """Return an own line with ``today``: its values in today's names; None for what is unreadable.

    An upgraded app reads the lines that its earlier self wrote.
    """
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or "set" not in said:
        return None
    op: Op = read_op(line, "00000000-0000-4000-8000-000000000000", said["mid"])
    if op.kind in RULES:
        upcast(op, RULES[op.kind].collection, UPCASTERS)
    return {**said, "today": op.set, "bases": op.bases}
