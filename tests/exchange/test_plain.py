"""The short road of a push and the general one: the same lines end in the same database."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Table, select

from server.accounts.access import Principal
from server.accounts.scopes import scopes_of
from server.core.clock import new_id
from server.core.database import db
from server.core.jobs import Job
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange import receive
from server.exchange.commit import current_build
from server.exchange.models import SyncOp
from server.exchange.plain import ShortRoad
from sync.codec import JsonValue, canonical
from sync.collections import Field
from sync.ids import natural_id
from tests.exchange.device import Device
from tests.world import World

NOW = 1_764_000_100_000
KINDS = ("asset", "lot", "system", "room", "tag", "finding", "photo")
ODD: tuple[JsonValue, ...] = (None, True, 7, -1, "", "x" * 3000, [], {"a": 1}, "\u0001", "é\n")
MARK = "5.5-here"  # becomes a number that is no integer in the line


class Rolled(Exception):  # noqa: N818  (no error: nothing of the block is kept)
    """Raised to keep nothing."""


class Drawer:
    """Draws lines that make records of every kind, most of them as they should be."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.rng = world, random.Random(seed)
        self.client_id = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        self.north = world.organisations["north"]
        self.ids: dict[str, list[str]] = {
            "room": [world.rooms["alder.room1"], world.rooms["alder.room2"]],
            "asset": [world.assets["alder.panel"]],
            "asset_type": [asset_type_id(self.north, "laptop_pupil")],
            "visit": [world.visits["alder"]],
        }

    def lines(self, fields: dict[str, dict[str, Field]], odd: float) -> list[bytes]:
        return [self._line(mid, fields, odd) for mid in range(1, self.rng.randint(2, 9))]

    def _line(self, mid: int, fields: dict[str, dict[str, Field]], odd: float) -> bytes:
        rng, kind = self.rng, self.rng.choice(KINDS)
        values: dict[str, Any] = {
            name: self.value(found)
            for name, found in fields[kind].items()
            if not found.map and (found.required or (rng.random() < 0.4 and self._may(found, odd)))
        }
        if "custom" in fields[kind] and rng.random() < 0.2:
            values["custom/owner"] = "7B"
        id_, scope = new_id(), self.world.schools["alder"]
        if kind in {"finding", "photo"}:
            scope = self.world.visits["alder"]
        if kind == "finding":
            values |= {"visit_id": scope, "subject_kind": "asset"}
            values["subject_id"] = rng.choice(self.ids["asset"])
            id_ = natural_id("finding", self.north, scope, "asset", values["subject_id"])
        if kind == "tag":
            values["code"] = str(rng.getrandbits(40))
            id_ = natural_id("tag", self.north, values["code"])
        if kind == "photo":
            values |= {"owner_kind": "asset", "owner_id": rng.choice(self.ids["asset"])}
        if rng.random() < odd:
            values[rng.choice([*values, "deleted", "unknown"])] = rng.choice([*ODD, MARK])
        at = NOW + rng.randint(-200_000, 200_000)
        line = {
            "mid": mid, "sv": 1, "kind": kind, "id": id_, "scope": scope, "at": at,
            "mono": ["s", mid], "set": values, "base": {},
        }  # fmt: skip
        if rng.random() < odd / 3:
            line |= rng.choice([{"at": 0}, {"sv": True}, {"mono": ["s", 1.5]}, {"base": {"x": 1}}])
        self.ids.setdefault(kind, []).append(id_)
        text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.replace(f'"{MARK}"', "5.5").encode()

    def _may(self, found: Field, odd: float) -> bool:
        """Say whether a field that nobody must set is one for a plain line."""
        known = found.type not in {"id", "json"} or found.refers_to in self.ids
        return bool(odd) or (known and not found.server_only)

    def value(self, found: Field) -> JsonValue:
        rng = self.rng
        free: tuple[JsonValue, ...] = ("word", [], ["a"])
        drawn: dict[str, JsonValue] = {
            "text": rng.choice(["", "a", 'a "b" \\ é', "Ab 12/3", "x" * min(found.max_length, 40)]),
            "int": min(max(rng.randrange(9), found.low), found.high),
            "bool": rng.random() < 0.5,
            "date": rng.choice(
                ["2021-09-01", "2024-02-29", "2024-02-30"][: 3 if rng.random() < 0.05 else 2]
            ),
            "time": NOW - rng.randrange(10_000),
            "id": rng.choice(self.ids.get(found.refers_to or "", [new_id()])),
            "json": rng.choice(free),
        }
        return rng.choice(found.choices) if found.type == "choice" else drawn[found.type]


@contextmanager
def rolled_back(world: World) -> Iterator[Connection]:
    with suppress(Rolled), unit_of_work(world.organisations["north"], world.app):
        yield db.session.connection()
        raise Rolled


def taken(world: World, drawer: Drawer, lines: list[bytes], *, short: bool) -> dict[str, Any]:
    """Take the lines by one road and return all that is then there; keep nothing."""
    user_id = world.people["consultant"]
    with rolled_back(world) as connection:
        grants = scopes_of(user_id, drawer.north)
        principal = Principal(user_id, drawer.north, "session", grants=grants)
        receiver = receive._Receiver(connection, principal)  # one try, without its commit
        receiver.now = NOW
        header = receive.Header(
            drawer.client_id, receiver.epoch, NOW - 5, 1, len(lines), probe=False,
            organisation_id=None,
        )  # fmt: skip
        answer = receiver.take(header, lines, short=short)
        db.session.flush()
        state: dict[str, Any] = {"answer": (answer.last_mid, answer.results, answer.heads)}
        kinds = current_build(connection).tables.values()
        for table in (cast("Table", SyncOp.__table__), *(kind.table for kind in kinds)):
            rows = connection.execute(select(table).where(table.c.organisation_id == drawer.north))
            state[table.name] = sorted(map(repr, rows))
        scopes = connection.execute(select(Scope.id, Scope.seq, Scope.digest))
        state["scopes"] = sorted(map(tuple, scopes))
        jobs = connection.execute(select(Job.name, Job.args))
        state["jobs"] = sorted(canonical([name, args]) for name, args in jobs)
    return state


@pytest.mark.parametrize("seed", range(4))
def test_both_roads_end_in_the_same_database(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[bool] = []
    read = ShortRoad.read

    def counted(road: ShortRoad, first_mid: int, lines: list[bytes]) -> object:
        found.append((plain := read(road, first_mid, lines)) is not None)
        return plain

    monkeypatch.setattr(ShortRoad, "read", counted)
    with unit_of_work(world.organisations["north"], world.app):
        kinds = current_build(db.session.connection()).rules
        fields = {k: dict(kinds[k].collection.fields) for k in KINDS}
    for step in range(30):
        drawer = Drawer(world, seed * 100 + step)
        lines = drawer.lines(fields, odd=0.0 if step % 2 else 0.3)
        short = taken(world, drawer, lines, short=True)
        assert short == taken(world, drawer, lines, short=False), lines
    assert 5 < sum(found) < len(found) - 5, sum(found)


def test_what_is_not_plain_is_left_to_the_general_road(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer, found = Drawer(world, 0), list[bool]()
    read = ShortRoad.read

    def seen(road: ShortRoad, first_mid: int, lines: list[bytes]) -> object:
        found.append((plain := read(road, first_mid, lines)) is not None)
        return plain

    monkeypatch.setattr(ShortRoad, "read", seen)
    plain, odd = _cases(world, drawer)
    for raw in (*plain, *odd):
        assert taken(world, drawer, [raw], short=True) == taken(world, drawer, [raw], short=False)
    assert found == [True] * len(plain) + [False] * len(odd)


def _cases(world: World, drawer: Drawer) -> tuple[list[bytes], list[bytes]]:
    """Return lines for the short road, and lines that differ from one of them in one thing."""
    values: dict[str, Any] = {
        "asset_type_id": asset_type_id(drawer.north, "laptop_pupil"),
        "managed": True,
        "name": "A",
        "room_id": world.rooms["alder.room1"],
    }
    line = {
        "mid": 1, "sv": 1, "kind": "asset", "id": new_id(), "scope": world.schools["alder"],
        "at": NOW, "mono": ["s", 1], "base": {}, "set": values,
    }  # fmt: skip
    whole = canonical(line)

    def other(**more: object) -> bytes:
        return canonical({**line, **more}).encode()

    def saying(**more: object) -> bytes:
        return canonical({**line, "set": {**values, **more}}).encode()

    plain = [
        whole.encode(),
        saying(name='"x" \\ é'),
        saying(managed=False),
        other(at=NOW + 10**9),
        other(at=0),
    ]
    odd = [
        saying(room_id=new_id()), saying(room_id=world.rooms["birch.room1"]), saying(name=None),
        saying(name=5), saying(name="x" * 9999), saying(managed=1), saying(bought_on="2024-02-30"),
        saying(life_state="eaten"), saying(deleted=False), saying(unknown=1),
        saying(**{"custom/a": [1]}),
        saying(name="\u0001"), other(sv=0), other(sv=True), other(mono=["s"]),
        other(base={"name": [drawer.client_id, 1]}), other(base=[]), other(set={}), other(mid=2),
        other(id="x"), other(kind="void"), other(scope=world.schools["dover"]), other(more=1),
        other(txn={"id": new_id(), "n": 1}), other(id=world.assets["alder.panel"].upper()),
        canonical({k: v for k, v in line.items() if k != "mono"}).encode(),
        whole.replace('"managed":true', '"managed": true').encode(),
        whole.replace('"name":"A"', '"name":"B","name":"A"').encode(),
        whole.replace('"name":"A"', '"name":"\\u0041"').encode(),
        whole.replace('["s",1]', '["s",1.5]').encode(), json.dumps(line).encode(),
        whole.replace('"name":"A"', '"name":"\ud800"').encode("utf-8", "surrogatepass"), b"", b"[]",
    ]  # fmt: skip
    return plain, odd


def test_an_id_that_is_taken_is_found_by_writing_it(world: World) -> None:
    device, school = Device(world, "consultant"), world.schools["alder"]
    device.hello()
    one, other = new_id(), new_id()
    assert device.results(device.line("room", one, school, {"name": "A"})) == [("applied", None)]
    again = device.line("room", one, school, {"name": "B"})
    first = device.line("room", other, school, {"name": "C"})
    assert device.results(again, first) == [("merged", None), ("applied", None)]
    device.watch(school)
    device.drain()
    assert device.fields(school, "room", one) == {"name": "B"}
    assert device.fields(school, "room", other) == {"name": "C"}
