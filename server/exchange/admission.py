"""Who may push or pull now: so many at once, some more in a short queue, the rest come back later.

Without it a morning on which every tablet comes back at once would fill the server with requests
that all time out. A client that is told to wait keeps its work and loses nothing. Each web process
counts its own.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

from server.accounts.access import current
from server.core.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")

SHORTEST_WAIT, WAITS = 2, 9  # told to come back after 2 to 10 seconds, spread evenly


def come_back(slug: str, words: str = "") -> Problem:
    """Return 429 or 503 with a wait of its own, so that those sent away do not return at once."""
    seconds = SHORTEST_WAIT + secrets.randbelow(WAITS)
    return Problem(slug, words, headers={"Retry-After": str(seconds)})


@dataclass(slots=True)
class Door:
    """Lets ``at_once`` in, ``waiting`` more stand for ``seconds``, and ``each`` of one person."""

    at_once: int
    waiting: int
    seconds: float
    each: int
    inside: int = 0
    standing: int = 0
    _of: Counter[str] = field(default_factory=Counter)
    _free: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def passing(self, person: str) -> Iterator[None]:
        """Hold a place for the block. Raises too_many for one person's, unavailable for all's."""
        with self._free:
            if self._of[person] >= self.each:
                raise come_back("too_many", "Too much of yours is under way; wait a moment.")
            self._of[person] += 1
            try:
                self._wait_for_a_place()
            except BaseException:
                self._leave(person)
                raise
        try:
            yield
        finally:
            with self._free:
                self.inside -= 1
                self._leave(person)
                self._free.notify()

    def _wait_for_a_place(self) -> None:
        if self.inside >= self.at_once:
            if self.standing >= self.waiting:
                raise come_back("unavailable")
            self.standing += 1
            try:
                if not self._free.wait_for(lambda: self.inside < self.at_once, self.seconds):
                    raise come_back("unavailable")
            finally:
                self.standing -= 1
        self.inside += 1

    def _leave(self, person: str) -> None:
        self._of[person] -= 1
        if not self._of[person]:
            del self._of[person]


# More than a web process has threads: only a server that lets in more than that says no.
PUSHES = Door(at_once=4, waiting=32, seconds=10, each=24)
PULLS = Door(at_once=8, waiting=64, seconds=10, each=24)


def admitted(door: Door) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a view be entered by this door only."""

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            with door.passing(current().user_id):
                return view(*args, **kwargs)

        return guarded

    return decorate
