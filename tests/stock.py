"""What tests begin with, made once a session: databases at several stages, and the apps on them.

A test gets a copy of its stage, in the same place each time, so that one app serves all tests that
ask for the same settings. What a test wrote, into the database or the folder or onto the app, is
gone before the next one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from server.app import create_app
from server.core.database import db
from server.core.migrate import migrate
from server.settings import Settings
from tests import services
from tests.world import World, build_world

# Where an app keeps what a test could hang onto it. A changed app serves no second test.
CHANGEABLE = (
    "config", "extensions", "blueprints", "view_functions", "error_handler_spec",
    "before_request_funcs", "after_request_funcs", "teardown_request_funcs",
    "teardown_appcontext_funcs", "session_interface",
)  # fmt: skip


@dataclass(frozen=True)
class Database:
    """A migrated database: the app's URL and the owner's."""

    url: str
    owner_url: str


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


def leave(app: Flask) -> None:
    """Give back every connection of an app."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass(frozen=True)
class Stage:
    """How far a database has come: what it stands on, and what is done then."""

    below: str | None
    build: Callable[[Flask], World | None] | None = None


def _run_jobs(app: Flask) -> None:
    from server.worker import run_waiting

    run_waiting(app)


def _build_demo(app: Flask) -> None:
    from server.demo.build import build

    build(app)


FIRST = "migrated"
# By the fixture that asks for it; a later stage stands on an earlier one.
STAGES: Mapping[str, Stage] = {
    FIRST: Stage(None),
    "world": Stage(FIRST, build_world),
    "rated": Stage("world", _run_jobs),
    "demo": Stage(FIRST, _build_demo),
}


@dataclass
class Shelf:
    """Every stage that was asked for on one kind of database: its folder, its world."""

    folder: Path  # a stage is kept in folder/<stage>, worked on in folder/now/<stage>
    server: services.Postgres | None = None  # None: SQLite, whose database lies in the folder
    worlds: dict[str, World | None] = field(default_factory=dict)
    copied_at: dict[str, int] = field(default_factory=dict)

    def take(self, stage: str) -> tuple[Database, Path]:
        """Return a database at this stage and a data folder that go with no other test."""
        self._make(stage)
        place = self.folder / "now" / stage
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder / stage, place)
        if self.server is None:
            return self._database(place, ""), place
        name = f"now_{stage}"
        if self.server.transactions() != self.copied_at.get(name):  # else nobody wrote anything
            self.server.drop(name)
            self.server.create(name, stage)
            self.copied_at = {name: self.server.transactions()}
        return self._database(place, name), place

    def world(self, stage: str) -> World:
        """Return the names of the world in a stage that holds it."""
        found = self.worlds[stage]
        assert found is not None, stage
        return found

    def _make(self, stage: str) -> None:
        if stage in self.worlds:
            return
        below, build = STAGES[stage].below, STAGES[stage].build
        place = self.folder / stage
        if below is None:
            place.mkdir(parents=True)
            self._migrate(place, stage)
            self.worlds[stage] = None
            return
        self._make(below)
        shutil.copytree(self.folder / below, place)
        if self.server is not None:
            self.server.create(stage, below)
        app = create_app(make_settings(self._database(place, stage), place))
        built = build(app) if build else None
        self.worlds[stage] = built or self.worlds[below]
        leave(app)

    def _migrate(self, place: Path, stage: str) -> None:
        if self.server is not None:
            self.server.create(stage)
            services.grant_to_app(self.server, stage)
        migrate(self._database(place, stage).owner_url)

    def _database(self, place: Path, name: str) -> Database:
        if self.server is None:
            url = f"sqlite:///{place / 'walkround.db'}"
            return Database(url, url)
        return Database(*(self.server.url(name, role) for role in (services.APP, services.OWNER)))


@dataclass
class Apps:
    """The apps of a session, one for each settings; one that a test changed is made anew."""

    known: dict[Settings, tuple[Flask, object]] = field(default_factory=dict)

    def take(self, settings: Settings) -> Flask:
        app, made = self.known.get(settings, (None, None))
        if app is None or _state(app) != made:
            app = create_app(settings)
            self.known[settings] = app, _state(app)
        app._got_first_request = False  # as of one just made: a test may still add a route
        return app


def _state(app: Flask) -> object:
    return [_copy(getattr(app, name)) for name in CHANGEABLE]


def _copy(value: object) -> object:
    """Copy what can be changed in place; an empty part is as good as none (defaultdicts)."""
    if isinstance(value, Mapping):
        copied = {key: _copy(part) for key, part in value.items()}
        return {key: part for key, part in copied.items() if part not in ({}, [])}
    return [_copy(part) for part in value] if isinstance(value, list) else value
