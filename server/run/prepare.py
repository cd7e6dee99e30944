"""Before anything is served: the schema is this build's, and a first run has a demo."""

from __future__ import annotations

import logging
import sys

from sqlalchemy import select

from server.core.migrate import migrate
from server.run.tree import say
from server.settings import Settings, read_settings


def main(arguments: list[str]) -> int:
    """Migrate, then make the demo trust when asked to and the database holds nothing yet."""
    logging.basicConfig(level=logging.WARNING)
    settings = read_settings()
    migrate(settings.owner_url)
    if "--demo" in arguments and is_empty(settings):
        make_demo(settings)
    return 0


def is_empty(settings: Settings) -> bool:
    """Return whether no organisation exists yet."""
    from server.accounts.models import Organisation
    from server.app import create_app
    from server.core.database import db

    with create_app(settings).app_context():
        return db.session.scalar(select(Organisation.id).limit(1)) is None


def make_demo(settings: Settings) -> None:
    """Build the demo trust and leave its sign-ins in the data folder."""
    from server.app import create_app
    from server.demo.build import build

    say("First run: making a demo trust…")
    build(create_app(settings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
