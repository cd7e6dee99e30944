"""Run one import in a process that kills itself at a chosen moment (for the kill test)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from server.app import create_app
from server.estate.imports import assets, import_assets
from server.settings import Settings

CHUNK = 40  # rows: small, so that a few hundredths of a second hold several


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
    real = assets.write_all
    calls = 0

    def dying_write(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        results = real(*args, **options)  # type: ignore[arg-type]
        if calls == int(chunk):
            if moment == "written":  # rows of the chunk are in the transaction, not committed
                die()
            finish = assets._remember

            def remember_and_die(*more: object) -> None:
                finish(*more)  # type: ignore[arg-type]
                die()

            assets._remember = remember_and_die  # type: ignore[assignment]
        return results

    assets.CHUNK = CHUNK
    assets.write_all = dying_write  # type: ignore[assignment]
    import_assets(app, organisation_id, urn, Path(path), apply=True)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
