"""One database as one file, and back: SQLite by VACUUM INTO, PostgreSQL by pg_dump and psql.

The file and what is read beside it (who has sent how much, which photos there are) are of the
same moment. A new epoch is part of bringing it back: no server ever runs on old data with the
epoch that its devices know.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from server.core.database import engine_options

CLIENTS = "SELECT organisation_id, id, last_mid FROM sync_client WHERE id NOT LIKE 'server:%'"
BLOBS = "SELECT organisation_id, sha256 FROM blob WHERE state = 'stored'"


class DumpError(Exception):
    """The database could not be written to a file or read from one; the message says why."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database file holds, read in the same moment."""

    dialect: str
    revision: str
    epoch: str
    clients: tuple[tuple[str, str, int], ...]  # organisation, client, last mid
    blobs: tuple[tuple[str, str], ...]  # organisation, sha256


def facts_of(connection: Connection) -> Facts:
    """Read what the backup's list says of a database."""
    clients = connection.execute(text(CLIENTS + " ORDER BY 1, 2"))
    blobs = connection.execute(text(BLOBS + " ORDER BY 1, 2"))
    return Facts(
        connection.dialect.name,
        str(connection.scalar(text("SELECT version_num FROM alembic_version"))),
        str(connection.scalar(text("SELECT server_epoch FROM sync_meta"))),
        tuple((str(o), str(c), int(mid)) for o, c, mid in clients),
        tuple((str(o), str(sha)) for o, sha in blobs),
    )


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open a database outside the application: of all organisations, no settings but its own."""
    engine = create_engine(url, **engine_options(url))
    try:
        yield engine
    finally:
        engine.dispose()


def dump(url: str, file: Path) -> Facts:
    """Write the database to a file while it is in use. Raises DumpError."""
    with opened(url) as engine:
        if engine.dialect.name == "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM INTO :file"), {"file": str(file)})
            return sqlite_facts(file)
        steady = engine.execution_options(isolation_level="REPEATABLE READ")
        with steady.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            facts = facts_of(connection)
            program = [_program("pg_dump"), "--format=custom", f"--snapshot={snapshot}"]
            _run([*program, f"--file={file}", "--dbname", _address(url)], url)
    return facts


def sqlite_facts(file: Path) -> Facts:
    """Read a SQLite file. Raises DumpError when it is damaged."""
    try:
        with opened(f"sqlite:///{file}") as engine, engine.connect() as connection:
            said = connection.scalar(text("PRAGMA integrity_check"))
            if said != "ok":
                raise DumpError(f"The database in the backup is damaged: {said}")
            return facts_of(connection)
    except DBAPIError as fault:
        raise DumpError(f"The database in the backup cannot be read: {fault.orig}") from fault


def check_postgres(file: Path) -> None:
    """Read the table of contents of a dump. Raises DumpError when it is no dump of ours."""
    listed = _run([_program("pg_restore"), "--list", str(file)], None)
    if "TABLE DATA public sync_op" not in listed:
        raise DumpError("The database in the backup has no ledger.")


def is_empty(url: str) -> bool:
    """Say whether nobody works with this database yet: no file, no tables or no organisation."""
    with opened(url) as engine:
        try:
            with engine.connect() as connection:
                return connection.scalar(text("SELECT 1 FROM organisation LIMIT 1")) is None
        except DBAPIError:
            return True


def bring_back(url: str, file: Path, epoch: str) -> None:
    """Make the database what the file says, whole or not at all, with a new epoch."""
    if make_url(url).get_backend_name() == "sqlite":
        _replace_sqlite(Path(make_url(url).database or ""), file, epoch)
        return
    script = file.with_suffix(".sql")
    flags = ["--clean", "--if-exists", "--no-owner", "--no-acl"]
    _run([_program("pg_restore"), *flags, f"--file={script}", str(file)], url)
    with script.open("a", encoding="utf-8") as lines:
        lines.write(f"\nUPDATE public.sync_meta SET server_epoch = '{epoch}';\n")
    psql = [_program("psql"), "-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
    _run([*psql, "--file", str(script), "--dbname", _address(url)], url)


def _replace_sqlite(place: Path, file: Path, epoch: str) -> None:
    with opened(f"sqlite:///{file}") as engine, engine.begin() as connection:
        connection.execute(text("UPDATE sync_meta SET server_epoch = :new"), {"new": epoch})
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = place.with_name(place.name + ".restoring")
    shutil.copyfile(file, beside)
    beside.chmod(0o600)
    with beside.open("rb+") as copied:
        os.fsync(copied.fileno())
    for left in ("-wal", "-shm"):
        place.with_name(place.name + left).unlink(missing_ok=True)
    beside.replace(place)
    handle = os.open(place.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _program(name: str) -> str:
    """Find a program of PostgreSQL: of the newest version here."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    path = os.pathsep.join([*(str(home) for home in homes), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        raise DumpError(f"{name} is missing: install PostgreSQL's client programs.")
    return found


def _version(home: Path) -> int:
    return int(home.parent.name) if home.parent.name.isdigit() else 0


def _address(url: str) -> str:
    """Return the address for PostgreSQL's programs; the password never stands on a command line."""
    given = make_url(url)
    plain = URL.create("postgresql", given.username, None, given.host, given.port, given.database)
    return plain.update_query_dict(dict(given.query)).render_as_string(hide_password=False)


def _run(command: list[str], url: str | None) -> str:
    password = make_url(url).password if url else None
    environ = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(command, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise DumpError(f"{Path(command[0]).name}: {done.stderr.strip()[-500:]}")
    return done.stdout
