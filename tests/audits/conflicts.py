"""Conflicts made by two tablets, listed and chosen in as the desk does."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from sync.ids import natural_id
from tests.exchange.device import Device
from tests.world import World

LIST = "/api/waiting"


def finding_id(world: World, asset: str) -> str:
    asset_id = world.assets[f"alder.{asset}"]
    return natural_id(
        "finding", world.organisation_of("technician"), world.visits["alder"], "asset", asset_id
    )


def finding(device: Device, asset: str, **values: object) -> bytes:
    world = device.world
    visit = world.visits["alder"]
    said = {
        "visit_id": visit,
        "subject_kind": "asset",
        "subject_id": world.assets[f"alder.{asset}"],
        **values,
    }
    return device.line("finding", finding_id(world, asset), visit, said)


def differ(tablets: tuple[Device, Device], **values: tuple[object, object]) -> None:
    """Make a true conflict: both write, neither having seen the other."""
    for at, device in enumerate(tablets):
        said = {name: pair[at] for name, pair in values.items()}
        (status, _), *_ = device.results(finding(device, "panel", **said))
        assert status == ("merged" if at else "applied")


def listed(world: World, person: str = "trust_it", **query: object) -> list[dict[str, Any]]:
    answer = world.client(person).get(LIST, query_string=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json["items"])


def choice(item: dict[str, Any], chosen: dict[str, Any] | None, **more: object) -> dict[str, Any]:
    def mark(side: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if side is None else {"client_id": side["client_id"], "mid": side["mid"]}

    found = item["conflict"]
    return {
        "field": found["field"],
        "stands": mark(found["stands"]),
        "others": [mark(side) for side in found["others"]],
        "chosen": mark(chosen),
        **more,
    }


def choose(
    world: World, item: dict[str, Any], body: dict[str, Any], person: str = "trust_it"
) -> TestResponse:
    found = item["conflict"]
    path = f"/api/conflicts/{found['kind']}/{found['id']}/choose"
    return world.client(person).post(path, json=body)
