"""Before anything is served: the schema is this build's, and a first run has a demo.

A restart must be quick, so this looks with plain SQL first and loads the application only when
there is something to do.
"""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from server.core.database import engine_options, prepare_engine
from server.core.durability import NotDurableError, require_durable
from server.run.tree import say
from server.settings import Settings, read_settings

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
NUMBER = re.compile(r"^(\d{4})_")


@dataclass(frozen=True, slots=True)
class Found:
    """What the database is like: the migration it stands at, and whether anybody is in it."""

    revision: str | None
    has_organisation: bool


def main(arguments: list[str]) -> int:
    """Migrate, then make the demo trust when asked to and the database holds nothing yet."""
    logging.basicConfig(level=logging.WARNING)
    settings = read_settings()
    try:
        refuse_unless_durable(settings)
        found = look_at(settings)
    except NotDurableError as fault:
        say(str(fault))
        return 1
    except OperationalError as fault:
        say(f"The database does not answer: {fault.orig}")
        return 1
    if found.revision != newest_revision():
        from server.core.migrate import migrate

        migrate(settings.owner_url)
    if not found.has_organisation:
        # Of a demo that was cut off: it is in the database as a whole or not at all.
        (settings.data / "demo-sign-ins.txt").unlink(missing_ok=True)
        if "--demo" in arguments:
            make_demo(settings)
    return 0


def refuse_unless_durable(settings: Settings) -> None:
    """Ask the app's own database, as the app does. Raises NotDurableError."""
    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    prepare_engine(engine)
    try:
        with engine.connect() as connection:
            require_durable(connection)
    finally:
        engine.dispose()


def newest_revision() -> str:
    """Return the number of the newest migration: they are numbered and linear (guard test)."""
    return max(match[1] for path in VERSIONS.iterdir() if (match := NUMBER.match(path.name)))


def look_at(settings: Settings) -> Found:
    """Look at the database; one without tables is simply new."""
    engine = create_engine(settings.owner_url, **engine_options(settings.owner_url))
    try:
        with engine.connect() as connection:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
            anybody = connection.scalar(text("SELECT 1 FROM organisation LIMIT 1"))
    except DBAPIError as fault:
        if engine.dialect.name != "sqlite" and isinstance(fault, OperationalError):
            raise  # it cannot be reached; a missing table is another error there
        return Found(None, has_organisation=False)
    finally:
        engine.dispose()
    return Found(revision, has_organisation=anybody is not None)


def make_demo(settings: Settings) -> None:
    """Build the demo trust and leave its sign-ins in the data folder."""
    from server.app import create_app
    from server.demo.build import build

    say("First run: making a demo trust…")
    build(create_app(settings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
