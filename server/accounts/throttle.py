"""Counts failed tries per address and per unknown name, in memory, bounded.

A known account's failures are in its ``identity`` row. This catches what has no row: guesses at
e-mails and codes. Each process counts its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from server.accounts.rules import MINUTE, locked_for


@dataclass(slots=True)
class Throttle:
    """At most ``limit`` failures of one key in ``window`` ms."""

    limit: int
    window: int = 10 * MINUTE
    room: int = 10_000
    _tries: OrderedDict[str, tuple[int, int]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str, now: int) -> int:
        """Return the milliseconds this key must wait, 0 when it may try."""
        with self._lock:
            count, since = self._tries.get(key, (0, now))
            left = since + self.window - now
            return left if count >= self.limit and left > 0 else 0

    def fail(self, key: str, now: int) -> None:
        with self._lock:
            count, since = self._tries.pop(key, (0, now))
            if since + self.window <= now:
                count, since = 0, now
            self._tries[key] = (count + 1, since)
            while len(self._tries) > self.room:
                self._tries.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._tries.clear()


@dataclass(slots=True)
class Strangers:
    """E-mails that nobody has wait exactly as an account does, so that neither tells which is."""

    room: int = 10_000
    _known: OrderedDict[str, tuple[int, int]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, email: str, now: int) -> int:
        with self._lock:
            return max(self._known.get(email, (0, 0))[1] - now, 0)

    def fail(self, email: str, now: int) -> int:
        """Count one more failure; return how many there are now."""
        with self._lock:
            failures = self._known.pop(email, (0, 0))[0] + 1
            self._known[email] = (failures, now + locked_for(failures))
            while len(self._known) > self.room:
                self._known.popitem(last=False)
            return failures

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


addresses = Throttle(limit=60)  # a whole school may share one address
codes = Throttle(limit=20)
strangers = Strangers()
