"""The one place that reads the clock and draws ids; tests replace both by value."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sync.ids import uuid7


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Clock:
    """UTC milliseconds; ``now_ms`` may be replaced in a test."""

    now_ms: Callable[[], int] = _wall_ms

    def today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self.now_ms() / 1000, tz=dt.UTC).date()


clock = Clock()


def now_ms() -> int:
    return clock.now_ms()


def today() -> dt.date:
    return clock.today()


def new_id() -> str:
    """Return a fresh UUIDv7."""
    return uuid7(clock.now_ms(), secrets.token_bytes(10))
