"""Earlier schemas: lines are lifted as the golden cases say, also when they waited for years."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync.batch import Held, Sender
from sync.codec import canonical
from sync.op import Op, read_op
from sync.push import Push
from sync.upcast import upcast
from tests.sync.simulator import kinds
from tests.sync.simulator.memory import Memory, Place

GOLDEN = json.loads(
    (Path(__file__).resolve().parents[2] / "sync" / "cases" / "upcast.json").read_text("utf-8")
)
CLIENT = "aaaaaaaa-0000-4000-8000-000000000000"
SCHOOL = "00000000-0000-4000-8000-000000000001"
PARENT = "0190b2a0-0000-7000-8000-000000000001"
CHILD = "0190b2a0-0000-7000-8000-000000000002"
RIGHTS = {SCHOOL: kinds.Held("school", frozenset({"walker"}))}


def line(mid: int, sv: int, id_: str, values: dict[str, Any], base: dict[str, Any]) -> Op:
    said = {
        "at": 1000 + mid, "base": base, "id": id_, "kind": "thing", "mid": mid, "mono": ["s", mid],
        "scope": SCHOOL, "set": values, "sv": sv,
    }  # fmt: skip
    return read_op(canonical(said).encode(), CLIENT, mid)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_upcast(case: dict[str, Any]) -> None:
    op = line(1, case["sv"], PARENT, case["set"], case["base"])
    before = op.raw
    for _ in range(2):  # lifting again changes nothing
        upcast(op, kinds.THING, kinds.UPCASTERS)
        assert op.set == case["today"]["set"]
        assert {name: list(mark) for name, mark in op.bases.items()} == case["today"]["base"]
    assert (op.raw, op.sv) == (before, case["sv"])


def memory() -> Memory:
    found = Memory()
    found.places_by_id[SCHOOL] = Place("school")
    found.rights["person"] = dict(RIGHTS)
    return found


def push(found: Memory, *ops: Op) -> list[str]:
    sender = Sender(CLIENT, "person", RIGHTS, 10_000)
    engine = Push(found, kinds.RULES, kinds.ORGANISATION, sender, upcasters=kinds.UPCASTERS)
    outcomes = engine.take(ops)
    found.commit(engine.batch)
    return [outcome.status for outcome in outcomes]


def values(found: Memory, id_: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(found.rows[("thing", id_)].wire)["f"]
    return said


def test_an_old_op_that_waited_for_its_parent_is_lifted_when_it_is_decided() -> None:
    found = memory()
    child = line(1, 1, CHILD, {"title": "Drawer", "cm": 4, "parent": PARENT}, {})
    assert push(found, child) == ["held"]
    assert push(found, line(2, 3, PARENT, {"name": "Chest"}, {})) == ["applied"]
    assert values(found, CHILD) == {"name": "Drawer", "a": 40, "parent": PARENT}


def test_an_old_op_that_waited_in_the_same_push_is_lifted_once() -> None:
    found = memory()
    child = line(1, 2, CHILD, {"name": "Drawer", "cm": 4, "parent": PARENT}, {})
    assert push(found, child, line(2, 3, PARENT, {"name": "Chest"}, {})) == ["held", "applied"]
    assert values(found, CHILD)["a"] == 40


def test_an_old_op_that_a_reviewer_accepts_is_lifted() -> None:
    found = memory()
    stranger = Sender(CLIENT, "nobody", {}, 10_000)
    engine = Push(found, kinds.RULES, kinds.ORGANISATION, stranger, upcasters=kinds.UPCASTERS)
    assert engine.take([line(1, 1, PARENT, {"title": "Chest", "cm": 4}, {})])[0].status == "held"
    found.commit(engine.batch)
    again = Push(found, kinds.RULES, kinds.ORGANISATION, stranger, upcasters=kinds.UPCASTERS)
    held = [Held(found.held((CLIENT, 1)).op, "nobody")]
    assert again.replay(held, RIGHTS)[0].status == "applied"
    found.commit(again.batch)
    assert values(found, PARENT) == {"name": "Chest", "a": 40}


def test_an_edit_of_an_old_schema_follows_the_value_that_it_saw() -> None:
    found = memory()
    push(found, line(1, 1, PARENT, {"title": "Chest"}, {}))
    assert push(found, line(2, 1, PARENT, {"title": "Press"}, {"title": [CLIENT, 1]})) == [
        "applied"
    ]
    assert values(found, PARENT) == {"name": "Press"}
    assert not found.conflicts


def test_what_the_server_writes_itself_is_of_todays_schema() -> None:
    found = memory()
    op = Op("server:" + CLIENT, 1, b"", b"", kind="thing", id=PARENT, scope_id=SCHOOL, at=1)
    op.set, op.as_it_stands, op.moves = {"name": "Chest"}, True, True
    sender = Sender(op.client_id, None, None, 10_000)
    engine = Push(found, kinds.RULES, kinds.ORGANISATION, sender, upcasters=kinds.UPCASTERS)
    engine.take([op])
    found.commit(engine.batch)
    assert json.loads(found.ledger[0].op.raw)["sv"] == kinds.NOW_SV
