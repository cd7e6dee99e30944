"""One round of the Python tablet's sync: hello, push, pull, bytes, digest, and what may be let go.

A round is a generator: it yields a request and is sent the answer. Rounds may overlap, and any
answer may come late: what it says is taken only if it still fits what the tablet holds.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from sync.codec import canonical
from tests.sync.simulator.kinds import ORGANISATION
from tests.sync.simulator.tablet_fold import Folder
from tests.sync.simulator.tablet_port import Answer, Ask
from tests.sync.simulator.tablet_take import Taker

if TYPE_CHECKING:
    from tests.sync.simulator.tablet import PyTablet

RoundFlow = Generator[Ask, Answer, None]
Step = Generator[Ask, Answer, str]
EQUAL_FAILURES = 3
HASH_TRIES = 3


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


class Round:
    """One round. Every step ends with "done" or with why the round ends here."""

    def __init__(self, tablet: PyTablet) -> None:
        self.tablet, self.disk = tablet, tablet.disk
        self.take = Taker(tablet)
        self.fold = Folder(tablet, self.take)
        self.poison = tablet.poison

    def _ask(self, method: Any, path: str, said: object = None, **more: Any) -> Ask:
        body = b"" if said is None else canonical(said).encode()
        return Ask(self.tablet.next_n(), method, path, more.pop("body", body), **more)

    def run(self) -> RoundFlow:
        hello = yield from self._hello()
        if hello not in ("done", "app_old", "signed_out", "shut_out") or self.disk.epoch is None:
            return
        pushed = yield from self._push()
        if hello == "shut_out" and pushed == "done":
            yield from self._blobs()  # what it may still send: bytes follow their records
        if hello != "done" or pushed not in ("done", "later"):
            return
        if (yield from self._pull()) != "done" or pushed != "done":
            return
        if (yield from self._recover()) != "done":
            return
        if (yield from self._blobs()) != "done":
            return
        yield from self._digest()
        self.fold.prune()

    # -- hello -------------------------------------------------------------------------------------

    def _hello(self) -> Step:
        disk = self.disk
        mids = sorted(disk.outbox)
        top = max((mid for owner, mid in disk.sent if owner == disk.client_id), default=0)
        client = disk.client_id
        answer = yield self._ask(
            "POST",
            "/hello",
            {
                "proto": 1,
                "client_id": client,
                "device_id": self.tablet.setup.device_id,
                "organisation_id": ORGANISATION,
                "app_build": "sim",
                "sv": self.tablet.sv,
                "device_now": self.tablet.moment.wall,
                "outbox": {
                    "first_mid": mids[0] if mids else None,
                    "last_mid": mids[-1] if mids else None,
                    "bytes": 0,
                    "blobs": 0,
                },
            },
        )
        if answer.status != 200:
            return {401: "signed_out", 426: "app_old"}.get(answer.status, "no_signal")
        said = json.loads(answer.body)
        if client != self.disk.client_id:
            return "later"
        self.take.epoch(said["server_epoch"])
        self.take.backed_up(said["backed_up_mid"])
        self.take.offer_again(said["last_mid"], top)
        if said["state"] == "revoked":
            self.fold.shut_out()
            return "shut_out"
        self.take.scopes([scope["id"] for scope in said["scopes"]])
        return "done"

    # -- push --------------------------------------------------------------------------------------

    def _push(self) -> Step:
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
            answer = yield self._ask("POST", "/push", body=body)
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
            top = max((m for c, m in self.disk.sent if c == self.disk.client_id), default=0)
            self.take.offer_again(said["expected"] - 1, top)
            return "done"
        if said["slug"] == "fork":
            self.take.results(batch, lines, said["results"])
            self.take.fork(said["first_differing_mid"])
            return "done"
        return "later"

    # -- pull --------------------------------------------------------------------------------------

    def _pull(self) -> Step:
        while self.disk.cursors or self.disk.resets or self.disk.staging:
            for scope in list(self.disk.resets):
                step = yield from self._bootstrap(scope)
                if step != "done":
                    return step
            asked = {**self.disk.cursors, **(self.disk.staging or {})}
            client, epoch = self.disk.client_id, self.disk.epoch
            answer = yield self._ask(
                "POST",
                "/pull",
                {
                    "client_id": client,
                    "server_epoch": epoch,
                    "sv": self.tablet.sv,
                    "scopes": {s: {"gen": gen, "seq": seq} for s, (gen, seq) in asked.items()},
                    "decided": self.disk.meta["decided"],
                    "limit": self.tablet.setup.page,
                },
            )
            if answer.status != 200:
                return "later"
            if not self.fold.page(client, epoch, asked, json.loads(answer.body)):
                return "done"
        return "done"

    def _bootstrap(self, scope: str) -> Step:
        start = (self.disk.staging or {}).get(scope)
        epoch, client = self.disk.epoch, self.disk.client_id
        answer = yield self._ask("GET", f"/bootstrap/{scope}?after={start[1] if start else 0}")
        if answer.status in (403, 404):
            self.fold.drop_scope(scope)
            return "done"
        if answer.status != 200:
            return "later"
        whole_lines = answer.body.split("\n")[: -1 if answer.is_cut else None]
        lines = [json.loads(line) for line in whole_lines]
        return self.fold.stream(client, epoch, scope, start, lines)

    # -- after a restore, bytes, digest ----------------------------------------------------------

    def _recover(self) -> Step:
        """Tell the restored server what the old base shows and the new one does not."""
        items = self.fold.lost_values()
        if items is None:
            return "done"
        epoch = self.disk.epoch
        answer = yield self._ask(
            "POST",
            "/recovery",
            {"client_id": self.disk.client_id, "server_epoch": epoch, "items": items},
        )
        if answer.status == 200 and self.disk.epoch == epoch:
            self.fold.recovered()
            return "done"
        return "later"

    def _blobs(self) -> Step:
        disk = self.disk
        waiting = [
            sha
            for sha, row in disk.blobs.items()
            if row.state == "waiting" and row.mid not in disk.outbox
        ]
        for sha in sorted(waiting, key=lambda sha: (disk.blobs[sha].size, sha)):
            step = yield from self._blob(sha)
            if step != "done":
                return step
        return "done"

    def _blob(self, sha: str) -> Step:
        data = self.disk.bytes.get(sha)
        for _ in range(HASH_TRIES):
            size = self.disk.blobs[sha].size
            said = {"sha256": sha, "size": size, "mime": "image/jpeg"}
            answer = yield self._ask("POST", "/blobs", said)
            if answer.status != 200:
                return "later"
            reply = json.loads(answer.body)
            if reply["state"] == "stored":
                return self.take.blob(sha, "sent")
            if data is None:
                return self.take.blob(sha, "lost")
            ended = yield from self._chunks(sha, data, reply["offset"])
            if ended == "sent":
                return self.take.blob(sha, "sent")
            if ended != "again":
                return ended
        return "later"

    def _chunks(self, sha: str, data: bytes, offset: int) -> Step:
        at, proved, wrong = offset, False, 0
        while at < len(data):
            chunk = data[at : at + self.tablet.setup.chunk]
            headers = {"Upload-Offset": str(at)}
            answer = yield self._ask("PATCH", f"/blobs/{sha}", body=chunk, headers=headers)
            if answer.status == 204:
                at += len(chunk)
                proved = at >= len(data)
            elif answer.status == 409 and wrong < HASH_TRIES:
                wrong += 1
                at = int(answer.headers["Upload-Offset"])
            elif answer.status == 460 and "blob_before_hash_check" in self.tablet.mutants:
                return "sent"
            else:
                return "again" if answer.status == 460 else "later"
        return "sent" if proved else "again"

    def _digest(self) -> Step:
        for scope, (gen, seq) in sorted(self.disk.cursors.items()):
            here, epoch = self.fold.digest(scope), self.disk.epoch
            answer = yield self._ask("GET", f"/digest/{scope}?seq={seq}")
            still = self.disk.cursors.get(scope) == (gen, seq) and self.disk.epoch == epoch
            if answer.status != 200 or not still or here != self.fold.digest(scope):
                continue
            said = json.loads(answer.body)
            if said["server_epoch"] == epoch and said["sum"] != here:
                self.tablet.mismatches += 1
                self.fold.reset([scope])
        return "done"
