"""Bench of the whole: how fast it starts, answers and stops, and how much a tablet downloads."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from flask import Flask

from server.core.figures import Figure, percentile
from server.shell import DIST

KB = 1024
ASSET = re.compile(r'(?:src|href)="/(assets/[^"]+)"')


def bench_app(_app: Flask, _seed: int) -> Iterator[Figure]:
    """Start and stop `walkround run` twice on one folder, ask for /healthz, weigh the app."""
    with tempfile.TemporaryDirectory(prefix="walkround-bench-") as folder:
        yield Figure("first start without a demo", _start_and_stop(folder)[0], "s", target=15)
        up, stop, times = _start_and_stop(folder, asks=500)
        yield Figure("restart to first answer", up, "s", target=5)
        yield Figure("stop", stop, "s", target=5)
        yield Figure("healthz p50", percentile(times, 0.5) * 1000, "ms")
        yield Figure("healthz p95", percentile(times, 0.95) * 1000, "ms")
    if (DIST / "field.html").exists():
        yield from _weigh()


def _start_and_stop(folder: str, asks: int = 0) -> tuple[float, float, list[float]]:
    port = _free_port()
    command = [sys.executable, "-m", "server.cli", "run", "--no-browser", "--no-demo"]
    command += ["--port", str(port), "--data", folder]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() - started > 60:
                raise RuntimeError("walkround run did not start")
            time.sleep(0.02)
        up = time.monotonic() - started
        times = list(_ask(port, asks))
    finally:
        stopping = time.monotonic()
        process.terminate()
        process.wait(30)
    return up, time.monotonic() - stopping, times


def _ask(port: int, asks: int) -> Iterator[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(asks):
        started = time.monotonic()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        yield time.monotonic() - started
    connection.close()


def _answers(port: int) -> bool:
    try:
        list(_ask(port, 1))
    except (OSError, http.client.HTTPException):
        return False
    return True


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _weigh() -> Iterator[Figure]:
    """Add up what the field page names, compressed as it travels; the decoder's wasm apart."""
    page = (DIST / "field.html").read_text(encoding="utf-8")
    names = set(ASSET.findall(page))
    for kind, label, target in (("js", "JavaScript", 60), ("css", "CSS", 14)):
        weight = sum(_gzipped(name) for name in names if name.endswith(f".{kind}"))
        yield Figure(f"field {label}, gzip", weight / KB, "KB", target=target)


def _gzipped(name: str) -> int:
    return len(gzip.compress((DIST / name).read_bytes(), 9))


BENCHES = {"app": bench_app}
