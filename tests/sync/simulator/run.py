"""One run: a seeded scheduler, a network that loses and repeats, people, a desk, then healing."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from sync.mutants import NONE, Mutants
from sync.op import Op
from tests.sync.simulator.kinds import Held
from tests.sync.simulator.memory import Place
from tests.sync.simulator.oracle import Oracle
from tests.sync.simulator.server import Server
from tests.sync.simulator.tablet import DAY, Tablet

ROUNDS = 400


@dataclass
class Run:
    """Everything of one run follows from its seed."""

    seed: int
    mutants: Mutants = NONE
    rng: random.Random = field(init=False)
    now: int = 1_764_000_000_000
    wires: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    old_pushes: list[dict[str, Any]] = field(default_factory=list)
    oracle: Oracle = field(default_factory=Oracle)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.server = Server(self.mutants)
        self.schools = [self._uuid(), self._uuid()]
        self.visit = self._uuid()
        for scope in (*self.schools, self.visit):
            kind = "visit" if scope == self.visit else "school"
            self.server.memory.places_by_id[scope] = Place(kind)
        self.tablets = [self._tablet(n) for n in range(self.rng.randint(2, 5))]

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def _tablet(self, n: int) -> Tablet:
        user, skew = f"user{n}", self.rng.randint(-2 * DAY, 2 * DAY)
        tablet = Tablet(self._uuid(), user, random.Random(self.rng.random()), skew, self.visit)
        self.server.owners[tablet.id] = user
        scopes = [self.visit, *self.rng.sample(self.schools, self.rng.randint(1, 2))]
        self.server.memory.rights[user] = {scope: self._right(scope) for scope in scopes}
        return tablet

    def _right(self, scope: str) -> Held:
        return Held(self.server.memory.places_by_id[scope].kind, frozenset({"walker"}))

    def go(self, steps: int) -> list[str]:
        """Run the steps, heal, drain, and return every broken invariant."""
        for _ in range(steps):
            self.now += self.rng.randint(1, 60_000)
            self.step()
            if self.oracle.faults:
                return self.oracle.faults
        self._heal()
        return self.oracle.judge(self.server, self.tablets)

    def step(self) -> None:
        tablet = self.rng.choice(self.tablets)
        what = self.rng.random()
        if what < 0.34:
            self._edit(tablet)
        elif what < 0.5:
            self._ask(tablet, tablet.push_request())
        elif what < 0.62:
            self._ask(tablet, tablet.pull_request())
        elif what < 0.9:
            self._carry()
        elif what < 0.96:
            self._desk()
        else:
            self._trouble(tablet)
        self.oracle.note(tablet)

    # -- people ------------------------------------------------------------------------------------

    def _edit(self, tablet: Tablet) -> None:
        what, lost = self.rng.random(), self.rng.random() < 0.03
        schools = [s for s in tablet.cursors if s in self.schools] or self.schools
        scope = self.rng.choice(schools)
        if what < 0.06:
            tablet.poison()
        elif what < 0.3:
            tablet.write(self.now, tablet.new_thing(scope), lost=lost)
        elif what < 0.45:
            tablet.write(self.now, tablet.new_sight(), lost=lost)
        elif what < 0.53:
            pair = (tablet.new_thing(scope), tablet.edit() or tablet.new_sight())
            tablet.write(self.now, *pair, lost=lost)
        elif what < 0.57:
            parent, child = tablet.new_thing(scope), tablet.new_thing(scope)
            child["set"]["parent"] = parent["id"]
            tablet.write(self.now, child)
            tablet.write(self.now, parent)
        else:
            op = tablet.edit()
            if op is not None:
                tablet.write(self.now, op, lost=lost)

    def _desk(self) -> None:
        """Edit, grade or move something at the desk, now and then with an old form."""
        things = sorted(k for k, r in self.server.memory.rows.items() if k[0] == "thing")
        if not things:
            return
        kind, id_ = self.rng.choice(things)
        row = self.server.memory.rows[(kind, id_)]
        op = Op(f"server:{self._uuid()}", 1, b"", b"", kind=kind, id=id_, scope_id=row.scope_id)
        op.at, op.moves, op.as_it_stands = self.now, True, self.rng.random() < 0.6
        what = self.rng.random()
        if what < 0.25:
            op.scope_id = self.rng.choice(self.schools)
            op.set = {"b": self.rng.randrange(9)}
        elif what < 0.5:
            op.set = {"grade": self.rng.choice("AB")}
        else:
            op.set = {"a": self.rng.randrange(9), "b": self.rng.randrange(9)}
        self.server.desk(op.client_id, None, [op], self.now)

    # -- the network -------------------------------------------------------------------------------

    def _ask(self, tablet: Tablet, request: dict[str, Any] | None) -> None:
        if request is None:
            return
        if self.rng.random() < 0.3:
            self.wires.append(("up", tablet.id, tablet.hello(self.now)))
        self.wires.append(("up", tablet.id, request))
        if request["type"] == "push":
            self.old_pushes.append(request)

    def _carry(self) -> None:
        """Deliver any message, not the oldest; lose some, repeat some, crash before a commit."""
        if self.old_pushes and self.rng.random() < 0.05:
            stale = self.rng.choice(self.old_pushes)
            self.wires.append(("up", stale["client"], stale))
        if not self.wires:
            return
        way, client, message = self.wires.pop(self.rng.randrange(len(self.wires)))
        if self.rng.random() < 0.1:
            return
        if self.rng.random() < 0.1:
            self.wires.append((way, client, message))
        self._deliver(way, client, message, crash=self.rng.random() < 0.05)

    def _deliver(
        self, way: str, client: str, message: dict[str, Any], *, crash: bool = False
    ) -> None:
        tablet = next(one for one in self.tablets if one.id == client)
        if way == "up":
            reply = self.server.handle(message, self.now, crash=crash)
            if reply is not None:
                self.wires.append(("down", client, reply))
            return
        if message["type"] == "pull":
            self.oracle.judge_pull(tablet, message)
        if message["type"] == "gap":
            return  # an old push overtook: what it lacks is still in the outbox
        fault = tablet.receive(message)
        if fault is not None:
            self.oracle.faults.append(fault)

    # -- trouble -----------------------------------------------------------------------------------

    def _trouble(self, tablet: Tablet) -> None:
        memory, what = self.server.memory, self.rng.random()
        rights = memory.rights[tablet.user]
        scope = self.rng.choice(sorted(memory.places_by_id))
        place = memory.places_by_id[scope]
        if what < 0.25:
            tablet.clock_off = self.rng.randint(-2 * DAY, 2 * DAY)
        elif what < 0.45:
            tablet.form = tablet.form_key = None
            self.wires = [wire for wire in self.wires if wire[1] != tablet.id]
        elif what < 0.65:
            if rights.pop(scope, None) is None:
                rights[scope] = self._right(scope)
        elif what < 0.85:
            place.closed = scope == self.visit and not place.closed
        else:
            place.min_seq = self.rng.randint(place.min_seq, place.counter.seq)
            for key, (seq, _) in list(memory.tombstones.items()):
                if key[0] == scope and seq <= place.min_seq:
                    del memory.tombstones[key]

    def _heal(self) -> None:
        """Nothing is lost any more: everybody must drain and come to rest within some rounds."""
        self.wires.clear()
        for _ in range(ROUNDS):
            before = [self._rest(tablet) for tablet in self.tablets]
            for tablet in self.tablets:
                for request in (tablet.push_request(), tablet.pull_request()):
                    if request is not None:
                        self.now += 1000
                        self._deliver("up", tablet.id, request)
                        while self.wires:
                            self._deliver(*self.wires.pop())
            if before == [self._rest(tablet) for tablet in self.tablets]:
                return

    def _rest(self, tablet: Tablet) -> tuple[int, object, object]:
        return (len(tablet.outbox), dict(tablet.cursors), tablet.staging)
