"""What the database itself takes: one table, rows as large as a record, 500 a transaction."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from server.core.clock import new_id

ROWS = 20_000
BATCH = 500
BYTES = 566

Row = tuple[str, int, str]


def raw_rate(app: Flask) -> float:
    """Return the rows a second that the app's kind of database takes, durably, from one writer."""
    rows = [(new_id(), i, "x" * BYTES) for i in range(ROWS)]
    if app.extensions["settings"].database_url.startswith("sqlite"):
        return _sqlite(rows)
    return _postgres(app.extensions["settings"].owner_url, rows)


def _sqlite(rows: Sequence[Row]) -> float:
    with tempfile.TemporaryDirectory(prefix="walkround-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE raw (id TEXT PRIMARY KEY, seq INTEGER, body TEXT)")
        started = time.perf_counter()
        for first in range(0, ROWS, BATCH):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO raw VALUES (?, ?, ?)", rows[first : first + BATCH])
            connection.execute("COMMIT")
        rate = ROWS / (time.perf_counter() - started)
        connection.close()
    return rate


def _postgres(owner_url: str, rows: Sequence[Row]) -> float:
    """Measure as the owner: the app's own role may make no tables."""
    engine = create_engine(owner_url)
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE bench_raw (id text PRIMARY KEY, seq int, body text)"))
        connection.commit()
        started = time.perf_counter()
        for first in range(0, ROWS, BATCH):
            connection.exec_driver_sql(
                "INSERT INTO bench_raw VALUES (%s, %s, %s)", list(rows[first : first + BATCH])
            )
            connection.commit()
        rate = ROWS / (time.perf_counter() - started)
        connection.execute(text("DROP TABLE bench_raw"))
        connection.commit()
    engine.dispose()
    return rate
