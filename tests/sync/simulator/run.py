"""One run: a seeded scheduler, people, a desk, a bad network and worse luck; then healing.

Everything of a run follows from its seed: ``python -m tests.sync.simulator SEED`` tells it again.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from sync.batch import LedgerRow
from sync.mutants import NONE, Mutants
from tests.sync.simulator.books import Books
from tests.sync.simulator.desk import Desk
from tests.sync.simulator.kinds import NOW_SV, ORGANISATION, Held
from tests.sync.simulator.memory import Place
from tests.sync.simulator.network import Network, Wire
from tests.sync.simulator.oracle import Oracle
from tests.sync.simulator.people import Person
from tests.sync.simulator.server import Server
from tests.sync.simulator.tablet import PyTablet
from tests.sync.simulator.tablet_port import (
    NOBODY,
    Answer,
    Moment,
    PowerLostError,
    Setup,
    TabletPort,
)
from tests.sync.simulator.trouble import DAY, Trouble

START = 1_764_000_000_000
ROUNDS = 120
QUIET = 3  # calm rounds in which nothing moves
STUCK = 16  # the same, while something is unsent: a poisoned batch takes a few rounds to cut down
MESSAGES = 1000  # in one calm round
DEATHS: tuple[Literal["before", "after"], ...] = ("before", "after")  # of a commit
Birth = Callable[[Setup, Mutants], TabletPort]


@dataclass
class Run:
    """A run of one seed. ``birth`` says what stands in for a tablet."""

    seed: int
    mutants: Mutants = NONE
    birth: Birth = PyTablet
    reads_settings: bool = True
    now: int = START
    offsets: dict[str, int] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.history = hashlib.sha256()
        self.server = Server(self.rng.getrandbits(32), self.mutants, on_commit=self._committed)
        self.schools = [self.fresh_id(), self.fresh_id()]
        self.visit = self.fresh_id()
        memory = self.server.memory
        for scope in (*self.schools, self.visit):
            memory.places_by_id[scope] = Place("visit" if scope == self.visit else "school")
        self.books = Books()
        self.people: list[Person] = []
        self.trouble = Trouble(self)
        self.oracle = Oracle(self.books, self.server, self.trouble, self.reads_settings)
        for n in range(self.rng.randint(2, 4)):
            self._person(n)
        self.desk = Desk(self.server, self.books, self.fork_rng(), self.schools)
        self.network = Network(
            self.server, self.fork_rng(), self._deliver, self.faults, self._heard, self.oracle.died
        )
        memory.log.commit("begin", "strict")

    def fresh_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def fork_rng(self) -> random.Random:
        return random.Random(self.rng.getrandbits(64))

    def _person(self, n: int) -> None:
        user = f"user{n}"
        scopes = [self.visit, *self.rng.sample(self.schools, self.rng.randint(1, 2))]
        self.server.memory.rights[user] = {scope: self.right(scope) for scope in scopes}
        setup = Setup(
            f"t{n}",
            user,
            self.fresh_id(),
            self.fresh_id(),
            ORGANISATION,
            self.rng.getrandbits(32),
            sv=self.rng.choice((1, 2, NOW_SV, NOW_SV, NOW_SV)),
            ops=6,
            page=self.rng.choice((3, 9)),
            chunk=16,
        )
        self.offsets[setup.name] = self.rng.randint(-2 * DAY, 2 * DAY)
        self.settle_in(self.birth(setup, self.mutants))

    def settle_in(self, tablet: TabletPort) -> None:
        """Give a tablet a person."""
        self.people.append(Person(tablet, self.fork_rng(), self.books, self.visit, self.schools))

    def right(self, scope: str) -> Held:
        kind = self.server.memory.places_by_id[scope].kind
        school = self.schools[0] if scope == self.visit else None
        return Held(kind, frozenset({"walker"}), school_id=school)

    def moment(self, name: str) -> Moment:
        return Moment(max(0, self.now + self.offsets[name]), self.now - START)

    @property
    def tablets(self) -> list[TabletPort]:
        return [person.tablet for person in self.people]

    # -- the story ---------------------------------------------------------------------------------

    def go(self, steps: int) -> list[str]:
        """Tell the story, heal, drain, and return every broken invariant."""
        for _ in range(steps):
            self.now += self.rng.randint(1, 60_000)
            self._step()
            if self.oracle.faults:
                return self.oracle.faults
        self._heal()
        return self.oracle.judge(self.tablets)

    def _step(self) -> None:
        person = self.rng.choice(self.people)
        what = self.rng.random()
        if what < 0.3:
            self._edit(person)
        elif what < 0.42:
            self._power(person.tablet, lambda: self._begin(person.tablet))
        elif what < 0.88:
            for _ in range(self.rng.randint(1, 6)):
                self.network.carry(self.now)
        elif what < 0.94:
            self.desk.act(self.now)
        else:
            self.trouble.strike(person)
        self.oracle.look(person.tablet)

    def _begin(self, tablet: TabletPort) -> None:
        if tablet.rounds() < 2:
            tablet.begin_round(self.moment(tablet.name))
            self.network.collect(tablet)

    def _edit(self, person: Person) -> None:
        tablet = person.tablet
        moment = self.moment(tablet.name)
        if person.rng.random() < 0.05 and "bad_line" in tablet.skills:
            self.faults["poison"] += 1
            line = person.poison()
            self._power(tablet, lambda: tablet.spoil(line, moment))
            return
        edits, photos = person.plan()
        person.note(edits)
        if person.rng.random() < 0.05:
            when = person.rng.choice(DEATHS)
            self.faults[f"tablet died {when} its commit"] += 1
            tablet.fail_next(when)
        self._power(tablet, lambda: tablet.edit(edits, photos, moment))
        self._tell("edit", tablet.name, str(len(edits)))

    def _power(self, tablet: TabletPort, do: Callable[[], object]) -> None:
        """Do something; if the power goes meanwhile, start the tablet again."""
        try:
            do()
        except PowerLostError:
            self.restart(tablet)

    def restart(self, tablet: TabletPort) -> None:
        self.network.forget(tablet.name)
        tablet.restart(self.moment(tablet.name))

    # -- what the network brings -------------------------------------------------------------------

    def _deliver(self, name: str, n: int, answer: Answer) -> None:
        tablet = next(one for one in self.tablets if one.name == name)
        self._tell("answer", name, f"{n} {answer.status}")
        if not self.network.is_calm and self.rng.random() < 0.02:
            when = self.rng.choice(DEATHS)
            self.faults[f"tablet died {when} its commit"] += 1
            tablet.fail_next(when)
        self._power(tablet, lambda: tablet.answer(n, answer, self.moment(name)))
        self.network.collect(tablet)
        self.oracle.look(tablet)

    def _heard(self, wire: Wire, answer: Answer, now: int) -> None:
        self._tell(wire.ask.path, wire.user, f"{now} {answer.status} {answer.body}")
        self.oracle.heard(wire.user, wire.ask, answer)

    def _committed(self, rows: Sequence[LedgerRow]) -> None:
        self.oracle.committed(rows)

    def _tell(self, *words: str) -> None:
        self.history.update("|".join(words).encode())

    # -- healing -----------------------------------------------------------------------------------

    def _heal(self) -> None:
        """Nothing is lost any more: everybody must drain and come to rest within some rounds."""
        network = self.network
        network.is_calm = True
        for wire in network.wires:
            if wire.waits:
                self._deliver(wire.tablet, wire.ask.n, NOBODY)
        network.wires.clear()
        self.trouble.heal()
        quiet = 0
        for _ in range(ROUNDS):
            before = [self._rest(tablet) for tablet in self.tablets]
            for tablet in self.tablets:
                self.now += 1000
                self._power(tablet, partial(self._begin, tablet))
                if not self._drained():
                    self.oracle.faults.append(f"{tablet.name} asks without end (I7)")
                    return
            self.desk.check_pictures(self.now)
            quiet = quiet + 1 if before == [self._rest(t) for t in self.tablets] else 0
            unsent = any(tablet.dump().outbox for tablet in self.tablets)
            if quiet == (STUCK if unsent else QUIET):
                return

    def _drained(self) -> bool:
        """Carry everything that is on its way; False: a round does not end."""
        for _ in range(MESSAGES):
            if not self.network.wires:
                return True
            self.network.carry(self.now)
        return False

    @staticmethod
    def _rest(tablet: TabletPort) -> tuple[object, ...]:
        dump = tablet.dump()
        return (dump.client_id, len(dump.outbox), dict(dump.cursors), dict(dump.photos))
