"""What the Python tablet does with results, forks and a server that was restored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sync.codec import canonical
from sync.ids import forked_client
from tests.sync.simulator.kinds import today_name
from tests.sync.simulator.tablet_disk import BlobRow, SentRow, read_line

if TYPE_CHECKING:
    from tests.sync.simulator.tablet import PyTablet


class Taker:
    """Writes what an answer says, one transaction each."""

    def __init__(self, tablet: PyTablet) -> None:
        self.tablet, self.disk = tablet, tablet.disk

    @staticmethod
    def group_of(line: bytes) -> object:
        op = read_line(line)
        return op["txn"]["id"] if op is not None and "txn" in op else None

    def forget(self, batch: Sequence[int]) -> None:
        """Seeded faults only: ops leave the outbox without a durable result."""
        for mid in batch:
            self.disk.outbox.drop(mid)
        self.tablet.commit("results")

    def results(self, batch: Sequence[int], lines: Sequence[bytes], said: Any) -> None:
        """Move ops with a durable result from the outbox to sent."""
        disk, sent = self.disk, dict(zip(batch, lines, strict=True))
        for result in said:
            mid, status = result["mid"], result["status"]
            if mid not in sent or disk.outbox.get(mid) != sent[mid]:
                continue
            disk.outbox.drop(mid)
            if "no_history" in self.tablet.mutants and status in ("applied", "merged"):
                continue
            row = SentRow(sent[mid], status, self.tablet.moment.wall)
            if status in ("applied", "merged"):
                self.overtake(mid, sent[mid])
            disk.sent[(disk.client_id, mid)] = row
        self.tablet.commit("results")

    def overtake(self, mid: int, line: bytes) -> None:
        """Hide what earlier held ops still show of fields that a later own op now stands for."""
        later = read_line(line)
        if later is None:
            return
        fields = {"*"} if later["today"].get("deleted") is True else set(later["today"])
        for (owner, number), row in list(self.disk.sent.items()):
            earlier = read_line(row.line) if row.status == "held" else None
            if earlier is None or (owner == self.disk.client_id and number >= mid):
                continue
            if (earlier["kind"], earlier["id"]) == (later["kind"], later["id"]):
                self.disk.sent[(owner, number)] = replace(row, hidden=row.hidden | fields)

    # -- forks -------------------------------------------------------------------------------------

    def fork(self, first: int) -> None:
        """Become another client from the first differing number on.

        A base follows its op to its new number only where it means that op: where that op set this
        field of this record. The same mark may also be the twin's, fetched with a pull.
        """
        disk, old = self.disk, self.disk.client_id
        if first not in disk.outbox:
            return  # an answer to an earlier question
        new = forked_client(old, first, disk.outbox[first])
        moving = [mid for mid in sorted(disk.outbox) if mid >= first]
        numbers = {mid: n for n, mid in enumerate(moving, 1)}
        lines = {mid: disk.outbox[mid] for mid in sorted(disk.outbox)}
        for mid in lines:
            disk.outbox.drop(mid)
        for mid in moving:
            disk.outbox[numbers[mid]] = self._renumbered(lines, mid, numbers, old, new)
        for key, row in list(disk.sent.items()):
            # Answers to what the earlier client has waiting go to whoever is that client now.
            if row.status == "held" and row.decision is None:
                disk.sent[key] = replace(row, hidden=row.hidden | {"*"})
        for sha, blob in list(disk.blobs.items()):
            disk.blobs[sha] = replace(blob, mid=numbers.get(blob.mid, blob.mid), after_mid=None)
        disk.meta["formers"] = [*disk.meta["formers"], old]
        disk.meta["client_id"] = new
        disk.meta["next_mid"] = len(moving) + 1
        disk.meta["acked"] = disk.meta["decided"] = 0
        self.tablet.commit("fork")

    def _renumbered(
        self, lines: dict[int, bytes], mid: int, numbers: dict[int, int], old: str, new: str
    ) -> bytes:
        op = read_line(lines[mid])
        if op is None:
            try:
                said = json.loads(lines[mid])
            except ValueError:
                return lines[mid]
            is_void = isinstance(said, dict) and said.get("kind") == "void"
            return void_line(numbers[mid]) if is_void else lines[mid]
        line = {name: value for name, value in op.items() if name not in ("today", "bases")}
        base = {}
        for name, (client, number) in line["base"].items():
            meant = read_line(lines.get(number, b"")) if client == old else None
            same = meant is not None and (meant["kind"], meant["id"]) == (op["kind"], op["id"])
            field = today_name(op["kind"], name)
            follows = number in numbers and same and meant is not None and field in meant["today"]
            base[name] = [new, numbers[number]] if follows else [client, number]
        return canonical({**line, "mid": numbers[mid], "base": base}).encode()

    # -- a server that was restored --------------------------------------------------------------

    def epoch(self, epoch: str) -> None:
        """Begin a new epoch: keep the old base on the screen, fetch everything anew beside it."""
        disk = self.disk
        if disk.epoch == epoch:
            return
        if disk.epoch is not None:
            for key, row in disk.base.items():
                disk.old_base[(*key, disk.epoch)] = row
            disk.meta["old_cursors"] = {**disk.meta["old_cursors"], **disk.cursors}
            for sha, blob in list(disk.blobs.items()):
                if blob.state == "sent" and sha in disk.bytes:
                    disk.blobs[sha] = replace(blob, state="waiting", after_mid=None)
        disk.meta["epoch"], disk.meta["recovered"] = epoch, None
        disk.meta["decided"] = disk.meta["acked"] = 0
        self._fetch_anew()
        self.tablet.commit("epoch")

    def _fetch_anew(self) -> None:
        disk = self.disk
        formers = dict.fromkeys(disk.meta["formers"])
        disk.meta["owed"] = [one for one in formers if one != disk.client_id]
        disk.meta["staging"] = None
        disk.incoming.drop_all(lambda _: True)
        disk.meta["resets"] = sorted(disk.cursors)

    def offer_again(self, last_mid: int, top: int) -> None:
        """Bring back into the outbox what the server lacks above ``last_mid``.

        ``top``: the highest number that had a result when the question was asked. What was sent
        since then the answer knows nothing of.
        """
        disk = self.disk
        first = min(disk.outbox, default=disk.next_mid)
        if last_mid >= top or last_mid + 1 >= first:
            return
        for mid in range(last_mid + 1, first):
            row = disk.sent.get((disk.client_id, mid))
            disk.outbox[mid] = row.line if row is not None else void_line(mid)
            disk.sent.drop((disk.client_id, mid))
        self._fetch_anew()
        self.tablet.commit("offer_again")

    # -- small things ------------------------------------------------------------------------------

    def backed_up(self, mid: int | None) -> None:
        """Note how far this client is inside a verified backup."""
        meta = self.disk.meta
        if meta["backed_up"] == mid:
            return
        meta["backed_up"] = mid
        if meta["recovered"] is not None and mid is not None and mid >= meta["recovered_mid"]:
            # An op made after the list was told is in a backup: so is the list.
            self.disk.old_base.drop_all(lambda _: True)
            meta["old_cursors"], meta["recovered"] = {}, None
        self.tablet.commit("backed_up")

    def scopes(self, ids: Sequence[str]) -> None:
        """Take on scopes that are new to this tablet."""
        disk = self.disk
        known = {*disk.cursors, *disk.resets, *(disk.staging or {})}
        fresh = [id_ for id_ in ids if id_ not in known]
        if fresh:
            disk.meta["resets"] = sorted({*disk.resets, *fresh})
            self.tablet.commit("scopes")

    def blob(self, sha: str, state: str) -> str:
        row: BlobRow = self.disk.blobs[sha]
        self.disk.blobs[sha] = replace(row, state=state, sent_at=self.tablet.moment.wall)
        self.tablet.commit("blob")
        return "done"


def void_line(mid: int) -> bytes:
    """Return what is sent for a number whose body this tablet no longer has."""
    return canonical({"kind": "void", "mid": mid}).encode()
