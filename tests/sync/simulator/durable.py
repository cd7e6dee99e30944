"""A storage fake: tables whose writes since the last flush are lost when the power goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Literal, TypeVar

K = TypeVar("K")
V = TypeVar("V")
Durability = Literal["strict", "relaxed"]
_ABSENT = object()


class Log:
    """What each write replaced, until it is flushed; and how durable each commit was asked to be.

    Values are never changed in place: a table only puts and takes away.
    """

    def __init__(self) -> None:
        self.entries: list[tuple[dict[Any, Any], object, object]] = []
        self.asked: Counter[tuple[str, Durability]] = Counter()
        self.commits = 0

    def mark(self) -> int:
        return len(self.entries)

    def commit(self, what: str, durability: Durability) -> None:
        """End a transaction. A strict one flushes everything before it; a relaxed one nothing."""
        self.asked[(what, durability)] += 1
        self.commits += 1
        if durability == "strict":
            self.entries.clear()

    def back(self, to: int = 0) -> None:
        """Undo a transaction that began at ``to``; from 0, the power went."""
        while len(self.entries) > to:
            table, key, before = self.entries.pop()
            if before is _ABSENT:
                dict.pop(table, key, None)
            else:
                dict.__setitem__(table, key, before)
        self.commits += 1


class Table(dict[K, V]):
    """A dict that tells its log what it replaces."""

    __slots__ = ("log",)

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def __setitem__(self, key: K, value: V) -> None:
        self.log.entries.append((self, key, self.get(key, _ABSENT)))
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self.log.entries.append((self, key, self[key]))
        super().__delitem__(key)

    def drop(self, key: K) -> None:
        if key in self:
            del self[key]

    def drop_all(self, unwanted: Callable[[K], bool]) -> None:
        for key in [key for key in self if unwanted(key)]:
            del self[key]

    def fill(self, other: dict[K, V]) -> None:
        """Become another table's copy, flushed: a disk that was put back."""
        dict.clear(self)
        dict.update(self, other)
