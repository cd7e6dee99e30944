"""What a database must promise before work may be called saved: asked for, then read back.

An acknowledgement makes a tablet let go of its only copy. So a database that answers before its
disk has the work is refused in words, at the start and by ``walkround doctor``.
"""

from __future__ import annotations

import sqlite3 as stdlib_sqlite3

from sqlalchemy import Connection, text

# The WAL-reset fault can corrupt a database with two connections: fixed in 3.51.3.
SAFE_SQLITE = (3, 51, 3)
FULL = 2  # what PRAGMA synchronous reads back
# remote_apply waits for even more than on.
WAITS = ("on", "remote_apply")

ASK_POSTGRES = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')"
)
POSTGRES_SETTINGS = text(
    "SELECT name, setting FROM pg_settings"
    " WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
)


class NotDurableError(RuntimeError):
    """The database would lose acknowledged work in a power cut; the message says what to do."""


def check_sqlite_version(found: tuple[int, ...], shown: str) -> None:
    """Refuse a SQLite that can corrupt a database. Raises NotDurableError."""
    if found < SAFE_SQLITE:
        raise NotDurableError(
            f"SQLite {shown} can corrupt a database in WAL mode; "
            "install the pysqlite3 wheel (make run does)."
        )


def make_sqlite_durable(connection: stdlib_sqlite3.Connection) -> None:
    """Ask for WAL and synchronous=FULL, and believe only what reads back.

    Measured over simulated power cuts: this pair lost nothing, NORMAL lost one acknowledged
    change in twenty, and DELETE with FULL its last one now and then.
    """
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous=FULL")
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or level != FULL:
        raise NotDurableError(
            f"SQLite keeps journal_mode={mode} and synchronous={level} where WAL and FULL were "
            "asked for. Put the data folder on a local disk, not on a network share."
        )


def make_postgres_durable(connection: object) -> None:
    """Ask that each commit of this connection waits for the disk, whatever the default says."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]  # psycopg's own connection
        cursor.execute(ASK_POSTGRES)
    connection.commit()  # type: ignore[attr-defined]


def promises(connection: Connection) -> dict[str, str]:
    """Return what the database says of itself, by the name of each setting."""
    if connection.dialect.name == "postgresql":
        return {row.name: row.setting for row in connection.execute(POSTGRES_SETTINGS)}
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    return {"journal_mode": str(mode), "synchronous": "FULL" if level == FULL else str(level)}


def broken_promises(found: dict[str, str]) -> list[str]:
    """Return, in words, each setting under which acknowledged work can be lost."""
    faults = [
        f"{name} is {found[name]}: set it to on in postgresql.conf"
        for name in ("fsync", "full_page_writes")
        if found.get(name, "on") != "on"
    ]
    waits = found.get("synchronous_commit", "on")
    if waits not in WAITS:
        faults.append(f"synchronous_commit is {waits}: set it to on")
    if found.get("journal_mode", "wal") != "wal":
        faults.append(f"journal_mode is {found['journal_mode']}, not wal")
    if found.get("synchronous", "FULL") != "FULL":
        faults.append(f"synchronous is {found['synchronous']}, not FULL")
    return faults


def require_durable(connection: Connection) -> None:
    """Raise NotDurableError when the database would lose acknowledged work in a power cut."""
    faults = broken_promises(promises(connection))
    if faults:
        raise NotDurableError(
            "The database does not keep what it acknowledges. " + "; ".join(faults) + "."
        )
