"""The database's store against the simulator's: the same random ops end in the same rows."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

import pytest
from sqlalchemy import Connection, select

from server.core.database import db
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.commit import current_build
from server.exchange.models import SyncConflict, SyncDecision, SyncTombstone
from server.exchange.store import SqlStore
from server.exchange.write import Writer
from sync.batch import Sender
from sync.codec import JsonValue, canonical
from sync.numbering import Counter
from sync.op import Op, read_op
from sync.push import Push
from sync.record import Mark
from tests.sync.simulator.kinds import Held
from tests.sync.simulator.memory import Memory, Place, Row
from tests.world import World

START = 1_764_000_000_000
PUSHES = 25


class Story:
    """Draws ops of two people and of the desk, on few records, so that they meet."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.rng = world, random.Random(seed)
        self.mids: dict[str, int] = {}
        self.assets = [str(uuid.UUID(int=n + 1, version=4)) for n in range(5)]
        self.rooms = [str(uuid.UUID(int=n + 100, version=4)) for n in range(3)]
        self.marks: dict[str, list[tuple[str, Mark]]] = {}

    def push(self, client: str) -> list[Op]:
        if client.startswith("server:"):
            return [self._desk(client)]
        ops = [self._device(client) for _ in range(self.rng.randint(1, 4))]
        return ops if self.rng.random() < 0.7 else self._grouped(client)

    def _grouped(self, client: str) -> list[Op]:
        txn = {"id": str(uuid.UUID(int=self.rng.getrandbits(128), version=4)), "n": 2}
        return [self._device(client, txn=txn) for _ in range(2)]

    def _mid(self, client: str) -> int:
        self.mids[client] = self.mids.get(client, 0) + 1
        return self.mids[client]

    def _device(self, client: str, **more: Any) -> Op:
        mid, name = self._mid(client), self.rng.choice(("alder", "birch"))
        school = self.world.schools[name]
        kind, id_, values = self._values(name)
        line = {
            "mid": mid, "sv": 1, "kind": kind, "id": id_, "scope": school, "set": values,
            "at": START + self.rng.randint(-5_000_000, 5_000_000), "mono": ["s", mid],
            "base": self._base(id_, values, (client, mid)), **more,
        }  # fmt: skip
        return read_op(canonical(line).encode(), client, mid)

    def _values(self, school: str) -> tuple[str, str, dict[str, Any]]:
        if self.rng.random() < 0.12:
            return "room", self.rng.choice(self.rooms), {"name": f"R{self.rng.randrange(9)}"}
        asset, what = self.rng.choice(self.assets), self.rng.random()
        if what < 0.4:
            type_id = asset_type_id(self.world.organisations["north"], "laptop_pupil")
            rooms = [*self.rooms, *[self.world.rooms[f"{school}.room1"]] * 6]
            more = {"custom/owner": "7B"} if self.rng.random() < 0.3 else {}
            values = {"asset_type_id": type_id, "room_id": self.rng.choice(rooms)}
            return "asset", asset, {**values, "ram_gb": self.rng.randrange(9), **more}
        if what < 0.55:
            return "asset", asset, {"deleted": self.rng.random() < 0.7}
        choices = (
            {"serial": f"S{self.rng.randrange(5)}"},
            {"bought_on": "2020-01-01"},
            {"name": None},
        )
        return "asset", asset, dict(self.rng.choice(choices))

    def _base(self, id_: str, values: dict[str, Any], mine: Mark) -> dict[str, list[Any]]:
        """Name what was seen: mostly the last value sent, sometimes an older one or none."""
        known = self.marks.setdefault(id_, [])
        names = (
            {name for name, _ in known} if values.get("deleted") is True else {*values, "deleted"}
        )
        base: dict[str, list[Any]] = {}
        for name in sorted(names):
            seen = [mark for field, mark in known if field == name]
            if seen and self.rng.random() < 0.85:
                base[name] = list(seen[-1] if self.rng.random() < 0.7 else self.rng.choice(seen))
        known += [(name, mine) for name in values]
        return base

    def _desk(self, client: str) -> Op:
        mid = self._mid(client)
        school = self.world.schools[self.rng.choice(("alder", "birch"))]
        values: dict[str, JsonValue] = {
            "condition": self.rng.choice("ABCD"),
            "ram_gb": self.rng.randrange(9),
        }
        asset = self.rng.choice(self.assets)
        self.marks.setdefault(asset, []).extend((name, (client, mid)) for name in values)
        return Op(
            client, mid, b"", b"", kind="asset", id=asset, scope_id=school, at=START,
            set=dict(values), as_it_stands=True, moves=True,
        )  # fmt: skip


def copied(connection: Connection, world: World) -> Memory:
    """Return a memory that holds what the database holds."""
    memory, build = Memory(), current_build(connection)
    north = world.organisations["north"]
    for scope in db.session.scalars(select(Scope)):
        memory.places_by_id[scope.id] = Place(scope.kind, Counter(scope.seq, scope.digest))
    for kind, found in build.tables.items():
        table = found.table
        for id_, wire, scope_id, seq, gone in connection.execute(
            select(table.c.id, table.c.wire, table.c.scope_id, table.c.sync_seq, table.c.deleted_at)
            .where(table.c.organisation_id == north)
        ):  # fmt: skip
            memory.rows[(kind, id_)] = Row(wire, scope_id, seq, gone is not None)
    return memory


def state(memory: Memory) -> dict[str, Any]:
    return {
        "rows": {key: (row.wire, row.scope_id, row.deleted) for key, row in memory.rows.items()},
        "scopes": {k: (p.counter.seq, p.counter.digest) for k, p in memory.places_by_id.items()},
    }


def same_rest(memory: Memory) -> None:
    """Compare tombstones, conflicts and decisions."""
    tombs = {
        (t.scope_id, t.kind, t.id): (t.seq, t.reason)
        for t in db.session.scalars(select(SyncTombstone))
    }
    assert tombs == memory.tombstones
    lost = {
        (c.kind, c.id, c.field, (c.by_client, c.by_mid)): (c.losing_value, c.state)
        for c in db.session.scalars(select(SyncConflict))
    }
    assert lost == {key: (kept.value, kept.state) for key, kept in memory.conflicts.items()}
    decisions = db.session.scalars(select(SyncDecision).order_by(SyncDecision.n))
    told = [(d.n, d.client_id, d.mid, d.outcome) for d in decisions]
    assert told == [(d.n, d.client_id, d.mid, d.outcome) for d in memory.decisions]


@pytest.mark.parametrize("seed", range(6))
def test_the_database_and_the_memory_agree(world: World, seed: int) -> None:
    north = world.organisations["north"]
    person = str(uuid.UUID(int=7, version=4))
    right = Held("school", frozenset({"consultant"}))
    reader = Held("organisation", frozenset())
    rights = {
        **{world.schools[name]: right for name in ("alder", "birch")},
        north: reader,
    }
    story = Story(world, seed)
    clients = [str(uuid.UUID(int=n, version=4)) for n in (21, 22)]
    clients.append(f"server:{uuid.UUID(int=23, version=4)}")
    with unit_of_work(north, world.app):
        connection = db.session.connection()
        memory = copied(connection, world)
        memory.rights[person] = dict(rights)
        build = current_build(connection)
        for step in range(PUSHES):
            client = story.rng.choice(clients)
            desk = client.startswith("server:")
            sender = Sender(
                client, None if desk else person, None if desk else rights, START + step
            )
            ops = story.push(client)
            twins = [_twin(op) for op in ops]
            real = Push(
                SqlStore(connection, build, north, memory.rights_of), build.rules, north, sender
            )
            fake = Push(memory, build.rules, north, sender)
            assert real.take(ops) == fake.take(twins)
            Writer(connection, build, north).write(real.batch, START + step)
            memory.commit(fake.batch)
            db.session.expire_all()
            assert state(copied(connection, world)) == state(memory)
            same_rest(memory)
    assert len(memory.conflicts) > 3
    assert json.loads(next(iter(memory.rows.values())).wire)


def _twin(op: Op) -> Op:
    if op.raw:
        return read_op(op.raw, *op.mark)
    return Op(
        op.client_id, op.mid, b"", b"", kind=op.kind, id=op.id, scope_id=op.scope_id, at=op.at,
        set=dict(op.set), as_it_stands=True, moves=True,
    )  # fmt: skip
