"""One round of the Python tablet's sync: hello, push, pull, bytes, digest, and what may be let go.

A round is a generator: it yields a request and is sent the answer. Rounds may overlap, and any
answer may come late: what it says is taken only if it still fits what the tablet holds.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import TYPE_CHECKING

from tests.sync.simulator.kinds import ORGANISATION
from tests.sync.simulator.tablet_fold import Folder
from tests.sync.simulator.tablet_former import Formers
from tests.sync.simulator.tablet_port import Answer, Ask
from tests.sync.simulator.tablet_push import Pusher, Step
from tests.sync.simulator.tablet_take import Taker

if TYPE_CHECKING:
    from tests.sync.simulator.tablet import PyTablet

RoundFlow = Generator[Ask, Answer, None]
HASH_TRIES = 3


class Round:
    """One round. Every step ends with "done" or with why the round ends here."""

    def __init__(self, tablet: PyTablet) -> None:
        self.tablet, self.disk = tablet, tablet.disk
        self.take = Taker(tablet)
        self.fold = Folder(tablet, self.take)
        self.push = Pusher(tablet, self.take)
        self.formers = Formers(tablet)

    def run(self) -> RoundFlow:
        hello = yield from self._hello()
        if hello not in ("done", "app_old", "signed_out", "shut_out") or self.disk.epoch is None:
            return
        pushed = yield from self.formers.offer()
        if pushed == "done":
            pushed = yield from self.push.run()
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
        top, client = disk.answered, disk.client_id
        answer = yield self.tablet.next_ask(
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

    # -- pull --------------------------------------------------------------------------------------

    def _pull(self) -> Step:
        while self.disk.cursors or self.disk.resets or self.disk.staging:
            if self.disk.meta["owed"]:
                return "later"  # the old base stays until all that was ever ours was offered
            for scope in list(self.disk.resets):
                step = yield from self._bootstrap(scope)
                if step != "done":
                    return step
            asked = {**self.disk.cursors, **(self.disk.staging or {})}
            client, epoch = self.disk.client_id, self.disk.epoch
            answer = yield self.tablet.next_ask(
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
        answer = yield self.tablet.next_ask(
            "GET", f"/bootstrap/{scope}?after={start[1] if start else 0}"
        )
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
        answer = yield self.tablet.next_ask(
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
            answer = yield self.tablet.next_ask("POST", "/blobs", said)
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
            answer = yield self.tablet.next_ask(
                "PATCH", f"/blobs/{sha}", body=chunk, headers=headers
            )
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
            answer = yield self.tablet.next_ask("GET", f"/digest/{scope}?seq={seq}")
            still = self.disk.cursors.get(scope) == (gen, seq) and self.disk.epoch == epoch
            if answer.status != 200 or not still or here != self.fold.digest(scope):
                continue
            said = json.loads(answer.body)
            if said["server_epoch"] == epoch and said["sum"] != here:
                self.tablet.mismatches += 1
                self.fold.reset([scope])
        return "done"
