"""The example client of docs/examples, as a stranger runs it, on a bad road to the real server."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from server.exchange.models import SyncConflict, SyncOp
from server.exchange.tombstones import HORIZON_MS
from tests.exchange.device import PREFIX
from tests.exchange.elsewhere import Elsewhere
from tests.exchange.nights import assets, delete, run, write
from tests.exchange.road import (
    Road,
    busy,
    cut_answer,
    kill_client,
    lose_answer,
    lose_request,
    serving,
)
from tests.exchange.test_tombstones import later
from tests.world import World, token_of

SCRIPT = Path(__file__).resolve().parents[2] / "docs/examples/sync_client.py"


@pytest.fixture
def road(world: World) -> Iterator[Road]:
    with serving(Road(world.app)) as made:
        yield made


@dataclass
class Stranger:
    """A person who runs the script on a file of their own."""

    world: World
    road: Road
    store: Path
    person: str = "consultant"

    def run(self, *edit: str) -> list[str]:
        """Run it once; what it says of each edit so far."""
        code, said, wrong = self.try_to(*edit)
        assert code == 0, wrong
        return [" ".join(line.split()) for line in said.splitlines()]

    def try_to(self, *edit: str) -> tuple[int, str, str]:
        with subprocess.Popen(
            [sys.executable, "-I", SCRIPT, self.road.address, self.store, *edit],
            env={**os.environ, "WALKROUND_TOKEN": token_of(self.person)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as self.road.client:
            said, wrong = self.road.client.communicate()
        return self.road.client.returncode, said, wrong

    @property
    def state(self) -> dict[str, Any]:
        """What is on its disk; nothing before it has heard from the server."""
        kept = sqlite3.connect(self.store)
        rows = kept.execute("SELECT state FROM kept").fetchall()
        kept.close()
        return {name: value for (text,) in rows for name, value in json.loads(text).items()}

    def panel(self, **values: object) -> tuple[str, ...]:
        return self.edit("asset", self.world.assets["alder.panel"], **values)

    def edit(self, kind: str, id_: str, **values: object) -> tuple[str, ...]:
        return kind, id_, self.world.schools["alder"], json.dumps(values)

    def name(self) -> object:
        rows = self.state["items"][self.world.schools["alder"]]
        return rows[f"asset {self.world.assets['alder.panel']}"]["f"]["name"]


@pytest.fixture
def one(world: World, road: Road, tmp_path: Path) -> Stranger:
    made = Stranger(world, road, tmp_path / "one.db")
    assert made.run() == []
    return made


@pytest.fixture
def two(world: World, road: Road, tmp_path: Path) -> Stranger:
    return Stranger(world, road, tmp_path / "two.db", "trust_it")


def counts(world: World, client_id: str) -> tuple[int, int]:
    """Count this client's lines in the ledger, and every kept conflict."""
    ledger = SyncOp.__table__
    with unit_of_work(None, world.app), db.engine.connect() as connection:
        mine = select(func.count()).select_from(ledger).where(ledger.c.client_id == client_id)
        kept = select(func.count()).select_from(SyncConflict.__table__)
        return connection.execute(mine).scalar_one(), connection.execute(kept).scalar_one()


def test_it_is_a_hundred_lines_of_python_alone() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 100
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_two_of_them_meet_in_one_record(one: Stranger, two: Stranger) -> None:
    assert one.run(*one.panel(name="Panel by the door")) == ["1 applied"]
    assert two.run() == []
    assert two.name() == "Panel by the door"
    assert two.run(*two.panel(name="Panel A")) == ["1 applied"], "it saw it"
    assert one.run(*one.panel(name="Panel B")) == ["1 applied", "2 merged"], "it did not"
    assert two.run() == ["1 applied"]
    assert one.name() == two.name(), "both see what stands"
    assert counts(one.world, one.state["client_id"]) == (2, 1), "the other value is kept"
    assert one.run(*one.panel(name="Panel C"))[2] == "3 applied", "made on top of what stands"


@pytest.mark.parametrize("fault", [lose_request, lose_answer, kill_client, cut_answer])
def test_what_is_lost_on_the_way_is_sent_again_and_is_once_in_the_ledger(
    one: Stranger, fault: Callable[..., Any]
) -> None:
    one.road.faults["push"] = [fault]
    assert one.try_to(*one.panel(name="Once"))[0] != 0
    assert [op["status"] for op in one.state["ops"]] == [None], "kept, and nobody has answered"
    assert one.run() == ["1 applied"]
    assert counts(one.world, one.state["client_id"]) == (1, 0)
    assert one.name() == "Once"


@pytest.mark.parametrize("name", ["hello", "bootstrap", "pull"])
def test_half_of_an_answer_is_no_answer(one: Stranger, two: Stranger, name: str) -> None:
    one.run(*one.panel(name="Whole"))
    two.road.faults[name] = [cut_answer]
    assert two.try_to()[0] != 0
    assert two.state.get("items", {}) == two.state.get("cursors", {}) == {}
    assert two.run() == []
    assert two.name() == "Whole"


def test_it_comes_back_when_a_busy_server_says(
    one: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("sync_client", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    waits: list[int] = []
    clock = SimpleNamespace(time_ns=time.time_ns, sleep=waits.append)
    monkeypatch.setattr(module, "time", clock)
    client = module.Client(one.road.address, token_of(one.person), one.store)
    kind, id_, scope, _ = one.panel()
    for name in ("Waiting", "Patient"):  # the second is made on top of the first, both unsent
        client.edit(kind, id_, scope, {"name": name}, client.look(kind, id_))
    one.road.faults = {"push": [busy(7), busy(3, 429)], "pull": [busy(5)]}
    client.sync()
    client.disk.close()
    assert waits == [7, 3, 5]
    assert client.look(kind, id_)["name"][0] == "Patient"
    assert counts(one.world, one.state["client_id"]) == (2, 0)


def test_a_refused_edit_stops_nothing_and_nobody_builds_on_it(one: Stranger) -> None:
    """It was made over a waiting one, which the next edit has on its screen again."""
    assert one.run(*one.panel(room_id=str(uuid.uuid4()))) == ["1 held missing_parent"]
    assert one.run(*one.panel(room_id="the attic"))[1] == "2 rejected bad_value"
    assert one.run(*one.panel(room_id=one.world.rooms["alder.room2"]))[2] == "3 applied"
    me, lines = one.state["client_id"], [json.loads(op["line"]) for op in one.state["ops"]]
    assert counts(one.world, me)[0] == 3, "the ledger has all"
    assert [line["base"]["room_id"] for line in lines[1:]] == [[me, 1], [me, 1]]


def test_a_held_edit_waits_for_a_person_and_hears_the_answer(one: Stranger) -> None:
    assert one.run(*one.panel(colour="grey")) == ["1 held unknown_field"]
    told = one.world.client("trust_it").post(
        f"{PREFIX}/ops/{one.state['client_id']}/1/resolve",
        json={"outcome": "refused", "reason": "Nobody needs it"},
    )
    assert told.status_code == 200, told.text
    assert one.run() == ["1 refused Nobody needs it"]


def test_what_waits_for_its_parent_is_applied_when_it_comes(one: Stranger) -> None:
    room, asset = str(uuid.uuid4()), str(uuid.uuid4())
    kind = asset_type_id(one.world.organisations["north"], "laptop_pupil")
    assert one.run(*one.edit("asset", asset, asset_type_id=kind, room_id=room))[0] == (
        "1 held missing_parent"
    )
    made = one.run(*one.edit("room", room, name="Attic"))
    assert made == ["1 accepted parent_arrived", "2 applied"]
    assert f"asset {asset}" in one.state["items"][one.world.schools["alder"]]


def test_a_delete_names_all_it_saw(one: Stranger) -> None:
    world, alder = one.world, one.world.schools["alder"]
    [made] = assets(world, 1)
    write(world, made)
    one.run()
    assert one.run(*one.edit("asset", made.id, deleted=True)) == ["1 applied"]
    assert one.state["items"][alder][f"asset {made.id}"]["gone"] == "deleted"


def test_a_cursor_from_before_the_collected_deletes_starts_anew(
    one: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, alder = one.world, one.world.schools["alder"]
    made, kept = assets(world, 2)
    write(world, made, kept)
    one.run()
    write(world, delete(made))
    with monkeypatch.context() as patch:
        later(patch, HORIZON_MS + 24 * 3600 * 1000)
        assert run(world, "exchange.tombstones") == {"removed": 1}
    one.road.asked.clear()
    assert one.run(*one.panel(name="Waited long")) == ["1 applied"], "work of its own goes first"
    assert one.road.asked == ["session", "hello", "push", "pull", "bootstrap", "pull"]
    assert f"asset {made.id}" not in one.state["items"][alder]
    assert f"asset {kept.id}" in one.state["items"][alder]


def test_after_a_restore_it_offers_again_what_the_server_lost(
    one: Stranger, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    one.run(*one.panel(name="Before"))
    file = backup()
    assert one.run(*one.panel(name="After")) == ["1 applied", "2 applied"]
    world = elsewhere.bring_back(file)
    one.road.app = world.app
    assert one.run() == ["1 applied", "2 applied"]
    assert one.name() == "After"
    assert counts(world, one.state["client_id"]) == (2, 0)


def test_a_copied_store_is_told_that_it_lives_twice(one: Stranger, tmp_path: Path) -> None:
    twin = Stranger(one.world, one.road, tmp_path / "twin.db")
    shutil.copy(one.store, twin.store)
    one.run(*one.panel(name="Mine"))
    code, _, wrong = twin.try_to(*twin.panel(name="Theirs"))
    assert code != 0
    assert '"slug":"fork"' in wrong.replace(" ", "")
    assert len(twin.state["ops"]) == 1, "and loses nothing by it"
