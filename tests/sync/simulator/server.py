"""The simulated server: hello, push and pull over the real engine, one request at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.batch import Sender
from sync.mutants import Mutants
from sync.op import Op
from sync.pull import Pulled, page_of, pull
from sync.push import Push
from sync.receive import Fork, Gap, Stored, sort_lines
from tests.sync.simulator.kinds import ORGANISATION, RULES
from tests.sync.simulator.memory import Memory, Snapshot

Message = dict[str, Any]


@dataclass
class Server:
    """One server with its memory. ``owners``: whose each client is."""

    mutants: Mutants
    memory: Memory = field(default_factory=Memory)
    owners: dict[str, str] = field(default_factory=dict)
    desk_mids: dict[str, int] = field(default_factory=dict)
    decided: list[tuple[Op, bool]] = field(default_factory=list)  # op, had its author the right

    def handle(self, request: Message, now: int, *, crash: bool = False) -> Message | None:
        """Answer a request; with ``crash`` the transaction is lost and nobody answers."""
        user = self.owners[request["client"]]
        if request["type"] == "hello":
            self.memory.skew[request["client"]] = now - request["device_now"]
            return {"type": "hello", "last_mid": self.memory.last_mid.get(request["client"], 0)}
        if request["type"] == "push":
            return self._push(request, user, now, crash=crash)
        if request["type"] == "boot":
            return self._boot(request, user)
        return self._pull(request, user)

    def _push(self, request: Message, user: str, now: int, *, crash: bool) -> Message | None:
        memory, client = self.memory, request["client"]
        last = memory.last_mid.get(client, 0)
        stored = {
            mid: Stored(row.op.sha256, row.outcome)
            for (owner, mid), row in memory.by_mark.items()
            if owner == client
        }
        found = sort_lines(
            client, request["first_mid"], request["lines"], last, stored, mutants=self.mutants
        )
        if isinstance(found, Gap):
            return {"type": "gap", "expected": found.expected}
        if isinstance(found, Fork):
            return {"type": "fork", "mid": found.first_differing_mid}
        sender = Sender(client, user, memory.rights_now(user), now, memory.skew.get(client, 0))
        push = Push(memory, RULES, ORGANISATION, sender, self.mutants)
        outcomes = push.take(found.ops)
        if crash:
            return None
        self._note(found.ops[: len(outcomes)], push, user)
        memory.commit(push.batch)
        mids = [op.mid for op in found.ops[: len(outcomes)]]
        memory.last_mid[client] = max([last, *mids])
        results = [*found.known, *zip(mids, outcomes, strict=True)]
        return {"type": "push", "results": results, "last_mid": memory.last_mid[client]}

    def _note(self, ops: Sequence[Op], push: Push, user: str) -> None:
        """Remember for the oracle whether each applied op's author had the right."""
        rights = self.memory.rights_now(user)
        for op, row in zip(ops, push.batch.ledger, strict=False):
            if row.outcome.status not in ("applied", "merged") or op.kind == "void":
                continue
            stood = self.memory.rows.get((op.kind, op.id))
            scope = stood.scope_id if stood is not None else op.scope_id
            self.decided.append((op, scope in rights and not rights[scope].closed))

    def _pull(self, request: Message, user: str) -> Message:
        memory, rights = self.memory, self.memory.rights_now(user)
        asked = {scope: (gen, seq) for scope, (gen, seq) in request["cursors"].items()}
        done: Pulled = pull(Snapshot(memory), asked, rights, request["limit"], self.mutants)
        return {
            "type": "pull",
            "asked": request["cursors"],
            "pulled": done,
            "acked": memory.last_mid.get(request["client"], 0),
            "decisions": [
                told
                for told in memory.decisions
                if told.client_id == request["client"] and told.n > request["decided"]
            ],
            # What no client sees: the oracle's look at the same moment.
            "truth": {scope: memory.places_by_id[scope].counter.digest for scope in done.pages},
            "may_read": sorted(scope for scope, right in rights.items() if right.can_read),
        }

    def _boot(self, request: Message, user: str) -> Message | None:
        """Send a whole scope in one stream."""
        scope, rights = request["scope"], self.memory.rights_now(user)
        if scope not in rights or not rights[scope].can_read:
            return {"type": "boot", "scope": scope, "page": None}
        head = self.memory.heads([scope])[scope]
        page = page_of(Snapshot(self.memory), scope, head, 0, 1_000_000, mutants=self.mutants)
        return {"type": "boot", "scope": scope, "page": page}

    def desk(self, client: str, user: str | None, ops: Sequence[Op], now: int) -> None:
        """Write as the desk or the server itself: the same road, numbered by the request."""
        rights = None if user is None else self.memory.rights_now(user)
        sender = Sender(client, user, rights, now)
        push = Push(self.memory, RULES, ORGANISATION, sender, self.mutants)
        push.take(ops)
        self.memory.commit(push.batch)
