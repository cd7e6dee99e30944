"""The golden outcomes: lines in, results out, over the engine and a small prepared memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync.batch import HELD, REJECTED, Sender
from sync.op import Op, read_op
from sync.push import Push
from tests.sync.simulator.kinds import ORGANISATION, RULES, UPCASTERS, Held
from tests.sync.simulator.memory import Memory, Place

GOLDEN = json.loads(
    (Path(__file__).resolve().parents[2] / "sync" / "cases" / "outcomes.json").read_text("utf-8")
)
SCOPES = GOLDEN["about"]["scopes"]
EARLIER = "bbbbbbbb-0000-4000-8000-000000000000"
NOW = 1_000_000


def record(n: int) -> str:
    return f"0190b2a0-0000-7000-8000-0000000000{n}"


def put(memory: Memory, *ops: Op) -> None:
    push = Push(memory, RULES, ORGANISATION, Sender(EARLIER, None, None, 500), upcasters=UPCASTERS)
    assert {found.status for found in push.take(ops)} == {"applied"}
    memory.commit(push.batch)


def thing(mid: int, n: int, scope: str, **values: Any) -> Op:
    return Op(
        EARLIER, mid, b"", b"", kind="thing", id=record(n), scope_id=SCOPES[scope], at=500,
        set=values, as_it_stands=True, moves=True,
    )  # fmt: skip


def prepared() -> Memory:
    """Return the memory that the golden file describes."""
    memory = Memory()
    for name, scope in SCOPES.items():
        kind = "visit" if name in ("visit", "closed") else "school"
        memory.places_by_id[scope] = Place(kind, closed=name == "closed")
    put(memory, thing(1, 91, "mine", name="Gone"))
    put(memory, thing(2, 91, "mine", deleted=True))
    put(memory, thing(3, 90, "mine", name="Here"))
    put(memory, thing(4, 92, "other", name="Theirs"))
    put(memory, thing(7, 94, "read_only", name="Next door"))
    put(memory, thing(5, 93, "mine", name="Moving"))
    put(memory, thing(6, 93, "other", a=1))
    return memory


def rights() -> dict[str, Held]:
    walker: frozenset[str] = frozenset({"walker"})
    return {
        SCOPES["mine"]: Held("school", walker),
        SCOPES["visit"]: Held("visit", walker, school_id=SCOPES["mine"]),
        SCOPES["closed"]: Held("visit", walker, closed=True),
        SCOPES["read_only"]: Held("school", frozenset()),
    }


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_outcomes(case: dict[str, Any]) -> None:
    client = GOLDEN["about"]["client"]
    push = Push(
        prepared(), RULES, ORGANISATION, Sender(client, "user", rights(), NOW), upcasters=UPCASTERS
    )
    pad = "x" * case.get("pad", 0)
    lines = [line.replace("@PAD@", pad).encode() for line in case["lines"]]
    found = push.take([read_op(line, client, mid) for mid, line in enumerate(lines, 1)])
    said = [
        {
            "status": outcome.status,
            **({"code": outcome.code} if outcome.code else {}),
            **({"fields": list(outcome.fields)} if outcome.fields else {}),
        }
        for outcome in found
    ]
    assert said == case["outcomes"]


def test_the_list_of_codes_is_closed_and_each_has_a_case() -> None:
    assert set(GOLDEN["codes"]["held"]) == HELD
    assert set(GOLDEN["codes"]["rejected"]) == REJECTED
    seen = {found.get("code") for case in GOLDEN["cases"] for found in case["outcomes"]}
    # A fault of the server itself cannot be a line: tests/exchange/test_outcomes.py makes one.
    assert (HELD | REJECTED) - seen == {"server_error"}
