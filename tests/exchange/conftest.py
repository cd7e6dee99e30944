"""The devices that most tests of the exchange begin with, a backup, and a machine to restore on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.run import restore as shell
from tests import services
from tests.exchange.device import Device
from tests.exchange.elsewhere import Elsewhere
from tests.stock import Database, make_settings
from tests.world import World

_numbers = itertools.count(1)


@pytest.fixture
def device(world: World) -> Device:
    """A technician's, after its first hello."""
    made = Device(world, "technician")
    assert made.hello().status_code == 200
    return made


@pytest.fixture
def watcher(world: World) -> Device:
    """A consultant's that has pulled two schools whole."""
    made = Device(world, "consultant")
    assert made.hello().status_code == 200
    made.watch(world.schools["alder"], world.schools["birch"])
    made.drain()
    return made


@pytest.fixture
def walker(world: World) -> Device:
    """A consultant's that watches one school and has pulled nothing."""
    made = Device(world, "consultant")
    assert made.hello().status_code == 200
    made.watch(world.schools["alder"])
    return made


@pytest.fixture
def elsewhere(
    world: World, database_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Elsewhere]:
    place = tmp_path / "elsewhere"
    place.mkdir()
    if database_name == "sqlite":
        url = f"sqlite:///{place / 'walkround.db'}"
        made = Elsewhere(make_settings(Database(url, url), place), world)
        yield made
        made.leave()
        return
    server: services.Postgres = request.getfixturevalue("postgres")
    name = f"restored_{next(_numbers)}"
    server.create(name)
    services.grant_to_app(server, name)
    urls = (server.url(name, role) for role in (services.APP, services.OWNER))
    made = Elsewhere(make_settings(Database(*urls), place), world)
    yield made
    made.leave()
    server.drop(name)


@pytest.fixture
def backup(app: Flask, tmp_path: Path) -> Callable[[], Path]:
    def make() -> Path:
        file = tmp_path / "backups" / f"{next(_numbers)}.tar"
        assert shell.backup(app, file) == 0
        return file

    return make
