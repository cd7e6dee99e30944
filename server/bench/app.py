"""Bench of the whole: how fast it starts, answers and stops, its demo, and what a tablet does."""

from __future__ import annotations

import gzip
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping

from flask import Flask

from server.bench.running import Running
from server.bench.tablet import tablet_figures
from server.core.figures import Figure, percentile
from server.demo.build import DemoSize, build
from server.shell import DIST

KB = 1024
ASSET = re.compile(r'(?:src|href)="/(assets/[^"]+)"')
# A screen that is read from the tablet after the first paint is imported by its file's name.
LATER = re.compile(r"""(?:import\(?|from)[`"']\./([^`"']+\.js)""")
# 90 schools with 445 assets each are 40,050.
LARGE = {"schools": 90, "assets": 445}


def bench_app(app: Flask, seed: int) -> Iterator[Figure]:
    """Start and stop `walkround run` twice on one folder, weigh the app, build a large demo."""
    env = _environment(app)
    with tempfile.TemporaryDirectory(prefix="walkround-bench-") as folder:
        yield Figure("first start without a demo", _start_and_stop(folder, env)[0], "s", target=15)
        up, stop, times = _start_and_stop(folder, env, asks=500)
        yield Figure("restart to first answer", up, "s", target=5)
        yield Figure("stop", stop, "s", target=5)
        yield Figure("healthz p50", percentile(times, 0.5) * 1000, "ms")
        yield Figure("healthz p95", percentile(times, 0.95) * 1000, "ms")
    if (DIST / "field.html").exists():
        yield from _weigh()
    yield from tablet_figures(seed)
    yield from _large_demo(app, seed)


def _environment(app: Flask) -> dict[str, str]:
    """Return the environment of a server beside this app: in its scratch schema, if it has one."""
    settings = app.extensions["settings"]
    if settings.database_url.startswith("sqlite"):
        return dict(os.environ)
    urls = {"DATABASE_URL": settings.database_url, "DATABASE_OWNER_URL": settings.owner_url}
    return {**os.environ, **urls}


def _start_and_stop(
    folder: str, env: Mapping[str, str], asks: int = 0
) -> tuple[float, float, list[float]]:
    server = Running(folder, env=env)
    try:
        times = list(server.ask(asks))
    finally:
        stop = server.stop()
    return server.seconds_to_start, stop, times


def _weigh() -> Iterator[Figure]:
    """Add up what the field page names, compressed as it travels; the decoder's wasm apart."""
    page = (DIST / "field.html").read_text(encoding="utf-8")
    names = set(ASSET.findall(page))
    for kind, label, target in (("js", "JavaScript", 60), ("css", "CSS", 14)):
        weight = sum(_gzipped(name) for name in names if name.endswith(f".{kind}"))
        yield Figure(f"field {label}, gzip", weight / KB, "KB", target=target)
    later = sum(_gzipped(name) for name in _read_later(names))
    yield Figure("field JavaScript read after the first paint, gzip", later / KB, "KB")


def _read_later(first: set[str]) -> set[str]:
    """Return the scripts that those a page names import later, and what these import."""
    found: set[str] = set()
    queue = [name for name in first if name.endswith(".js")]
    while queue:
        text = (DIST / queue.pop()).read_text(encoding="utf-8")
        fresh = {f"assets/{name}" for name in LATER.findall(text)} - found - first
        found |= fresh
        queue += fresh
    return found


def _gzipped(name: str) -> int:
    return len(gzip.compress((DIST / name).read_bytes(), 9))


def _large_demo(app: Flask, seed: int) -> Iterator[Figure]:
    started = time.monotonic()
    report = build(app, DemoSize(**LARGE, seed=seed))
    took = time.monotonic() - started
    yield Figure("demo of 90 schools, 40,000 assets", took, "s", target=30)
    yield Figure("assets of that demo", report.assets, "assets", better="higher", target=40_000)


BENCHES = {"app": bench_app}
