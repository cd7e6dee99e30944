"""The network: holds every message, and loses, repeats, delays, cuts and damages them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.sync.simulator.server import DiedError, Server
from tests.sync.simulator.tablet_port import NOBODY, Answer, Ask, TabletPort


@dataclass(frozen=True, slots=True)
class Wire:
    """One message on its way. ``answer`` None: it goes up. ``waits``: somebody still listens."""

    tablet: str
    user: str
    ask: Ask
    answer: Answer | None = None
    waits: bool = True


Deliver = Callable[[str, int, Answer], None]
TURNED_AWAY = Answer(503, '{"slug":"unavailable"}', {"Retry-After": "1"})
TOO_MANY = Answer(429, '{"slug":"too_many"}', {"Retry-After": "1"})


@dataclass
class Network:
    """Carries one message at a time, not the oldest first."""

    server: Server
    rng: random.Random
    deliver: Deliver
    faults: Counter[str]
    heard: Callable[[Wire, Answer, int], None]
    died: Callable[[], None]
    wires: list[Wire] = field(default_factory=list)
    old: list[Wire] = field(default_factory=list)
    is_calm: bool = False

    def collect(self, tablet: TabletPort) -> None:
        for ask in tablet.asks():
            wire = Wire(tablet.name, tablet.user, ask)
            self.wires.append(wire)
            if ask.path == "/push":
                self.old.append(replace(wire, waits=False))

    def forget(self, name: str) -> None:
        """A tablet died: what it asked still arrives, nobody hears the answers."""
        self.wires = [
            replace(wire, waits=False) if wire.tablet == name else wire
            for wire in self.wires
            if wire.tablet != name or wire.answer is None
        ]

    def carry(self, now: int) -> None:
        """Carry one message, whichever; meet one fault at most."""
        if self.old and not self.is_calm and self.rng.random() < 0.03:
            self.faults["stale replay"] += 1
            self.wires.append(self.rng.choice(self.old))
        if not self.wires:
            return
        wire = self.wires.pop(0 if self.is_calm else self.rng.randrange(len(self.wires)))
        if wire.answer is None:
            self._up(wire, now)
        else:
            self._down(wire)

    def _up(self, wire: Wire, now: int) -> None:
        luck = 1.0 if self.is_calm else self.rng.random()
        if luck < 0.05:
            self._lose(wire, "request lost")
        elif luck < 0.08:
            self.faults["duplicate"] += 1
            self.wires.append(replace(wire, waits=False))
            self._arrive(wire, now)
        elif luck < 0.11:
            self.faults["timed out and late"] += 1
            self.wires.append(replace(wire, waits=False))
            self._lose(wire, "gave up")
        elif luck < 0.13:
            self.faults["turned away"] += 1
            self._back(wire, TURNED_AWAY if luck < 0.12 else TOO_MANY)
        elif luck < 0.17 and wire.ask.method == "PATCH":
            self.faults["bytes damaged"] += 1
            body = bytes([wire.ask.body[0] ^ 1]) + wire.ask.body[1:]
            self._arrive(replace(wire, ask=replace(wire.ask, body=body)), now)
        else:
            self._arrive(wire, now)

    def _arrive(self, wire: Wire, now: int) -> None:
        die: Literal["before", "after"] | None = None
        if not self.is_calm and self.rng.random() < 0.04:
            die = self.rng.choice(("before", "after"))
            self.faults[f"server died {die} its commit"] += 1
        try:
            answer = self.server.handle(wire.user, wire.ask, now, die)
        except DiedError:
            self.died()
            self._lose(wire, "nobody answered")
            return
        self.heard(wire, answer, now)
        self._back(wire, answer)

    def _back(self, wire: Wire, answer: Answer) -> None:
        if wire.waits:
            self.wires.append(replace(wire, answer=answer))

    def _down(self, wire: Wire) -> None:
        luck = 1.0 if self.is_calm else self.rng.random()
        answer = wire.answer
        if answer is None or not wire.waits:
            return
        if luck < 0.06:
            self._lose(wire, "answer lost")
            return
        if luck < 0.2 and wire.ask.path.startswith("/bootstrap"):
            lines = answer.body.split("\n")
            if answer.status == 200 and len(lines) > 1:
                self.faults["stream cut"] += 1
                body = "\n".join([*lines[: self.rng.randrange(len(lines))], '{"cu'])
                answer = replace(answer, body=body, is_cut=True)
        self.deliver(wire.tablet, wire.ask.n, answer)

    def _lose(self, wire: Wire, why: str) -> None:
        self.faults[why] += 1
        if wire.waits:
            self.deliver(wire.tablet, wire.ask.n, NOBODY)
