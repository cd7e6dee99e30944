"""The one road for writes: what lands in rows, ledger and counters, on both databases."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import select, text

from server.core.database import db
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.exchange.commit import Change, commit_changes
from tests.world import World


def new(n: int) -> str:
    return str(uuid.UUID(int=n))


def asset(world: World, n: int, **more: object) -> Change:
    row = db.session.execute(text("SELECT id FROM asset_type ORDER BY key LIMIT 1")).scalar_one()
    return Change(
        "asset",
        new(n),
        world.schools["alder"],
        {"asset_type_id": str(row), "room_id": world.rooms["alder.room1"], **more},  # type: ignore[dict-item]
    )


def read(kind: str, id_: str) -> dict[str, object]:
    wire = db.session.execute(
        text(f"SELECT wire FROM {kind} WHERE id = :id"), {"id": id_}
    ).scalar_one()
    item: dict[str, object] = json.loads(wire)
    return item


def test_a_created_record_is_a_row_an_item_and_a_ledger_line(world: World) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        [result] = commit_changes(
            [asset(world, 1, serial="S1", bought_on="2020-01-01", **{"custom/owner": "7B"})],
            origin=new(99),
            actor_id=None,
            grants=None,
        )
        assert (result.mid, result.status) == (1, "applied")
        item = read("asset", new(1))
        assert item["f"]["serial"] == "S1"
        row = db.session.execute(
            text("SELECT serial, sync_seq, life_state FROM asset WHERE id = :i"), {"i": new(1)}
        ).one()
        head = db.session.execute(
            select(Scope.seq).where(Scope.id == world.schools["alder"])
        ).scalar_one()
        assert tuple(row) == ("S1", head, "in_use")
        assert item["seq"] == head
        body = db.session.execute(
            text("SELECT body FROM sync_op WHERE client_id = :c"), {"c": f"server:{new(99)}"}
        ).scalar_one()
        assert json.loads(bytes(body))["set"]["serial"] == "S1"


def test_an_update_that_saw_nothing_is_a_conflict_and_loses_no_value(world: World) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        change = asset(world, 1, serial="S1")
        commit_changes([change], origin=new(98), actor_id=None, grants=None)
        blind = Change("asset", new(1), change.scope_id, {"serial": "S2"}, base={})
        [result] = commit_changes([blind], origin=new(99), actor_id=None, grants=None)
        assert (result.status, result.fields) == ("merged", ("serial",))
        lost = db.session.execute(text("SELECT losing_value FROM sync_conflict")).scalar_one()
        assert {
            json.loads(lost) if isinstance(lost, str) and lost[0] == '"' else lost,
            read("asset", new(1))["f"]["serial"],
        } == {"S1", "S2"}


def test_the_mids_of_one_origin_go_on(world: World) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        first = commit_changes([asset(world, 1)], origin=new(9), actor_id=None, grants=None)
        second = commit_changes([asset(world, 2)], origin=new(9), actor_id=None, grants=None)
    assert [first[0].mid, second[0].mid] == [1, 2]


def test_the_ledger_cannot_be_changed(world: World) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        commit_changes([asset(world, 1)], origin=new(9), actor_id=None, grants=None)
    for statement in ("DELETE FROM sync_op", "UPDATE sync_op SET status = 'rejected'"):
        with (
            pytest.raises(Exception, match="append-only"),
            unit_of_work(world.organisations["north"], world.app),
        ):
            db.session.execute(text(statement))


def test_a_body_may_be_erased_and_its_hash_stays(world: World) -> None:
    north = world.organisations["north"]
    with unit_of_work(north, world.app):
        commit_changes([asset(world, 1)], origin=new(9), actor_id=None, grants=None)
    given = {"client": f"server:{new(9)}"}
    with unit_of_work(north, world.app):
        db.session.execute(
            text("UPDATE sync_op SET body = NULL, redacted_at = 1 WHERE client_id = :client"), given
        )
    with unit_of_work(north, world.app):
        row = db.session.execute(
            text("SELECT body, sha256, redacted_at FROM sync_op WHERE client_id = :client"), given
        ).one()
    assert row.body is None
    assert (len(row.sha256), row.redacted_at) == (32, 1)


def test_a_value_that_is_no_json_is_refused_not_a_crash(world: World) -> None:
    with unit_of_work(world.organisations["north"], world.app):
        wrong = [
            asset(world, 1, name="\ud800"),
            asset(world, 2, name="a\0b"),
            asset(world, 3, **{"custom/x": float("nan")}),
            asset(world, 4, **{"custom/x": [1.5]}),
        ]
        results = commit_changes(wrong, origin=new(9), actor_id=None, grants=None)
    assert [(r.status, r.code) for r in results] == [("rejected", "bad_value")] * 4
