"""Held work is decided by a person, once and whole, and its tablet is told why."""

from __future__ import annotations

import uuid
from typing import Any

from werkzeug.test import TestResponse

from tests.audits.conflicts import LIST, finding, finding_id, listed
from tests.exchange.device import Device
from tests.world import World


def hold(world: World, device: Device, *, group: bool = False) -> None:
    """Close the visit while the tablet is away: what it sends then is held."""
    path = f"/api/visits/{world.visits['alder']}/close"
    assert world.client("trust_it").post(path, json={}).status_code == 200
    lines = [finding(device, "panel", condition="D", note="Screen cracked")]
    if group:
        device.mid -= 1
        txn = {"id": str(uuid.uuid4()), "n": 2}
        lines = []
        for asset in ("panel", "laptop1"):
            visit = world.visits["alder"]
            said = {
                "visit_id": visit, "subject_kind": "asset",
                "subject_id": world.assets[f"alder.{asset}"], "condition": "D",
            }  # fmt: skip
            lines.append(device.line("finding", finding_id(world, asset), visit, said, txn=txn))
    assert set(device.results(*lines)) == {("held", "closed")}


def decide(
    world: World, item: dict[str, Any], person: str = "trust_it", **body: str
) -> TestResponse:
    held = item["held"]
    path = f"/api/held/{held['client_id']}/{held['mid']}/decide"
    return world.client(person).post(path, json=body)


def test_a_held_change_refused_with_a_reason_reaches_the_tablet(
    world: World, tablets: tuple[Device, Device]
) -> None:
    device = tablets[0]
    hold(world, device)
    (item,) = listed(world)
    assert (item["type"], item["subject_name"], item["held"]["code"]) == (
        "held", "Display", "closed",
    )  # fmt: skip
    assert {(one["field"], one["value"]) for one in item["held"]["values"]} >= {
        ("condition", "D"), ("note", "Screen cracked"),
    }  # fmt: skip
    assert decide(world, item, outcome="refused").status_code == 422
    assert decide(world, item, outcome="refused", reason="  ").status_code == 422
    answer = decide(world, item, outcome="refused", reason="Graded again on Tuesday")
    assert answer.json == {"decided": True, "status": "refused", "code": None}
    (told,) = device.drain()["decisions"]
    assert (told["mid"], told["outcome"], told["reason"]) == (
        device.mid, "refused", "Graded again on Tuesday",
    )  # fmt: skip
    assert listed(world) == []
    late = decide(world, item, "trust_only_it", outcome="accepted")
    assert late.status_code == 409
    assert late.json["decided"] | {"at": 0} == {
        "by": "Trust_It", "outcome": "refused", "reason": "Graded again on Tuesday", "at": 0,
    }  # fmt: skip


def test_a_group_is_one_item_and_decided_whole(
    world: World, tablets: tuple[Device, Device]
) -> None:
    device = tablets[0]
    hold(world, device, group=True)
    (item,) = listed(world)
    assert item["held"]["changes"] == 2
    assert world.client("trust_it").get(f"{LIST}/count").json["held"] == 1
    assert decide(world, item, outcome="accepted").json["decided"] is True
    assert [one["outcome"] for one in device.drain()["decisions"]] == ["accepted", "accepted"]
    for asset in ("panel", "laptop1"):
        fields = device.fields(world.visits["alder"], "finding", finding_id(world, asset))
        assert fields is not None
        assert fields["condition"] == "D"


def test_a_held_line_of_nonsense_is_shown_and_can_be_refused(
    world: World, tablets: tuple[Device, Device]
) -> None:
    """Values are checked after rights: what is held may hold anything."""
    device = tablets[0]
    line = device.line(
        "finding", str(uuid.uuid4()), world.visits["alder"],
        {"subject_kind": 7, "subject_id": "x'", "seen_room_id": "no id", "later": {"a": [1]}},
    )  # fmt: skip
    assert device.results(line) == [("held", "unknown_field")]
    (item,) = listed(world)
    assert decide(world, item, outcome="accepted").json["decided"] is False
    assert decide(world, item, outcome="refused", reason="Not ours").json["decided"] is True
