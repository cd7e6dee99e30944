"""Run one import in a process that kills itself at a chosen moment (for the kill test)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, event

from server.app import create_app
from server.estate.imports import assets, import_assets
from server.settings import Settings

CHUNK = 40  # rows: small, so that a few hundredths of a second hold several
# Before and after a chunk remembers its rows. Its assets are in the transaction, not committed.
MOMENTS = {"written": "before_cursor_execute", "remembered": "after_cursor_execute"}


def main() -> None:
    database_url, organisation_id, urn, path, moment, chunk = sys.argv[1:7]
    data = Path(path).parent
    app = create_app(
        Settings(
            data=data,
            port=8000,
            database_url=database_url,
            owner_url=database_url,
            redis_url="",
            blobs=data,
            secret_key="only-for-tests-" + "0" * 32,
            testing=True,
        )
    )
    assets.CHUNK = CHUNK
    event.listen(Engine, MOMENTS[moment], die_at(int(chunk)))
    import_assets(app, organisation_id, urn, Path(path), apply=True)


def die_at(chunk: int) -> Callable[..., None]:
    """Return what watches statements and dies at the one that remembers the rows of this chunk."""
    chunks = 0

    def look(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal chunks
        chunks += statement.startswith("INSERT INTO import_source")
        if chunks == chunk:
            os.kill(os.getpid(), signal.SIGKILL)

    return look


if __name__ == "__main__":
    main()
