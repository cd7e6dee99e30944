"""What a device reads of the simulated server: pages since its cursors, a whole scope, a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.codec import canonical
from sync.pull import page_of, pull
from tests.sync.simulator.kinds import NOW_SV
from tests.sync.simulator.memory import Snapshot
from tests.sync.simulator.tablet_port import Answer

if TYPE_CHECKING:
    from tests.sync.simulator.server import Server


class Reader:
    """Answers out of the server's memory within a person's rights; writes nothing."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def pull(self, user: str, said: dict[str, Any], now: int) -> Answer:
        memory, rights = self.server.memory, self.server.memory.rights_now(user)
        if said.get("sv", NOW_SV) < self.server.min_sv:
            return self.server.problem(426, "app_too_old", now, min_sv=self.server.min_sv)
        if said["server_epoch"] != self.server.epoch:
            return self.server.problem(409, "epoch", now)
        asked = {scope: (c["gen"], c["seq"]) for scope, c in said["scopes"].items()}
        done = pull(Snapshot(memory), asked, rights, said["limit"], self.server.mutants)
        client = memory.clients.get(said["client_id"])
        pages = ",".join(f'"{id_}":{page.text()}' for id_, page in done.pages.items())
        told = [
            {"n": told.n, "mid": told.mid, "outcome": told.outcome, "reason": told.reason}
            for told in memory.decisions
            if told.client_id == said["client_id"] and told.n > said["decided"]
        ]
        rest = canonical(
            {
                "acked_mid": client.last_mid if client is not None else 0,
                "added": done.added,
                "decisions": told,
                "reset": done.reset,
                "revoked": done.revoked,
                "server_epoch": self.server.epoch,
                "server_now": now,
            }
        )
        return Answer(200, f'{rest[:-1]},"scopes":{{{pages}}}}}')

    def bootstrap(self, user: str, rest: str, now: int) -> Answer:
        scope, _, after = rest.partition("?after=")
        if not self.reads(user, scope):
            return self.server.problem(404, "not_found", now)
        head = self.server.memory.heads([scope])[scope]
        page = page_of(Snapshot(self.server.memory), scope, head, int(after), 1_000_000)
        trailer = canonical(
            {
                "gen": head.gen,
                "min_seq": head.min_seq,
                "seq": head.seq,
                "server_epoch": self.server.epoch,
            }
        )
        return Answer(200, "\n".join([*page.items, trailer]))

    def digest(self, user: str, rest: str, now: int) -> Answer:
        scope, _, seq = rest.partition("?seq=")
        if not self.reads(user, scope):
            return self.server.problem(404, "not_found", now)
        counter = self.server.memory.places_by_id[scope].counter
        if counter.seq != int(seq):
            return self.server.problem(409, "not_at_head", now, head=counter.seq)
        live = [
            r for r in self.server.memory.rows.values() if r.scope_id == scope and not r.deleted
        ]
        return self.server.said(now, n=len(live), sum=counter.digest)

    def reads(self, user: str, scope: str) -> bool:
        right = self.server.memory.rights_now(user).get(scope)
        return right is not None and right.can_read
