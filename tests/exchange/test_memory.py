"""The web server as shipped stays small and alive whatever bodies it is sent."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from server.settings import Settings
from tests import services
from tests.exchange.device import PREFIX
from tests.world import World, token_of, world_id

MIB = 2**20
HUGE = 100 * MIB
# What one body that may be sent, its unzipped copy and its lines take, with room for the allocator.
MOST_GROWTH = 32 * MIB


@pytest.fixture
def server(world: World, settings: Settings) -> Iterator[tuple[int, psutil.Process]]:
    """The shipped web server over the world's database: its port and its process."""
    port = services.free_port()
    environ = {
        **os.environ,
        "WALKROUND_DATA": str(settings.data),
        "WALKROUND_PORT": str(port),
        "DATABASE_URL": settings.database_url,
        "BLOB_URL": str(settings.blobs),
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "server.wsgi:app"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-ws", "--blocking-threads", "8"]
    process = subprocess.Popen([*command, "--log-level", "error"], env=environ)
    try:
        services.wait_until(lambda: answers(port), process)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def peak(process: psutil.Process) -> int:
    """Return the most memory that any process of the family ever held."""
    found = [process, *process.children(recursive=True)]
    texts = [Path(f"/proc/{one.pid}/status").read_text() for one in found]
    return max(int(m[1]) * 1024 for text in texts if (m := re.search(r"VmHWM:\s+(\d+) kB", text)))


def ask(port: int, path: str, body: bytes, **headers: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        sent = {
            "Authorization": f"Bearer {token_of('technician')}",
            "Content-Type": "application/x-ndjson",
            **headers,
        }
        connection.request("POST", PREFIX + path, body, sent)
        return connection.getresponse().status


def worst_lines(epoch: str) -> bytes:
    """A push as large as may be, of lines that are dear to read: deep, long, twice, all numbers."""
    bad = (
        b"[" * 60_000, b'{"a":' * 12_000, b'{"mid":1,"x":' + b"9" * 60_000 + b"}",
        b"{" + b",".join(b'"a":1' for _ in range(10_000)) + b"}",
        b'{"mid":1,"set":{"note":"' + b"\\u0041" * 10_000 + b'"}}',
        b"[" + b"1," * 30_000 + b"1]",
    )  # fmt: skip
    lines = [bad[n % len(bad)] for n in range(16)]
    header = {
        "client_id": str(uuid.uuid4()), "server_epoch": epoch, "device_now": 1,
        "first_mid": 1, "n": len(lines),
    }  # fmt: skip
    return b"\n".join([json.dumps(header).encode(), *lines]) + b"\n"


def epoch_of(port: int) -> str:
    said = {
        "proto": 1, "client_id": str(uuid.uuid4()), "device_id": str(uuid.uuid4()), "sv": 1,
        "organisation_id": world_id("organisation", "north"), "app_build": "test",
        "device_now": 1, "outbox": {},
    }  # fmt: skip
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        sent = {
            "Authorization": f"Bearer {token_of('technician')}",
            "Content-Type": "application/json",
        }
        connection.request("POST", PREFIX + "/hello", json.dumps(said).encode(), sent)
        return str(json.loads(connection.getresponse().read())["server_epoch"])


def pour(port: int, path: str, *, chunked: bool, method: str = "POST") -> bytes:
    """Send 100 MiB, a part at a time, until the server answers or hangs up; return its answer."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {HUGE}"
    head = (
        f"{method} {PREFIX}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n"
        f"Authorization: Bearer {token_of('technician')}\r\n"
        "Content-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
    )
    part = b"x" * (256 * 1024)
    framed = b"40000\r\n" + part + b"\r\n" if chunked else part
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
        try:
            connection.sendall(head.encode())
            for _ in range(HUGE // len(part)):
                connection.sendall(framed)
            if chunked:
                connection.sendall(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            return connection.recv(4096)
        except ConnectionResetError:
            return b""


@pytest.mark.only("sqlite")
def test_no_body_makes_the_server_grow_or_die(server: tuple[int, psutil.Process]) -> None:
    port, process = server
    assert ask(port, "/push", b"{}") == 400
    before = peak(process)
    bomb = gzip.compress(b" " * (100 * MIB), 1)
    for path in ("/push", "/hello", "/pull"):
        assert ask(port, path, bomb, **{"Content-Encoding": "gzip"}) == 413
        assert ask(port, path, b"[" * 200_000) == 400
    for chunked in (False, True):
        for path in ("/push", "/hello"):
            said = pour(port, path, chunked=chunked)
            assert said == b"" or b" 413 " in said or b" 400 " in said, said[:200]
    photo = f"/blobs/{'0' * 64}"
    for chunked in (False, True):
        said = pour(port, photo, chunked=chunked, method="PATCH")
        assert said == b"" or b" 413 " in said or b" 4" in said[8:12], said[:200]
    grown = peak(process) - before
    assert answers(port)
    assert ask(port, "/push", b"{}") == 400
    assert grown < MOST_GROWTH, f"{grown / MIB:.0f} MiB more"


@pytest.mark.only("sqlite")
def test_lines_that_are_dear_to_read_leave_nothing_behind(
    server: tuple[int, psutil.Process],
) -> None:
    """Were each push kept, these would hold more than may be: one takes as much as all."""
    port, process = server
    epoch = epoch_of(port)
    for _ in range(5):
        assert ask(port, "/push", worst_lines(epoch)) == 200
    before = peak(process)
    for _ in range(45):
        assert ask(port, "/push", worst_lines(epoch)) == 200
    grown = peak(process) - before
    assert grown < MOST_GROWTH, f"{grown / MIB:.0f} MiB more"
    assert answers(port)
