"""A Hypothesis state machine over the real endpoints: tablets, a desk, answers that get lost.

Whatever order it finds: every line is once in the ledger, no value is lost, all end alike.
"""

from __future__ import annotations

import json
import uuid
from functools import partial
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.commit import Change, commit_changes, create_scope
from server.exchange.restore import mint_epoch
from server.exchange.tombstones import collect_chunk
from sync.codec import JsonValue
from sync.mutants import Mutant
from sync.pull import pull
from sync.push import Push
from sync.receive import sort_lines
from tests.exchange.device import Device
from tests.exchange.machine_books import Books
from tests.exchange.machine_tablet import Shown, Tablet
from tests.soak import rounds
from tests.world import World

PEOPLE = ("consultant", "trust_it", "consultant")
FAR = 2**52  # a day after which every tombstone is old

tablets = st.integers(0, len(PEOPLE) - 1)
schools = st.integers(0, 1)
picks = st.integers(0, 7)
values = st.integers(0, 4)
fields = st.sampled_from(["serial", "ram_gb", "custom/a"])
BAD = (b"{", b"", b"null", b'{"mid":1,"mid":1}', b"\xff", b'{"mid":NaN}')


def said(name: str, value: int) -> str | int:
    return value if name == "ram_gb" else f"S{value}"


class Machine(RuleBasedStateMachine):
    """Two schools of its own in the world; three databases of two people; the desk."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.north = world.organisations["north"]
        self.type_id = asset_type_id(self.north, "laptop_pupil")
        self.schools = tuple(sorted(str(uuid.uuid4()) for _ in range(2)))
        self.rooms = [str(uuid.uuid4()) for _ in self.schools]
        self.unbuilt: list[tuple[str, str]] = []  # rooms that some line named already
        self.tablets: list[Tablet] = []

    @initialize()
    def begin(self) -> None:
        with unit_of_work(self.north, self.world.app):
            for school in self.schools:
                create_scope("school", school)
        changes = [Change("school", one, one, {"name": "School"}) for one in self.schools]
        changes += [
            Change("room", room, school, {"name": "Room"})
            for room, school in zip(self.rooms, self.schools, strict=True)
        ]
        assert {self.desk(change) for change in changes} == {"applied"}
        for person in PEOPLE:
            tablet = Tablet(Device(self.world, person), self.schools)
            tablet.hello()
            tablet.device.watch(*self.schools)
            self.tablets.append(tablet)

    def desk(self, change: Change) -> str:
        with unit_of_work(self.north, self.world.app):
            origin = str(uuid.uuid4())
            [found] = commit_changes([change], origin=origin, actor_id=None, grants=None)
            return found.status

    def pick(self, tablet: int, number: int) -> tuple[Tablet, str, Shown] | None:
        """Return one of the records on a tablet's screen."""
        shown = self.tablets[tablet].screen()
        if not shown:
            return None
        id_ = sorted(shown)[number % len(shown)]
        return self.tablets[tablet], id_, shown[id_]

    # -- people ----------------------------------------------------------------------------------

    @rule(tablet=tablets, school=schools, value=values)
    def make(self, tablet: int, school: int, value: int) -> None:
        made: dict[str, Any] = {"asset_type_id": self.type_id, "room_id": self.rooms[school]}
        made["serial"] = said("serial", value)
        self.tablets[tablet].write("asset", str(uuid.uuid4()), self.schools[school], made)

    @rule(tablet=tablets, number=picks, name=fields, value=values)
    def edit(self, tablet: int, number: int, name: str, value: int) -> None:
        if found := self.pick(tablet, number):
            self._edit(*found, name, value)

    def _edit(self, on: Tablet, id_: str, shown: Shown, name: str, value: int, **more: Any) -> int:
        base = {name: list(shown.marks[name])} if name in shown.marks else {}
        return on.write("asset", id_, shown.scope, {name: said(name, value)}, base=base, **more)

    @rule(tablet=tablets, number=picks, value=values)
    def edit_what_it_never_saw(self, tablet: int, number: int, value: int) -> None:
        """Two forms, one stale: the base is not what stands on the screen."""
        if found := self.pick(tablet, number):
            on, id_, shown = found
            on.write("asset", id_, shown.scope, {"serial": said("serial", value)})

    @rule(tablet=tablets, number=picks)
    def delete(self, tablet: int, number: int) -> None:
        if found := self.pick(tablet, number):
            on, id_, shown = found
            base = {name: list(mark) for name, mark in shown.marks.items()}
            on.write("asset", id_, shown.scope, {"deleted": True}, base=base)

    @rule(tablet=tablets, number=picks, value=values, is_bad=st.booleans())
    def edit_as_one(self, tablet: int, number: int, value: int, *, is_bad: bool) -> None:
        if found := self.pick(tablet, number):
            on, id_, shown = found
            txn: dict[str, Any] = {"txn": {"id": str(uuid.uuid4()), "n": 2}}
            first = self._edit(on, id_, shown, "serial", value, **txn)
            other: dict[str, Any] = {"ram_gb": "much" if is_bad else value}
            base = {"ram_gb": list(shown.marks["ram_gb"])} if "ram_gb" in shown.marks else {}
            last = on.write("asset", id_, shown.scope, other, base=base, **txn)
            on.groups |= {first: last, last: last}

    @rule(tablet=tablets, raw=st.sampled_from(BAD))
    def write_nonsense(self, tablet: int, raw: bytes) -> None:
        self.tablets[tablet].write_raw(raw)

    @rule(tablet=tablets, school=schools)
    def make_in_a_room_to_come(self, tablet: int, school: int) -> None:
        room = str(uuid.uuid4())
        self.unbuilt.append((room, self.schools[school]))
        made = {"asset_type_id": self.type_id, "room_id": room}
        self.tablets[tablet].write("asset", str(uuid.uuid4()), self.schools[school], made)

    @precondition(lambda self: self.unbuilt)
    @rule()
    def build_that_room(self) -> None:
        room, school = self.unbuilt.pop(0)
        assert self.desk(Change("room", room, school, {"name": "Late"})) == "applied"

    @rule(tablet=tablets, number=picks, value=values)
    def edit_at_the_desk(self, tablet: int, number: int, value: int) -> None:
        self._desk_write(tablet, number, {"serial": said("serial", value)})

    @rule(tablet=tablets, number=picks, school=schools)
    def move_at_the_desk(self, tablet: int, number: int, school: int) -> None:
        self._desk_write(tablet, number, {"room_id": self.rooms[school]}, self.schools[school])

    def _desk_write(
        self, tablet: int, number: int, values: dict[str, JsonValue], scope: str | None = None
    ) -> None:
        """The desk sees what the server has: only what some tablet has fetched."""
        held = self.tablets[tablet].device.items
        fetched = sorted((id_, place) for place, kind, id_ in held if kind == "asset")
        if fetched:
            id_, place = fetched[number % len(fetched)]
            home = scope or self._home(id_) or place
            assert self.desk(Change("asset", id_, home, values)) in ("applied", "merged")

    def _home(self, id_: str) -> str | None:
        from server.estate.models import Asset

        with unit_of_work(self.north, self.world.app):
            found = db.session.get(Asset, (self.north, id_))
            return found.scope_id if found else None

    # -- the network and the server --------------------------------------------------------------

    @rule(tablet=tablets, most=st.integers(1, 5), is_lost=st.booleans())
    def push(self, tablet: int, most: int, *, is_lost: bool) -> None:
        self.tablets[tablet].push(most, is_lost=is_lost)

    @rule(tablet=tablets, first=st.integers(1, 4))
    def push_again(self, tablet: int, first: int) -> None:
        """A stale replay arrives after everything."""
        on = self.tablets[tablet]
        last = on.next_send - 1
        start = min(
            (m for m, end in on.groups.items() if end == on.groups.get(first)), default=first
        )
        if start <= last:
            on.push(last - start + 1, first=start, is_lost=True)

    @rule(tablet=tablets, limit=st.integers(1, 12))
    def pull(self, tablet: int, limit: int) -> None:
        self.tablets[tablet].pull(limit)

    @rule(school=schools)
    def collect_tombstones(self, school: int) -> None:
        with unit_of_work(self.north, self.world.app):
            collect_chunk(db.session.connection(), self.north, self.schools[school], FAR)

    @rule()
    def begin_an_epoch(self) -> None:
        with unit_of_work(None, self.world.app):
            mint_epoch(db.session.connection())

    # -- the end ---------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not self.tablets:
            return
        while self.unbuilt:
            self.build_that_room()
        for tablet in self.tablets:
            tablet.drain()
        for tablet in self.tablets:
            tablet.drain()
        books = Books(self.world, self.schools)
        books.read()
        books.each_line_is_once_in_the_ledger(self.tablets)
        books.nothing_is_lost()
        books.no_older_value_stands_over_what_was_made_of_it()
        books.all_hold_the_same(self.tablets)


def run(world: World, *, examples: int, steps: int, is_fixed: bool) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=is_fixed,
        print_blob=True,
        # A failure of the slice is told as found; the long run takes the time to make it short.
        phases=(Phase.generate,) if is_fixed else (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    make = cast("type[Machine]", partial(Machine, world))
    run_state_machine_as_test(make, settings=chosen)


def test_a_slice(world: World) -> None:
    run(world, examples=20, steps=30, is_fixed=True)


def test_a_delete_that_saw_too_little_is_accounted_for(world: World) -> None:
    """Its conflict is all that is kept of it: no row has a field ``deleted``."""
    walk = Machine(world)
    walk.begin()
    walk.make(tablet=0, school=0, value=1)
    walk.push(tablet=0, most=5, is_lost=False)
    walk.pull(tablet=1, limit=12)
    walk.edit(tablet=0, number=0, name="serial", value=2)
    walk.push(tablet=0, most=5, is_lost=False)
    walk.delete(tablet=1, number=0)
    walk.push(tablet=1, most=5, is_lost=False)
    assert walk.tablets[1].said[1] == ("merged", None)
    walk.teardown()


FAULTS: tuple[Mutant, ...] = (
    "cursor_off_by_one", "group_split", "loser_dropped", "no_dedupe", "poison_blocks",
    "wall_clock_order",
)  # fmt: skip


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("fault", FAULTS)
def test_it_catches_the_seeded_faults(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Mutant
) -> None:
    seeded = frozenset({fault})
    monkeypatch.setattr(Push.__init__, "__defaults__", (seeded,))
    monkeypatch.setattr(sort_lines, "__kwdefaults__", {"mutants": seeded})
    monkeypatch.setattr(pull, "__defaults__", (seeded,))
    with pytest.raises(AssertionError):
        run(world, examples=60, steps=30, is_fixed=True)


@pytest.mark.soak
def test_for_long(world: World, database_name: str) -> None:
    """400 walks of 80 steps, or as many as its part of the hour has room for."""
    for number in rounds(0.1, 20):
        run(world, examples=20, steps=80, is_fixed=False)
        told = {"suite": "state machine", "on": database_name, "runs": 20 * (number + 1)}
        print(f"\n{json.dumps(told)}", flush=True)
