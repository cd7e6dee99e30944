"""Bench of sync over TCP against the real web server: push, pull, no change, many clients."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from server.core.figures import Figure, percentile
from server.exchange.bench_wire import Place, Wire, free_port, make_lines, prepare

PUSHED = 10_000
BATCH = 500
PAGE = 2000
CLIENTS = 20
ASKS = 300


def bench_sync(app: Flask, _seed: int) -> Iterator[Figure]:
    """Measure what protocol.md compares: changes of 20 fields, one machine for both sides."""
    place = prepare(app)
    yield Figure("raw SQLite insert, 500 a transaction", _raw_rate(), "rows/s", "higher")
    with web_server(app) as port:
        wire = Wire(port, place)
        wire.hello()
        yield from _push(wire, place)
        yield from _pull(wire, place)
        yield from _many(port, place)


def _push(wire: Wire, place: Place) -> Iterator[Figure]:
    batches = [make_lines(place, first, BATCH) for first in range(1, PUSHED + 1, BATCH)]
    times: list[float] = []
    started = time.perf_counter()
    for i, lines in enumerate(batches):
        asked = time.perf_counter()
        wire.push(1 + i * BATCH, lines)
        times.append(time.perf_counter() - asked)
    rate = PUSHED / (time.perf_counter() - started)
    yield Figure("push 10,000 changes", rate, "changes/s", "higher", target=20_000)
    yield Figure("push of 500 p95", percentile(times, 0.95) * 1000, "ms")


def _pull(wire: Wire, place: Place) -> Iterator[Figure]:
    started, seq, got = time.perf_counter(), 0, 0
    while True:
        page = wire.pull({place.school_id: {"gen": 1, "seq": seq}}, PAGE)["scopes"][place.school_id]
        got, seq = got + len(page["items"]), page["seq"]
        if not page["more"]:
            break
    rate = got / (time.perf_counter() - started)
    yield Figure("pull 10,000 items", rate, "items/s", "higher", target=100_000)
    times: list[float] = []
    for _ in range(ASKS):
        asked = time.perf_counter()
        wire.pull({place.school_id: {"gen": 1, "seq": seq}}, PAGE)
        times.append(time.perf_counter() - asked)
    yield Figure("no-change round trip p50", percentile(times, 0.5) * 1000, "ms", target=0.7)
    yield Figure("no-change round trip p95", percentile(times, 0.95) * 1000, "ms")


def _many(port: int, place: Place) -> Iterator[Figure]:
    """Push from 20 clients at once, each its own connection and 500 changes."""
    wires = [Wire(port, place) for _ in range(CLIENTS)]
    lines = [make_lines(place, 1, BATCH) for _ in wires]
    for wire in wires:
        wire.hello()
    faults: list[BaseException] = []

    def go(wire: Wire, own: list[bytes]) -> None:
        try:
            wire.push(1, own)
        except BaseException as fault:  # noqa: BLE001  (a thread's fault must be counted)
            faults.append(fault)

    threads = [threading.Thread(target=go, args=pair) for pair in zip(wires, lines, strict=True)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = CLIENTS * BATCH / (time.perf_counter() - started)
    yield Figure("20 clients x 500 changes", rate, "changes/s", "higher", target=15_000)
    yield Figure("20 clients: pushes that failed", len(faults), "pushes", target=0)


def _raw_rate() -> float:
    """Return how many rows a second SQLite itself takes, durable, for comparison."""
    with tempfile.TemporaryDirectory(prefix="walkround-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE raw (id TEXT PRIMARY KEY, body TEXT)")
        rows = [(str(uuid.uuid4()), "x" * 520) for _ in range(PUSHED)]
        started = time.perf_counter()
        for first in range(0, PUSHED, BATCH):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO raw VALUES (?, ?)", rows[first : first + BATCH])
            connection.execute("COMMIT")
        rate = PUSHED / (time.perf_counter() - started)
        connection.close()
    return rate


@contextmanager
def web_server(app: Flask) -> Iterator[int]:
    """Run the web server alone: no worker takes part of the machine."""
    settings = app.extensions["settings"]
    port = free_port()
    on_sqlite = settings.database_url.startswith("sqlite")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "server.wsgi:app"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "error"]
    command += ["--workers", "1" if on_sqlite else "2", "--blocking-threads", "8"]
    environ = {**os.environ, "WALKROUND_DATA": str(settings.data), "WALKROUND_PORT": str(port)}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        Wire.wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


BENCHES = {"sync": bench_sync}
