"""The simulated server: the endpoints of the protocol over the shipped engine, one at a time.

Whoever carries a request in can let the server die before its commit or after it: in both cases
nobody answers, and every write that was not flushed is gone.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sync.batch import Batch, LedgerRow, Rights, Sender
from sync.codec import canonical
from sync.mutants import Mutants
from sync.op import Op
from sync.probe import undecided
from sync.push import Push
from sync.receive import Fork, Fresh, Gap, Stored, sort_lines
from sync.restore import knows
from tests.sync.simulator.blobs import Blobs
from tests.sync.simulator.durable import Durability
from tests.sync.simulator.kinds import ORGANISATION, RULES, UPCASTERS
from tests.sync.simulator.memory import Client, Memory
from tests.sync.simulator.server_reads import Reader
from tests.sync.simulator.tablet_port import Answer, Ask

Die = Literal["before", "after"]
BOMB = 666_666  # an op that sets b to this makes the handler itself fail
MOST_BYTES = 6_000


class DiedError(Exception):
    """The server died here."""


class BombError(Exception):
    """A handler's bug."""


@dataclass
class Server:
    """One server with its disk. ``lets_in``: who is signed in; a shut-out person may only push."""

    seed: int
    mutants: Mutants
    memory: Memory = field(default_factory=Memory)
    min_sv: int = 1
    has_backups: bool = False
    signed_out: set[str] = field(default_factory=set)
    on_commit: Callable[[Sequence[LedgerRow]], None] = lambda _rows: None

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.memory.meta["epoch"] = self.fresh_id()
        self.blobs = Blobs(self.memory, self.mutants)
        self.reader = Reader(self)

    def fresh_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    @property
    def epoch(self) -> str:
        return self.memory.meta["epoch"]

    def handle(self, user: str, ask: Ask, now: int, die: Die | None = None) -> Answer:
        """Answer a request. Raises DiedError when the server died over it."""
        if die is None:
            self._write_what_was_put_off()
        before = self.memory.log.mark()
        try:
            answer = self._route(user, ask, now)
        except BombError:
            self.memory.log.back(before)
            return self.problem(500, "server_error", now)
        if die == "before":
            self.memory.log.back(before)
        elif answer.status < 300 or answer.status == 460:
            self._end(ask)
        if die is not None:
            self.crash()
            raise DiedError
        return answer

    def _end(self, ask: Ask) -> None:
        durability: Durability = "relaxed" if "relaxed_durability" in self.mutants else "strict"
        what = ask.path.split("/")[1].split("?")[0]
        if "acknowledge_before_commit" in self.mutants and what == "push":
            return  # the next request commits it, if the server lives that long
        self.memory.log.commit(what, durability)
        self.blobs.flush()

    def _write_what_was_put_off(self) -> None:
        if "acknowledge_before_commit" in self.mutants and self.memory.log.entries:
            self.memory.log.commit("late", "strict")

    def crash(self) -> None:
        """Lose memory and every write that was not flushed."""
        self.memory.log.back()
        self.blobs.crash()

    def _route(self, user: str, ask: Ask, now: int) -> Answer:
        what, _, rest = ask.path[1:].partition("/")
        what = what.partition("?")[0]
        shut_out = not self.memory.rights.get(user)
        if user in self.signed_out or (shut_out and what not in ("hello", "push", "blobs")):
            return self.problem(401, "sign_in_needed", now)
        if what == "push":
            return self._push(user, ask.body, now)
        if what == "blobs":
            return self.blobs.handle(user, ask, rest)
        if what == "bootstrap":
            return self.reader.bootstrap(user, rest, now)
        if what == "digest":
            return self.reader.digest(user, rest, now)
        said = json.loads(ask.body)
        answers = {"hello": self._hello, "pull": self.reader.pull, "recovery": self._recovery}
        return answers[what](user, said, now)

    def said(self, now: int, **members: object) -> Answer:
        return Answer(200, canonical({"server_epoch": self.epoch, "server_now": now, **members}))

    def problem(self, status: int, slug: str, now: int, **more: object) -> Answer:
        said = {"slug": slug, "status": status, "server_epoch": self.epoch, "server_now": now}
        return Answer(status, canonical({**said, **more}))

    # -- hello -------------------------------------------------------------------------------------

    def _hello(self, user: str, said: dict[str, Any], now: int) -> Answer:
        if said["sv"] < self.min_sv:
            return self.problem(426, "app_too_old", now, min_sv=self.min_sv)
        memory, id_ = self.memory, said["client_id"]
        known = memory.clients.get(id_)
        if known is not None and known.user != user:
            return self.problem(403, "client_taken", now)
        lost = known is None and (said["outbox"]["first_mid"] or 0) > 1
        client = replace(known or self._stranger(user), skew=now - said["device_now"])
        memory.clients[id_] = client
        self._ask_again(id_, now)
        rights = memory.rights_now(user)
        ids = sorted(scope for scope, right in rights.items() if right.can_read)
        scopes = [
            {"id": id_, "kind": h.kind, "gen": h.gen, "head": h.seq, "min_seq": h.min_seq}
            for id_, h in sorted(memory.heads(ids).items())
        ]
        return self.said(
            now,
            last_mid=client.last_mid,
            backed_up_mid=client.backed_up_mid,
            state="unknown" if lost else "ok" if rights else "revoked",
            scopes=scopes,
            limits={"ops": 6, "bytes": MOST_BYTES, "page": 3, "chunk": 16},
            min_sv=self.min_sv,
        )

    def _stranger(self, user: str) -> Client:
        """Return a new client: where there are backups, none holds anything of it yet."""
        return Client(user, backed_up_mid=0 if self.has_backups else None)

    def _ask_again(self, client_id: str, now: int) -> None:
        """Decide again what this client's held ops wait for."""
        waits = self.memory.waits
        wanted = {id_ for mark in waits if mark[0] == client_id for id_ in waits[mark]}
        if wanted:
            push = self._engine(Sender(client_id, None, None, now))
            push.arrived(wanted)
            self.memory.write(push.batch)

    # -- push --------------------------------------------------------------------------------------

    def _engine(self, sender: Sender) -> Push:
        return Push(self.memory, RULES, ORGANISATION, sender, self.mutants, upcasters=UPCASTERS)

    def _push(self, user: str, body: bytes, now: int) -> Answer:
        first, *lines = body.split(b"\n")
        header, memory = json.loads(first), self.memory
        if len(body) > MOST_BYTES:
            return self.problem(413, "too_large", now)
        if header["server_epoch"] != self.epoch:
            return self.problem(409, "epoch", now)
        id_ = header["client_id"]
        client = memory.clients.get(id_)
        if client is None:
            client = replace(self._stranger(user), skew=now - header["device_now"])
        if client.user != user:
            return self.problem(403, "client_taken", now)
        stored = self._stored(id_, header["first_mid"], len(lines))
        found = sort_lines(
            id_, header["first_mid"], lines, client.last_mid, stored, mutants=self.mutants
        )
        if isinstance(found, Gap):
            return self.problem(409, "gap", now, expected=found.expected)
        if isinstance(found, Fork):
            before = [result(mid, outcome) for mid, outcome in found.before]
            return self.problem(
                409, "fork", now, first_differing_mid=found.first_differing_mid, results=before
            )
        rights = memory.rights_now(user)
        sender = Sender(id_, user, rights, now, client.skew)
        return self._decide(found, sender, client, probe=header.get("probe") is True)

    def _stored(self, client_id: str, first: int, n: int) -> dict[int, Stored]:
        by_mark = self.memory.by_mark
        rows = ((mid, by_mark.get((client_id, mid))) for mid in range(first, first + n))
        return {mid: Stored(row.op.sha256, row.outcome) for mid, row in rows if row is not None}

    def _decide(self, found: Fresh, sender: Sender, client: Client, *, probe: bool) -> Answer:
        push = self._engine(sender)
        if any(op.set.get("b") == BOMB for op in found.ops):
            if not probe:
                raise BombError
            batch = undecided(found.ops, RULES, sender, UPCASTERS)
            outcomes = [row.outcome for row in batch.ledger]
        else:
            outcomes = push.take(found.ops)
            batch = push.batch
        self.memory.write(batch)
        self.on_commit(batch.ledger)
        mids = [op.mid for op in found.ops[: len(outcomes)]]
        last = max([client.last_mid, *mids])
        self.memory.clients[sender.client_id] = replace(client, last_mid=last)
        results = [
            result(mid, outcome)
            for mid, outcome in [*found.known, *zip(mids, outcomes, strict=True)]
        ]
        heads = {id_: place.counter.seq for id_, place in self.memory.places_by_id.items()}
        return self.said(sender.received_at, last_mid=last, results=results, heads=heads)

    # -- after a restore ---------------------------------------------------------------------------

    def _recovery(self, user: str, said: dict[str, Any], now: int) -> Answer:
        """Keep for a person what a device still shows and this ledger lacks; merge nothing."""
        if said["server_epoch"] != self.epoch:
            return self.problem(409, "epoch", now)
        entry = self.memory.by_mark
        for item in said["items"]:
            mark = tuple(item["mark"]) if item["mark"] else None
            if self.reader.reads(user, item["scope"]) and not (mark and knows(entry.get(mark))):
                key = (item["scope"], item["k"], item["id"], item["field"], mark)
                self.memory.lost_values[key] = item["value"]
        return self.said(now)

    # -- the server's own writes -----------------------------------------------------------------

    def desk(self, client: str, user: str | None, ops: Sequence[Op], now: int) -> Batch:
        """Write as the desk or the server itself: the same road, numbered by the request."""
        self._write_what_was_put_off()
        rights: Rights | None = None if user is None else self.memory.rights_now(user)
        push = self._engine(Sender(client, user, rights, now))
        push.take(ops)
        self.memory.commit(push.batch)
        self.on_commit(push.batch.ledger)
        return push.batch


def result(mid: int, outcome: Any) -> dict[str, object]:
    """Return one result as it travels."""
    said: dict[str, object] = {"mid": mid, "status": outcome.status}
    if outcome.code is not None:
        said["code"] = outcome.code
    if outcome.fields:
        said["fields"] = list(outcome.fields)
    return said
