"""What the API answers is what its description says: the app's types are written from that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from server.core.clock import new_id, now_ms
from server.core.unit import unit_of_work
from server.exchange.commit import Change, commit_changes
from sync.codec import JsonValue
from sync.ids import natural_id
from tests.exchange.device import Device
from tests.world import World

Schema = Mapping[str, Any]

KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(told: Schema, value: object, schemas: Mapping[str, Schema], at: str) -> Iterator[str]:
    """Yield where a value is not what its schema says."""
    if "$ref" in told:
        yield from faults(schemas[told["$ref"].rpartition("/")[2]], value, schemas, at)
    elif "enum" in told:
        if value not in told["enum"]:
            yield f"{at}: {value!r} is none of {told['enum']}"
    elif "x-row" in told:
        places = told["x-row"]
        if not isinstance(value, list) or len(value) != len(places):
            yield f"{at}: {value!r} is no row of {len(places)}"
            return
        for number, (place, one) in enumerate(zip(places, value, strict=True)):
            yield from faults(place, one, schemas, f"{at}[{number}]")
    elif "type" in told:
        yield from faults_of_type(told, value, schemas, at)


def faults_of_type(
    told: Schema, value: object, schemas: Mapping[str, Schema], at: str
) -> Iterator[str]:
    types = told["type"] if isinstance(told["type"], list) else [told["type"]]
    is_odd = isinstance(value, bool) and "boolean" not in types
    if is_odd or not any(isinstance(value, KINDS[name]) for name in types):
        yield f"{at}: {value!r} is no {' or '.join(types)}"
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from faults(told.get("items", {}), one, schemas, f"{at}[{number}]")
    elif isinstance(value, dict):
        yield from faults_of_object(told, value, schemas, at)


def faults_of_object(
    told: Schema, value: Mapping[str, object], schemas: Mapping[str, Schema], at: str
) -> Iterator[str]:
    members: Mapping[str, Schema] = told.get("properties", {})
    rest: Schema | bool = told.get("additionalProperties", False)
    yield from (f"{at}: has no {name}" for name in told.get("required", []) if name not in value)
    for name, one in value.items():
        if name in members:
            yield from faults(members[name], one, schemas, f"{at}.{name}")
        elif isinstance(rest, dict):
            yield from faults(rest, one, schemas, f"{at}.{name}")
        elif "/" not in name:  # a map field's names (faults/hinge) are data
            yield f"{at}: says nothing of {name}"


def test_every_answer_is_what_the_description_says(
    world: World, run_jobs: Callable[[], int]
) -> None:
    client = world.client("trust_it")
    told = client.get("/api/openapi.json").get_json()
    school, visit = world.schools["alder"], world.visits["alder"]
    limits = [{"school_id": school, "year": 1, "pence": 10**9}]
    plan = {"trust_id": world.trusts["north"], "name": "Next years", "starts_on": "2026-09-01"}
    made = client.post("/api/plans", json={**plan, "years": 3, "limits": limits}).get_json()
    client.post("/api/labels", json={"count": 3})
    finding_id = found_in(world, visit)
    hold(world, visit)
    run_jobs()
    lines = client.get(f"/api/plans/{made['id']}/lines").get_json()["items"]
    waiting = client.get("/api/waiting").get_json()["items"][0]
    known = {
        "subject_id": world.assets["alder.panel"],
        "school_id": school,
        "visit_id": visit,
        "plan_id": made["id"],
        "job_id": made["job_id"],
        "line_id": lines[0]["id"],
        "owner_id": finding_id,
        "subject_kind": "asset",
        "what": waiting["type"],
        "key": waiting["key"],
    }
    own = {
        "/api/lots/{subject_id}": {"subject_id": world.lots["alder.headsets"]},
        "/api/systems/{subject_id}": {"subject_id": world.systems["alder.mis"]},
    }
    asked: set[str] = set()
    for path, schema in readable(told):
        ids = {**known, **own.get(path, {})}
        wanted = [one["name"] for one in told["paths"][path]["get"].get("parameters", [])]
        query = {name: ids[name] for name in wanted if name in ids}
        answer = client.get(path.format(**ids), query_string=query)
        assert answer.status_code == 200, (path, answer.get_json())
        assert list(faults(schema, answer.get_json(), told["components"]["schemas"], path)) == []
        asked.add(path)
    assert {"/api/assets/{subject_id}", "/api/plans/{plan_id}", "/api/ratings"} <= asked


def found_in(world: World, visit: str) -> str:
    """Write a finding with a photo, as a tablet would; return its id."""
    organisation_id, subject_id = world.organisations["north"], world.assets["alder.panel"]
    finding_id = natural_id("finding", organisation_id, visit, "asset", subject_id)
    about: dict[str, JsonValue] = {
        "visit_id": visit,
        "subject_kind": "asset",
        "subject_id": subject_id,
        "seen": True,
        "seen_at": now_ms(),
        "condition": "B",
        "faults/screen": True,
    }
    photo: dict[str, JsonValue] = {
        "owner_kind": "finding",
        "owner_id": finding_id,
        "sha256": "0" * 64,
        "size": 1,
        "taken_at": now_ms(),
        "state": "awaiting",
    }
    changes = (
        Change("finding", finding_id, visit, about),
        Change("photo", new_id(), visit, photo),
    )
    actor_id = world.people["technician"]
    with unit_of_work(organisation_id, world.app):
        results = commit_changes(changes, origin=new_id(), actor_id=actor_id, grants=None)
    assert {result.status for result in results} == {"applied"}, results
    return finding_id


def hold(world: World, visit: str) -> None:
    """Send a change of a kind that this build does not know: it waits for a person."""
    device = Device(world, "technician")
    device.hello()
    line = device.line("gadget", new_id(), visit, {"name": "x"})
    assert device.results(line) == [("held", "unknown_kind")]


def readable(told: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield each path that is read as JSON, with the schema of its answer."""
    for path, methods in told["paths"].items():
        good = methods.get("get", {}).get("responses", {}).get("200", {})
        schema = good.get("content", {}).get("application/json", {}).get("schema")
        if schema is not None:
            yield path, schema


def test_a_wrong_answer_is_seen() -> None:
    row = {"x-row": [{"type": "string"}, {"enum": ["red"]}]}
    told: Schema = {
        "type": "object",
        "required": ["id", "n"],
        "properties": {"id": {"type": "string"}, "n": {"type": "integer"}, "row": row},
        "additionalProperties": False,
    }
    wrong = {"id": None, "row": ["a", "blue"], "more": 1}
    assert len(list(faults(told, wrong, {}, "it"))) == 4
    assert list(faults(told, {"id": "a", "n": 1, "row": ["a", "red"]}, {}, "it")) == []
