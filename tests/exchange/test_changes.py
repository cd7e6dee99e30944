"""An edit writes the columns of its fields alone: the row is what all its fields would make it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select

from server.core.database import db
from server.exchange.build import Build
from server.exchange.commit import Change, commit_changes, current_build
from server.exchange.tables import run_many
from sync.collections import Field
from sync.record import load
from tests.exchange.test_plain import KINDS, Drawer, rolled_back
from tests.world import World


@pytest.mark.parametrize("seed", range(4))
def test_an_edited_row_is_what_all_its_fields_make_it(world: World, seed: int) -> None:
    drawer, edited = Drawer(world, seed), 0
    with rolled_back(world) as connection:
        build = current_build(connection)
        fields = {kind: dict(build.rules[kind].collection.fields) for kind in KINDS}
        for _ in range(6):
            made = [_change(json.loads(raw)) for raw in drawer.lines(fields, odd=0.0)]
            kept = [c for c, status in zip(made, _commit(made), strict=True) if status == "applied"]
            for _ in range(3):
                edits = [_edit(drawer, change, fields[change.kind]) for change in kept]
                edited += _commit([edit for edit in edits if edit.set]).count("applied")
        db.session.flush()
        for kind in KINDS:
            _compare(connection, build, kind, drawer.north)
    assert edited > 40


def _change(line: Mapping[str, Any]) -> Change:
    return Change(line["kind"], line["id"], line["scope"], line["set"])


def _commit(changes: Sequence[Change]) -> list[str]:
    found = commit_changes(changes, origin=str(uuid.uuid4()), actor_id=None, grants=None)
    return [result.status for result in found]


def _edit(drawer: Drawer, change: Change, fields: Mapping[str, Field]) -> Change:
    """Put some fields, clear some, and put entries of maps."""
    values: dict[str, Any] = {}
    for name, found in fields.items():
        if found.refers_to or found.refers_by or found.immutable or drawer.rng.random() < 0.7:
            continue
        if found.map:
            name_in_map = f"{name}/{drawer.rng.choice(['a', 'b'])}"
            values[name_in_map] = drawer.value(found)
        elif found.type != "id":
            is_cleared = not found.required and drawer.rng.random() < 0.3
            values[name] = None if is_cleared else drawer.value(found)
    return Change(change.kind, change.id, change.scope_id, values)


def _compare(connection: Connection, build: Build, kind: str, organisation_id: str) -> None:
    """Write every column of every row anew: nothing is another than it was."""
    table = build.tables[kind]
    query = select(table.table).where(table.table.c.organisation_id == organisation_id)
    before = sorted(map(repr, connection.execute(query)))
    whole = []
    for row in connection.execute(query).mappings().all():
        record = load(row["wire"], row["scope_id"])
        moving = (row["scope_id"], row["sync_seq"], None, row["fver"], row["wire"])
        if row["deleted_at"] is None:
            whole.append([*moving, *table.columns(record), organisation_id, row["id"]])
    run_many(connection, table.update, whole)
    assert sorted(map(repr, connection.execute(query))) == before
