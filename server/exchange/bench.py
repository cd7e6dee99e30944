"""Bench of sync over TCP against the real web server: push, pull, no change, many clients."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from server.core.figures import Figure, percentile
from server.exchange.bench_raw import raw_rate
from server.exchange.bench_wire import Place, Wire, free_port, make_lines, prepare

PUSHED = 10_000
BATCH = 500
PAGE = 2000
CLIENTS = 20
ASKS = 300
LARGE = 500_000


def bench_sync(app: Flask, _seed: int) -> Iterator[Figure]:
    """Measure what protocol.md compares: changes of 20 fields, one machine for both sides.

    The share of what the database itself takes, measured a moment before, is what machines and
    busy hours have in common.
    """
    place = prepare(app)
    with web_server(app) as server:
        wire = Wire(server.port, place)
        wire.hello()
        raw = raw_rate(app)
        yield Figure("raw insert, 500 a transaction", raw, "rows/s", "higher")
        yield from _push(wire, place, raw)
        yield from _pull(wire, place, raw)
        yield from _many(server.port, place, raw_rate(app))
        yield Figure("web process, resident", server.megabytes(), "MB", target=120)


def bench_large(app: Flask, _seed: int) -> Iterator[Figure]:
    """Say how much slower a push is when half a million records are stored."""
    place = prepare(app)
    with web_server(app) as server:
        wire = Wire(server.port, place)
        wire.hello()
        _send(wire, place, 1, PUSHED)
        small = _send(wire, place, 1 + PUSHED, PUSHED)[0] / raw_rate(app)
        for first in range(1 + 2 * PUSHED, LARGE, PUSHED):
            _send(wire, place, first, PUSHED)
        large = _send(wire, place, 1 + LARGE, PUSHED)[0] / raw_rate(app)
        yield Figure("push at 10,000 stored", small, "of raw", "higher")
        yield Figure("push at 500,000 stored", large, "of raw", "higher")
        yield Figure("push at 500,000, share of 10,000", large / small, "", "higher", target=0.8)


def _send(wire: Wire, place: Place, first: int, count: int) -> tuple[float, list[float], int]:
    """Push changes made beforehand; return the rate, the time of each push and all bytes sent."""
    starts = range(first, first + count, BATCH)
    bodies = [wire.packed(at, make_lines(place, at, BATCH)) for at in starts]
    answers: list[bytes] = []
    times: list[float] = []
    started = time.perf_counter()
    for body in bodies:
        asked = time.perf_counter()
        answers.append(wire.send(body))
        times.append(time.perf_counter() - asked)
    rate = count / (time.perf_counter() - started)
    for answer in answers:
        wire.must_be_applied(answer)
    return rate, times, sum(map(len, bodies))


def _push(wire: Wire, place: Place, raw: float) -> Iterator[Figure]:
    rate, times, sent = _send(wire, place, 1, PUSHED)
    yield Figure("push 10,000 changes", rate, "changes/s", "higher", target=20_000)
    yield Figure("push, share of raw", rate / raw, "of raw", "higher", target=0.13)
    yield Figure("push of 500 p95", percentile(times, 0.95) * 1000, "ms")
    yield Figure("push, bytes a change", sent / PUSHED, "bytes", target=95)


def _pull(wire: Wire, place: Place, raw: float) -> Iterator[Figure]:
    """Fetch all; the answers are read for their items only once the clock has stopped."""
    pages: list[bytes] = []
    started, seq, more = time.perf_counter(), 0, True
    while more:
        pages.append(wire.pull({place.school_id: {"gen": 1, "seq": seq}}, PAGE))
        seq, more = wire.cursor_of(pages[-1])
    took = time.perf_counter() - started
    got = sum(wire.items_of(page, place.school_id) for page in pages)
    yield Figure("pull 10,000 items", got / took, "items/s", "higher", target=100_000)
    yield Figure("pull, share of raw", got / took / raw, "of raw", "higher", target=1.2)
    yield Figure("pull, bytes an item", wire.received / got, "bytes", target=95)
    times: list[float] = []
    for _ in range(ASKS):
        asked = time.perf_counter()
        wire.pull({place.school_id: {"gen": 1, "seq": seq}}, PAGE)
        times.append(time.perf_counter() - asked)
    yield Figure("no-change round trip p50", percentile(times, 0.5) * 1000, "ms", target=0.6)
    yield Figure("no-change round trip p95", percentile(times, 0.95) * 1000, "ms")


def _many(port: int, place: Place, raw: float) -> Iterator[Figure]:
    """Push from 20 clients at once, each its own connection and 500 changes."""
    wires = [Wire(port, place) for _ in range(CLIENTS)]
    for wire in wires:
        wire.hello()
    bodies = [wire.packed(1, make_lines(place, 1, BATCH)) for wire in wires]
    answers: list[bytes] = []
    faults: list[BaseException] = []

    def go(wire: Wire, body: bytes) -> None:
        try:
            answers.append(wire.send(body))
        except BaseException as fault:  # noqa: BLE001  (a thread's fault must be counted)
            faults.append(fault)

    threads = [threading.Thread(target=go, args=pair) for pair in zip(wires, bodies, strict=True)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = CLIENTS * BATCH / (time.perf_counter() - started)
    for answer in answers:
        wires[0].must_be_applied(answer)
    yield Figure("20 clients x 500 changes", rate, "changes/s", "higher", target=15_000)
    yield Figure("20 clients, share of raw", rate / raw, "of raw", "higher", target=0.13)
    yield Figure("20 clients: pushes that failed", len(faults), "pushes", target=0)


class Web:
    """The web server of a bench, and what its processes weigh."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process

    def megabytes(self) -> float:
        """Return the resident memory of the heaviest process that serves."""
        pages = os.sysconf("SC_PAGE_SIZE") / 2**20
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        found = [Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in pids.split()]
        return max((int(count) * pages for count in found), default=0.0)


@contextmanager
def web_server(app: Flask) -> Iterator[Web]:
    """Run the web server alone: no worker takes part of the machine."""
    settings = app.extensions["settings"]
    port = free_port()
    on_sqlite = settings.database_url.startswith("sqlite")
    workers = "1" if on_sqlite else "2"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "server.wsgi:app"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "error"]
    command += ["--workers", workers, "--blocking-threads", "8"]
    environ = {**os.environ, "WALKROUND_DATA": str(settings.data), "WALKROUND_PORT": str(port)}
    environ["DATABASE_URL"] = settings.database_url
    environ["MALLOC_ARENA_MAX"] = "1"  # as `walkround run` does
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        Wire.wait_for(port, process)
        yield Web(port, process)
    finally:
        process.terminate()
        process.wait(30)


BENCHES = {"sync": bench_sync, "sync-large": bench_large}
