"""Both orders of arrival end alike: a delete and an edit that have not seen each other."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from sync.batch import Sender
from sync.codec import canonical
from sync.op import Op, read_op
from sync.push import Push
from tests.sync.simulator.kinds import ORGANISATION, RULES, UPCASTERS, Held
from tests.sync.simulator.memory import Memory, Place

ANNA = "aaaaaaaa-0000-4000-8000-000000000000"
BEN = "bbbbbbbb-0000-4000-8000-000000000000"
CARA = "cccccccc-0000-4000-8000-000000000000"
SCHOOL = "00000000-0000-4000-8000-000000000001"
THING = "0190b2a0-0000-7000-8000-000000000001"
RIGHTS = {SCHOOL: Held("school", frozenset({"walker"}))}
FIRST = {"name": [ANNA, 1], "a": [ANNA, 1]}


def op(client: str, mid: int, at: int, values: dict[str, Any], base: dict[str, Any]) -> Op:
    said = {
        "at": at, "base": base, "id": THING, "kind": "thing", "mid": mid, "mono": ["s", mid],
        "scope": SCHOOL, "set": values, "sv": 3,
    }  # fmt: skip
    return read_op(canonical(said).encode(), client, mid)


def stories(at: int) -> dict[str, list[list[Op]]]:
    """Return what Anna, Ben and Cara each send, in order; Ben's clock says ``at``."""
    delete = op(BEN, 1, at, {"deleted": True}, FIRST)
    edit = op(CARA, 1, 500, {"a": 10}, {"a": [ANNA, 1]})
    blind = op(CARA, 1, 500, {"b": 10}, {})
    twice = [edit, op(CARA, 2, 501, {"a": 20}, {"a": [CARA, 1]})]
    back = op(BEN, 2, at + 1, {"deleted": False}, {"deleted": [BEN, 1]})
    other = op(CARA, 1, 500, {"deleted": True}, FIRST)
    return {
        "edit of a field that the delete saw": [[delete], [edit]],
        "edit of a field that was not there": [[delete], [blind]],
        "two edits, one on the other": [[delete], twice],
        "delete taken back": [[delete, back], [edit]],
        "two deletes": [[delete], [other]],
        "equal values": [[delete], [op(CARA, 1, 500, {"a": 1}, {"a": [ANNA, 1]})]],
        "an older clock": [[delete], [op(CARA, 1, 0, {"a": 10}, {"a": [ANNA, 1]})]],
    }


def end(order: tuple[Op, ...]) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """Return the record at the end, and what was kept of the values that lost."""
    memory = Memory()
    memory.places_by_id[SCHOOL] = Place("school")
    memory.rights["person"] = dict(RIGHTS)
    for one in (op(ANNA, 1, 100, {"name": "Bench", "a": 1}, {}), *order):
        sender = Sender(one.client_id, "person", RIGHTS, 10_000)
        push = Push(memory, RULES, ORGANISATION, sender, upcasters=UPCASTERS)
        push.take([read_op(one.raw, *one.mark)])
        memory.commit(push.batch)
    fields = json.loads(memory.rows[("thing", THING)].wire)["f"]
    kept = {(key[2], canonical(found.value)) for key, found in memory.conflicts.items()}
    return {**fields, "deleted": fields.get("deleted", False)}, kept


def orders(lines: list[list[Op]]) -> list[tuple[Op, ...]]:
    """Return every order of arrival that keeps each sender's own."""
    every = [one for sent in lines for one in sent]
    return [
        order
        for order in itertools.permutations(every)
        if all([one for one in order if one in sent] == sent for sent in lines)
    ]


@pytest.mark.parametrize("at", [400, 600], ids=["delete earlier", "delete later"])
@pytest.mark.parametrize("name", sorted(stories(0)))
def test_both_orders_of_delete_and_edit_end_alike(name: str, at: int) -> None:
    found = [end(order) for order in orders(stories(at)[name])]
    assert len(found) > 1
    assert all(fields == found[0][0] for fields, _ in found), found


def test_a_delete_that_did_not_see_an_edit_never_takes_its_value_away() -> None:
    for order in orders(stories(600)["edit of a field that the delete saw"]):
        fields, kept = end(order)
        assert (fields["a"], fields["deleted"]) == (10, False)
        assert ("deleted", "true") in kept
