"""`walkround bench`: runs benches on fresh data and prints figures that can be compared."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click
from flask import Flask

from server.bench.scratch import scratch
from server.core.figures import Figure
from server.settings import Settings, read_settings

Bench = Callable[[Flask, int], Iterable[Figure]]
# Where benches are looked for: a module with BENCHES.
FEATURES = ("exchange", "estate", "audits", "ratings", "planning")
PACKAGES = ("flask", "sqlalchemy", "granian", "redis", "rq")


def measure(name: str, *, seed: int, as_json: bool) -> int:
    """Run the benches of this name, or all; a missed target is a figure, not a failure: 0."""
    benches = {known: bench for known, bench in found_benches() if name in {known, "all"}}
    if not benches:
        names = ", ".join(sorted(known for known, _ in found_benches()))
        raise click.ClickException(f"There is no bench {name}. There are: {names}, all.")
    click.echo(json.dumps(header(seed)) if as_json else _words(header(seed)))
    for known, bench in benches.items():
        with (
            tempfile.TemporaryDirectory(prefix="walkround-bench-") as folder,
            fresh_app(Path(folder)) as app,
        ):
            for figure in bench(app, seed):
                click.echo(line(known, figure) if as_json else _figure_words(known, figure))
    return 0


def found_benches() -> Iterator[tuple[str, Bench]]:
    """Yield every bench of this build: the platform's own, then each feature's."""
    modules = ["server.bench.app", *(f"server.{feature}.bench" for feature in FEATURES)]
    for module in modules:
        if importlib.util.find_spec(module) is not None:
            yield from importlib.import_module(module).BENCHES.items()


@contextmanager
def fresh_app(folder: Path) -> Iterator[Flask]:
    """Give an app on an empty migrated SQLite file, or on a scratch schema of DATABASE_URL's.

    The process is then what a server's is: the web server and the workers keep what they loaded.
    """
    from server.app import create_app
    from server.core.database import db
    from server.core.memory import keep_loaded
    from server.core.migrate import migrate

    with scratch(bench_settings(folder)) as settings:
        migrate(settings.owner_url)
        app = create_app(settings)
        keep_loaded()
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def bench_settings(folder: Path) -> Settings:
    found = read_settings({**os.environ, "WALKROUND_DATA": str(folder), "BLOB_URL": ""})
    return replace(found, testing=False, redis_url="")


def header(seed: int) -> dict[str, object]:
    """Return what the figures depend on besides the code."""
    from pysqlite3 import dbapi2 as sqlite3

    url = os.environ.get("DATABASE_URL", "")
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {_memory_gb()} GB",
        "system": platform.system() + " " + platform.release(),
        "python": sys.version.split()[0],
        "versions": {name: version(name) for name in PACKAGES},
        "database": "PostgreSQL" if url.startswith("postgres") else "SQLite",
        "sqlite": sqlite3.sqlite_version,
        "load before": round(os.getloadavg()[0], 1),
        "seed": seed,
    }


def line(bench: str, figure: Figure) -> str:
    return json.dumps(
        {
            "bench": bench,
            "name": figure.name,
            "value": round(figure.value, 3),
            "unit": figure.unit,
            "better": figure.better,
            "target": figure.target,
        }
    )


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _words(facts: dict[str, object]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in facts.items())


def _figure_words(bench: str, figure: Figure) -> str:
    sign = "≤" if figure.better == "lower" else "≥"
    target = f"  (target {sign} {figure.target:g})" if figure.target is not None else ""
    return f"{bench:9} {figure.name:44} {figure.value:12,.2f} {figure.unit}{target}"
