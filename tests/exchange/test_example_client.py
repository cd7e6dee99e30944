"""The example client of docs/examples, as a stranger runs it, against the real server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.models import SyncConflict, SyncOp
from tests.world import World, token_of

SCRIPT = Path(__file__).resolve().parents[2] / "docs/examples/sync_client.py"


@pytest.fixture
def address(world: World) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(address: str, store: Path, person: str, *edit: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, address, store, *edit],
        env={**os.environ, "WALKROUND_TOKEN": token_of(person)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def rename(world: World, name: str) -> tuple[str, ...]:
    panel, school = world.assets["alder.panel"], world.schools["alder"]
    return "asset", panel, school, json.dumps({"name": name})


def name_in(world: World, store: Path) -> Any:
    held = json.loads(store.read_text())["items"]
    return held[f"{world.schools['alder']} asset {world.assets['alder.panel']}"]["f"]["name"]


def test_two_of_them_meet_in_one_record(world: World, address: str, tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    run(address, one, "consultant")
    assert run(address, one, "consultant", *rename(world, "Panel by the door")) == ["1 applied "]
    assert run(address, two, "trust_it") == []
    assert name_in(world, two) == "Panel by the door"
    assert run(address, two, "trust_it", *rename(world, "Panel A")) == ["1 applied "], "it saw it"
    assert run(address, one, "consultant", *rename(world, "Panel B"))[1] == "2 merged "
    run(address, two, "trust_it")
    assert name_in(world, one) == name_in(world, two), "both see what stands"
    with unit_of_work(None, world.app), db.engine.connect() as connection:
        kept = connection.scalar(select(func.count()).select_from(SyncConflict.__table__))
    assert kept == 1, "the other value is kept"


def test_an_answer_that_was_lost_is_asked_for_again(
    world: World, address: str, tmp_path: Path
) -> None:
    store, before = tmp_path / "one.json", tmp_path / "before.json"
    run(address, store, "consultant")
    run(address, store, "consultant", *rename(world, "Once"))
    state = json.loads(store.read_text())
    state["ops"][0] |= {"status": None}
    before.write_text(json.dumps({**state, "acked": 0}))
    shutil.copy(before, store)
    assert run(address, store, "consultant")[0].startswith("1 ")
    with unit_of_work(None, world.app), db.engine.connect() as connection:
        query = select(func.count()).select_from(SyncOp.__table__)
        mine = query.where(SyncOp.__table__.c.client_id == state["client_id"])
        assert connection.scalar(mine) == 1, "exactly once"
