"""No write goes past the counters: every writing route is called, and rows are held to numbers.

A new route that writes needs its case here or the first test fails.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from server.core.clock import now_ms
from server.core.database import db
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.estate.models import Asset
from server.exchange.models import SyncOp, SyncTombstone
from server.exchange.registry import Registry
from sync.ids import natural_id
from sync.record import DIGEST_MOD, digest_of_wire
from tests.accounts.matrix import ROWS, Things
from tests.accounts.test_matrix import things_of
from tests.audits.conflicts import choice, finding, finding_id, listed
from tests.exchange.device import Device
from tests.exchange.test_unsent import export, hand_in, zipped
from tests.world import World

WRITES = {"POST", "PATCH", "PUT", "DELETE"}
# The pages' own forms and the end of a session: accounts and cookies, no synced record.
FORMS = {"POST /sign-in", "POST /sign-out"}
Rows = dict[tuple[str, str], tuple[object, ...]]


def writing_routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & WRITES
    } - FORMS


def push(world: World, _: Things) -> TestResponse:
    device = Device(world, "technician")
    device.hello()
    return device.push(finding(device, "laptop1", condition="C"))


def conflict(world: World) -> dict[str, Any]:
    for person, grade in (("technician", "B"), ("consultant", "D")):
        device = Device(world, person)
        device.hello()
        device.results(finding(device, "laptop2", condition=grade))
    return next(item for item in listed(world) if item["kind"] == "finding")


def choose(world: World, _: Things) -> TestResponse:
    item = conflict(world)
    path = f"/api/conflicts/finding/{finding_id(world, 'laptop2')}/choose"
    body = choice(item, item["conflict"]["others"][0])
    return world.client("trust_it").post(path, json=body)


def held(world: World) -> tuple[str, int]:
    """A change for a visit that its author may not write in."""
    device = Device(world, "school_it")
    device.hello()
    line = finding(device, "laptop3", condition="C")
    assert device.results(line) == [("held", "no_membership")]
    return device.client_id, 1


def decide_nowhere(world: World) -> TestResponse:
    """A finding of a visit that is not there: its visit is opened with it."""
    device = Device(world, "technician")
    device.hello()
    visit = str(uuid.UUID(int=7, version=4))
    organisation, asset = world.organisation_of("technician"), world.assets["alder.panel"]
    said = {"visit_id": visit, "subject_kind": "asset", "subject_id": asset, "condition": "B"}
    id_ = natural_id("finding", organisation, visit, "asset", asset)
    assert device.results(device.line("finding", id_, visit, said)) == [("held", "no_membership")]
    return world.client("trust_it").post(
        f"/api/held/{device.client_id}/1/decide",
        json={"outcome": "accepted", "school_id": world.schools["alder"]},
    )


def decide(world: World, _: Things) -> TestResponse:
    answer = decide_nowhere(world)
    assert answer.json["decided"] is True, answer.text
    client_id, mid = held(world)
    path = f"/api/held/{client_id}/{mid}/decide"
    return world.client("trust_it").post(path, json={"outcome": "accepted"})


def resolve(world: World, _: Things) -> TestResponse:
    client_id, mid = held(world)
    path = f"/api/sync/v1/ops/{client_id}/{mid}/resolve"
    return world.client("trust_it").post(path, json={"outcome": "refused", "reason": "No"})


def pull(world: World, _: Things) -> TestResponse:
    device = Device(world, "technician")
    device.hello()
    said = {"client_id": device.client_id, "server_epoch": device.epoch, "scopes": {}}
    return device.post("/pull", {**said, "decided": 0, "limit": 10})


def unsent(world: World, _: Things) -> TestResponse:
    device = Device(world, "technician")
    device.hello()
    lines = [finding(device, "switch", note="Handed in")]
    return hand_in(world, "trust_it", zipped(export(device, lines)))


def put_back(world: World, _: Things) -> TestResponse:
    """A value that a tablet still shows after a restore."""
    device = Device(world, "technician")
    device.hello()
    asset, scope = world.assets["alder.laptop1"], world.schools["alder"]
    mark = {"client_id": str(uuid.UUID(int=77, version=4)), "mid": 5}
    item = {"scope": scope, "k": "asset", "id": asset, "field": "mac", "value": "LOST",
            "mark": list(mark.values())}  # fmt: skip
    said = {"client_id": device.client_id, "server_epoch": device.epoch, "items": [item]}
    assert device.post("/recovery", said).json["kept"] == 1
    return world.client("trust_it").post(
        f"/api/lost/asset/{asset}/settle",
        json={"outcome": "applied", "until": now_ms(), "picked": [{"field": "mac", **mark}]},
    )


Case = Callable[[World, Things], TestResponse]
OWN: Mapping[str, Case] = {
    "POST /api/sync/v1/push": push,
    "POST /api/sync/v1/pull": pull,
    "POST /api/sync/v1/unsent": unsent,
    "POST /api/conflicts/<string:kind>/<uuid:record_id>/choose": choose,
    "POST /api/held/<string:client_id>/<int:mid>/decide": decide,
    "POST /api/lost/<string:kind>/<uuid:record_id>/settle": put_back,
    "POST /api/sync/v1/ops/<client_id>/<int:mid>/resolve": resolve,
}
# Those of which it is known that they write synced records: that they did is asked too.
RECORDS = {
    *OWN.keys() - {"POST /api/sync/v1/pull", "POST /api/sync/v1/ops/<client_id>/<int:mid>/resolve"},
    "POST /api/visits",
    "POST /api/visits/<uuid:visit_id>/close",
    *(route for route in (row.route for row in ROWS) if route.startswith("PATCH /api/assets")),
}
LAST = "POST /api/visits/<uuid:visit_id>/close"


def cases() -> dict[str, Case]:
    """Every case by its route; the end of the visit comes last."""
    found: dict[str, Case] = {}
    for row in ROWS:
        method, _, _ = row.route.partition(" ")
        if method not in WRITES or row.route in OWN:
            continue

        def ask(world: World, things: Things, row: Any = row, method: str = method) -> TestResponse:
            body = row.body(things) if row.body else {}
            client = world.client("trust_it")
            return client.open(row.path(things), method=method, json=body)

        found[row.route] = ask
    found.update(OWN)
    found[LAST] = found.pop(LAST)
    return found


def test_every_writing_route_has_a_case(app: Flask) -> None:
    assert writing_routes(app) - set(cases()) == set(), "a new writing route needs its case"


def test_every_route_that_writes_numbers_what_it_writes(world: World) -> None:
    things = things_of(world, "alder")
    before, heads = rows_of(world), heads_of(world)
    for route, ask in cases().items():
        answer = ask(world, things)
        assert answer.status_code < 500, (route, answer.text)
        after = rows_of(world)
        changed = {key for key in after if after[key] != before.get(key)}
        assert unnumbered(before, heads, after) == set(), route
        if route in RECORDS:
            assert answer.status_code < 300, (route, answer.text)
            assert changed, f"{route} wrote nothing"
        numbers_hold(world, route)
        before, heads = after, heads_of(world)


def unnumbered(before: Rows, heads: Mapping[str, int], after: Rows) -> set[tuple[str, str]]:
    """Return what changed and kept its old number, or vanished without a trace."""
    changed = {key for key in after if after[key] != before.get(key)}
    old = {key for key in changed if int(str(after[key][1])) <= heads.get(str(after[key][0]), 0)}
    return old | (before.keys() - after.keys())


def test_a_write_past_the_counters_is_seen(world: World) -> None:
    before, heads = rows_of(world), heads_of(world)
    with unit_of_work(world.organisation_of("trust_it"), world.app):
        asset_id = world.assets["alder.panel"]
        db.session.execute(update(Asset).where(Asset.id == asset_id).values(name="Past"))
    assert unnumbered(before, heads, rows_of(world)) == {("asset", asset_id)}


def rows_of(world: World) -> Rows:
    """Return every synced row whole, by kind and id: place and number first."""
    registry: Registry = world.app.extensions["registry"]
    found: Rows = {}
    with unit_of_work(world.organisation_of("trust_it"), world.app):
        for item in registry.all():
            model: Any = item.model
            for row in db.session.scalars(select(model)):
                columns = [json.dumps(getattr(row, c.key), default=str) for c in row.__table__.c]
                found[(item.collection.kind, row.id)] = (row.scope_id, row.sync_seq, *columns)
    return found


def heads_of(world: World) -> dict[str, int]:
    with unit_of_work(world.organisation_of("trust_it"), world.app):
        return {row[0]: row[1] for row in db.session.execute(select(Scope.id, Scope.seq))}


def numbers_hold(world: World, route: str) -> None:
    """Per scope: each number once, the head the greatest, the digest that of the rows, a ledger."""
    registry: Registry = world.app.extensions["registry"]
    numbers: dict[str, list[int]] = defaultdict(list)
    sums: dict[str, int] = defaultdict(int)
    with unit_of_work(world.organisation_of("trust_it"), world.app):
        marks = db.session.execute(select(SyncOp.client_id, SyncOp.mid))
        ledger = {(client, mid) for client, mid in marks}
        for item in registry.all():
            model: Any = item.model
            for row in db.session.scalars(select(model)):
                numbers[row.scope_id].append(row.sync_seq)
                if row.deleted_at is None:
                    sums[row.scope_id] += digest_of_wire(row.wire)
                made = {(client, mid) for _, client, mid, _ in json.loads(row.fver)}
                assert made <= ledger, f"{route}: {row.id} has a value that no ledger row made"
                assert json.loads(row.wire)["seq"] == row.sync_seq, route
        for gone in db.session.scalars(select(SyncTombstone)):
            numbers[gone.scope_id].append(gone.seq)
        for scope in db.session.scalars(select(Scope)):
            own = numbers[scope.id]
            assert len(own) == len(set(own)), f"{route}: a number was given twice"
            assert max(own, default=0) == scope.seq, f"{route}: the head is not the last number"
            assert sums[scope.id] % DIGEST_MOD == scope.digest, f"{route}: the digest is another"
