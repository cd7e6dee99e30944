"""What the Python tablet sent before it forked: offered again to a restored server."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sync.codec import canonical
from tests.sync.simulator.kinds import ORGANISATION
from tests.sync.simulator.tablet_disk import SentRow, read_line
from tests.sync.simulator.tablet_port import Answer, Ask
from tests.sync.simulator.tablet_take import void_line

if TYPE_CHECKING:
    from tests.sync.simulator.tablet import PyTablet

Step = Generator[Ask, Answer, str]


class Formers:
    """Pushes one op or group at a time: simple, and the server cannot fail over more than that."""

    def __init__(self, tablet: PyTablet) -> None:
        self.tablet, self.disk = tablet, tablet.disk
        self.probe = False  # the last push made the server fail

    def offer(self) -> Step:
        disk = self.disk
        while disk.meta["owed"]:
            client, epoch = disk.meta["owed"][0], disk.epoch
            step = yield from self._offer(client, epoch)
            if step != "done":
                return step
            if disk.epoch == epoch and disk.meta["owed"][:1] == [client]:
                disk.meta["owed"] = disk.meta["owed"][1:]
                self.tablet.commit("offered")
        return "done"

    def _offer(self, client: str, epoch: str | None) -> Step:
        mid = 0
        while batch := self._next(client, mid):
            answer = yield self._ask(client, epoch, batch[0][0], [line for _, line in batch])
            said = json.loads(answer.body) if answer.body else {}
            if answer.status == 200:
                self._results(client, said["results"])
                mid = batch[-1][0]
            elif answer.status == 409 and said["slug"] == "gap":
                missing = range(said["expected"], batch[0][0])
                filled = yield self._ask(client, epoch, missing[0], [void_line(n) for n in missing])
                if filled.status not in (200, 409):
                    return "later"
            elif answer.status == 409 and said["slug"] == "fork":
                self._results(client, said["results"])
                mid = said["first_differing_mid"]
                self._renumber(client, mid)
            elif answer.status == 500 and not self.probe:
                self.probe = True
            else:
                return "signed_out" if answer.status == 401 else "later"
        return "done"

    def _ask(self, client: str, epoch: str | None, first: int, lines: list[bytes]) -> Ask:
        header: dict[str, Any] = {
            "client_id": client,
            "server_epoch": epoch,
            "organisation_id": ORGANISATION,
            "device_now": self.tablet.moment.wall,
            "first_mid": first,
            "n": len(lines),
        }
        if self.probe:
            header["probe"], self.probe = True, False
        body = b"\n".join([canonical(header).encode(), *lines])
        return self.tablet.next_ask("POST", "/push", body=body)

    def _kept(self, client: str) -> list[tuple[int, SentRow]]:
        return sorted((mid, row) for (owner, mid), row in self.disk.sent.items() if owner == client)

    def _next(self, client: str, after: int) -> list[tuple[int, bytes]]:
        """Return the next op, or all of its group."""
        left = [(mid, row.line) for mid, row in self._kept(client) if mid > after]
        group = _group_of(left[0][1]) if left else None
        if group is None:
            return left[:1]
        return [one for one in left if _group_of(one[1]) == group]

    def _results(self, client: str, results: list[dict[str, Any]]) -> None:
        """Nothing of it comes over the base that is fetched next."""
        for said in results:
            row = self.disk.sent.get((client, said["mid"]))
            if row is None or (row.status == said["status"] and row.is_folded):
                continue
            fresh = SentRow(row.line, said["status"], self.tablet.moment.wall, is_folded=True)
            hidden = frozenset({"*"}) if said["status"] == "held" else frozenset[str]()
            self.disk.sent[(client, said["mid"])] = replace(fresh, hidden=hidden)
        self.tablet.commit("results")

    def _renumber(self, client: str, mid: int) -> None:
        """The ledger took the twin's line under this number: the op takes one of today's client."""
        disk, kept = self.disk, dict(self._kept(client))
        if mid not in kept:
            return
        group = _group_of(kept[mid].line)
        moving = [
            n for n, row in kept.items() if n == mid or (group and group == _group_of(row.line))
        ]
        for n in moving:
            said = json.loads(kept[n].line)
            disk.outbox[disk.next_mid] = canonical({**said, "mid": disk.next_mid}).encode()
            disk.sent.drop((client, n))
            disk.meta["next_mid"] = disk.next_mid + 1
        self.tablet.commit("fork")


def _group_of(line: bytes) -> str | None:
    op = read_line(line)
    return op["txn"]["id"] if op is not None and "txn" in op else None
