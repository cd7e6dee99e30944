"""Hello, pull, bootstrap and digest: cursors, pages, access, and rows that equal their items."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

from sqlalchemy import text

from server.core.database import db
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.commit import Change, commit_changes
from sync.codec import canonical
from sync.record import DIGEST_MOD, digest_of_wire
from tests.exchange.device import PREFIX, Device
from tests.world import PEOPLE, World

# What each person's tablet may hold: which of these scopes.
MAY_READ = {
    "trust_it": {"alder", "birch", "cedar"},
    "trust_only_it": {"alder", "birch"},
    "consultant": {"alder", "birch", "cedar"},
    "technician": {"alder"},
    "school_it": {"alder"},
    "leader": set(),
    "operator": set(),
    "other_trust_it": {"dover"},
    "other_technician": {"dover"},
}


def write(world: World, *changes: Change) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        results = commit_changes(changes, origin=str(uuid.uuid4()), actor_id=None, grants=None)
        assert all(result.status == "applied" for result in results), results


def assets(world: World, count: int) -> list[Change]:
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    values = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    return [
        Change("asset", str(uuid.uuid4()), world.schools["alder"], {**values, "name": f"N{i}"})
        for i in range(count)
    ]


def test_a_tablet_reads_its_own_scopes_and_no_others(world: World) -> None:
    assert set(MAY_READ) == set(PEOPLE)
    for person in PEOPLE:
        reads_its_own(world, person)


def reads_its_own(world: World, person: str) -> None:
    device = Device(world, person)
    response = device.hello()
    if not MAY_READ[person] and person == "operator":
        assert response.status_code in (200, 403)
    assert response.json is not None
    told = {scope["id"] for scope in response.json.get("scopes", [])}
    names = {name for name, id_ in world.schools.items() if id_ in told}
    assert names == MAY_READ[person]
    device.watch(*world.schools.values(), *world.visits.values(), str(uuid.uuid4()))
    reply = device.pull()
    assert set(reply["scopes"]) == told & set(device.cursors)
    for name, id_ in world.schools.items():
        status = device.http.get(f"{PREFIX}/bootstrap/{id_}").status_code
        assert (status == 200) == (name in MAY_READ[person])
        if status != 200:
            assert status in (403, 404)
            assert device.http.get(f"{PREFIX}/digest/{id_}?seq=0").status_code == status


def test_pages_cut_at_a_row_and_end_at_the_head(device: Device) -> None:
    world = device.world
    write(world, *assets(world, 25))
    school = world.schools["alder"]
    device.watch(school)
    device.drain(limit=7)
    names = {i["f"].get("name") for i in device.items.values() if i["k"] == "asset"}
    assert names >= {f"N{i}" for i in range(25)}
    assert device.pull()["scopes"][school]["items"] == []


def test_rows_changed_between_pages_move_forward_and_none_is_lost(device: Device) -> None:
    world = device.world
    made = assets(world, 10)
    write(world, *made)
    school = world.schools["alder"]
    device.watch(school)
    device.pull(limit=5)
    write(world, *(Change("asset", one.id, school, {"name": "new"}) for one in made))
    device.drain(limit=3)
    for one in made:
        found = device.fields(school, "asset", one.id)
        assert found is not None
        assert found["name"] == "new"


def test_a_cursor_below_what_was_collected_is_reset(device: Device) -> None:
    world = device.world
    school = world.schools["alder"]
    device.watch(school)
    device.drain()
    write(world, *assets(world, 2))
    with unit_of_work(world.organisations["north"], world.app):
        db.session.execute(
            text("UPDATE sync_scope SET min_seq = seq WHERE id = :id"), {"id": school}
        )
    reply = device.pull()
    assert reply["reset"] == [school]
    assert school not in reply["scopes"]


def bootstrap(device: Device, scope: str, after: int = 0) -> tuple[list[dict[str, Any]], Any]:
    response = device.http.get(
        f"{PREFIX}/bootstrap/{scope}?after={after}", headers={"Accept-Encoding": "gzip"}
    )
    assert response.status_code == 200
    lines = [json.loads(line) for line in gzip.decompress(response.data).splitlines()]
    return lines[:-1], lines[-1]


def test_bootstrap_sends_what_pull_sends_and_goes_on_after_a_cut(device: Device) -> None:
    world = device.world
    write(world, *assets(world, 5))
    school = world.schools["alder"]
    device.watch(school)
    device.drain()
    items, last = bootstrap(device, school)
    assert {i["id"]: i for i in items} == {i["id"]: i for i in device.items.values()}
    assert last["seq"] == device.cursors[school]["seq"]
    assert last["server_epoch"] == device.epoch
    rest, _ = bootstrap(device, school, after=items[3]["seq"])
    assert rest == items[4:]


def test_the_digest_is_that_of_the_items_and_only_at_the_head(device: Device) -> None:
    world = device.world
    school = world.schools["alder"]
    made = assets(world, 3)
    write(world, *made)
    write(world, Change("asset", made[0].id, school, {"name": "changed"}))
    write(world, Change("asset", made[1].id, school, {"deleted": True}))
    write(world, Change("asset", made[2].id, world.schools["birch"], {"name": "moved"}))
    device.watch(school)
    device.drain()
    head = device.cursors[school]["seq"]
    told = device.http.get(f"{PREFIX}/digest/{school}?seq={head}").json
    assert told is not None
    ours = [digest_of_wire(canonical(item)) for item in device.items.values()]
    assert (told["n"], told["sum"]) == (len(ours), sum(ours) % DIGEST_MOD)
    assert device.http.get(f"{PREFIX}/digest/{school}?seq={head - 1}").status_code == 409


def test_every_stored_row_equals_its_item(world: World) -> None:
    write(world, *assets(world, 2))
    with unit_of_work(world.organisations["north"], world.app):
        for synced in world.app.extensions["registry"].all():
            for row in db.session.scalars(db.select(synced.model)):
                item = json.loads(row.wire)
                assert (item["k"], item["id"], item["seq"]) == (
                    synced.collection.kind, row.id, row.sync_seq,
                )  # fmt: skip
                assert canonical(item["v"]) == row.fver
                for name, value in item["f"].items():
                    if "/" in name or name == "deleted":
                        continue
                    held = getattr(row, name)
                    assert (held.isoformat() if hasattr(held, "isoformat") else held) == value
        heads = {scope.id: scope.seq for scope in db.session.scalars(db.select(Scope))}
        for synced in world.app.extensions["registry"].all():
            for row in db.session.scalars(db.select(synced.model)):
                assert 0 < row.sync_seq <= heads[row.scope_id]


def test_hello_says_where_the_client_stands(device: Device) -> None:
    told = device.hello().json
    assert told is not None
    assert (told["last_mid"], told["backed_up_mid"], told["state"]) == (0, None, "ok")
    assert told["limits"] == {
        "ops": 500, "bytes": 1_048_576, "page": 2000, "chunk": 4_194_304,
    }  # fmt: skip
    fresh = Device(device.world, "technician", mid=9)
    answer = fresh.hello().json
    assert answer is not None
    assert answer["state"] == "unknown"


def test_hello_to_another_organisation_is_refused(device: Device) -> None:
    other = device.world.organisations["south"]
    assert device.hello(organisation_id=other).status_code == 404


def test_a_report_with_fractions_or_extras_shuts_no_tablet_out(device: Device) -> None:
    storage = {"usage": 1.5, "quota": 1e9, "persisted": True}
    answer = device.hello(rtt=12.7, storage=storage, news={"a": [None]})
    assert answer.status_code == 200
    for body in (b"[]", b"{", b"\xff", b"[" * 50_000):
        response = device.http.post(f"{PREFIX}/hello", data=body, content_type="application/json")
        assert response.status_code == 400


def test_an_older_protocol_is_asked_to_update(device: Device) -> None:
    assert device.hello(proto=0).status_code == 426


def test_the_clocks_error_is_taken_off_every_change(device: Device) -> None:
    world = device.world
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    values = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    line = device.line("asset", str(uuid.uuid4()), world.schools["alder"], values)
    device.results(line)
    device.watch(world.schools["alder"])
    device.drain()
    [item] = [i for i in device.items.values() if i["v"][0][1] == device.client_id]
    told = device.http.get(f"{PREFIX}/ops?client_id={device.client_id}").json
    assert told is not None
    # The device says 2025-11-24; the server's clock says when that really was.
    assert abs(item["v"][0][0] - told["items"][0]["received_at"]) < 60_000
