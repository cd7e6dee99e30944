"""Bring the database to this build's schema, with the owner's connection."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from server.core.database import Base, engine_options, prepare_engine

FOLDER = Path(__file__).resolve().parent.parent.parent / "migrations"


def migrate(owner_url: str, *, to: str = "head") -> None:
    """Upgrade (idempotent: nothing to do is fine). ``to`` is a revision or ``head``."""
    engine = create_engine(owner_url, **engine_options(owner_url))
    prepare_engine(engine)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["metadata"] = Base.metadata
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            connection.commit()
    finally:
        engine.dispose()
