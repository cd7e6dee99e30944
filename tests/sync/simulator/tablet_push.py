"""How the Python tablet sends its outbox: batches, what it makes of answers, and poison cut out."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from sync.codec import canonical
from tests.sync.simulator.tablet_port import Answer, Ask

if TYPE_CHECKING:
    from tests.sync.simulator.tablet import PyTablet
    from tests.sync.simulator.tablet_take import Taker

Step = Generator[Ask, Answer, str]  # a part of a round: "done", or why the round ends here
EQUAL_FAILURES = 3


class Poison:
    """What a failing batch is remembered by while it is cut down to what the server cannot take."""

    def __init__(self) -> None:
        self.passed()

    def passed(self) -> None:
        self.most: int | None = None
        self.probe = False
        self.seen: tuple[int, int, int] = (0, 0, 0)  # first mid, size, times

    def failed(self, batch: Sequence[int]) -> bool:
        """Count equal failures; True: enough of them, or it is known that something here fails."""
        first, size, times = self.seen
        times = times + 1 if (first, size) == (batch[0], len(batch)) else 1
        self.seen = (batch[0], len(batch), times)
        return times >= EQUAL_FAILURES or self.most is not None

    def halve(self, groups: Sequence[Sequence[int]]) -> None:
        """Halve the batch; one op, or one group, is sent as a probe."""
        if len(groups) <= 1:
            self.probe = True
        else:
            self.most = max(1, sum(map(len, groups[: len(groups) // 2])))


class Pusher:
    """Sends the outbox from its first number on, until it is empty or the round must end."""

    def __init__(self, tablet: PyTablet, take: Taker) -> None:
        self.tablet, self.disk, self.take = tablet, tablet.disk, take
        self.poison = tablet.poison

    def run(self) -> Step:
        disk, idle = self.disk, 0
        while disk.outbox:
            before = (disk.client_id, min(disk.outbox), len(disk.outbox))
            batch = self._batch()
            client = disk.client_id
            header = {
                "client_id": client,
                "server_epoch": disk.epoch,
                "device_now": self.tablet.moment.wall,
                "first_mid": batch[0],
                "n": len(batch),
                **({"probe": True} if self.poison.probe else {}),
            }
            lines = [disk.outbox[mid] for mid in batch]
            body = b"\n".join([canonical(header).encode(), *lines])
            if "clear_outbox_on_send" in self.tablet.mutants:
                self.take.forget(batch)
            answer = yield self.tablet.next_ask("POST", "/push", body=body)
            step = self._pushed(client, batch, lines, answer)
            if step != "done":
                return step
            stuck = answer.status == 200 and disk.outbox and before == self._tail()
            idle = idle + 1 if stuck else 0
            if idle > 1:
                return "later"
        return "done"

    def _tail(self) -> tuple[str, int, int]:
        return (self.disk.client_id, min(self.disk.outbox), len(self.disk.outbox))

    def _batch(self) -> list[int]:
        """Return the first numbers to send: no gap, no group split, no more than is taken now."""
        outbox, most = self.disk.outbox, self.poison.most or self.tablet.setup.ops
        mids = sorted(outbox)
        run = [mid for i, mid in enumerate(mids) if mid == mids[0] + i]
        batch: list[int] = []
        for group in self._groups(run):
            if batch and len(batch) + len(group) > most:
                break
            batch += group
        return batch

    def _groups(self, mids: Sequence[int]) -> list[list[int]]:
        groups: list[list[int]] = []
        last: object = None
        for mid in mids:
            txn = self.take.group_of(self.disk.outbox[mid])
            if groups and txn is not None and txn == last:
                groups[-1].append(mid)
            else:
                groups.append([mid])
            last = txn
        return groups

    def _pushed(self, client: str, batch: list[int], lines: list[bytes], answer: Answer) -> str:
        if client != self.disk.client_id:
            return "later"
        if answer.status == 200:
            self.poison.passed()
            self.take.results(batch, lines, json.loads(answer.body)["results"])
            return "done"
        if "drop_on_4xx" in self.tablet.mutants and 400 <= answer.status < 500:
            self.take.forget(batch)
            return "done"
        if answer.status in (413, 500):
            if answer.status == 413 or self.poison.failed(batch):
                self.poison.halve(self._groups([mid for mid in batch if mid in self.disk.outbox]))
            return "done"
        if answer.status == 409:
            return self._disagreed(batch, lines, json.loads(answer.body))
        return "signed_out" if answer.status == 401 else "later"

    def _disagreed(self, batch: list[int], lines: list[bytes], said: dict[str, Any]) -> str:
        if said["slug"] == "gap":
            self.take.offer_again(said["expected"] - 1, self.disk.answered)
            return "done"
        if said["slug"] == "fork":
            self.take.results(batch, lines, said["results"])
            self.take.fork(said["first_differing_mid"])
            return "done"
        return "later"
