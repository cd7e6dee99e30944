"""Which kinds are synced, in the order their references need; filled once by ``server/app.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from server.core.database import Base
from sync.collections import Collection


@dataclass(frozen=True, slots=True)
class Synced:
    """A collection and the table that holds it."""

    collection: Collection
    model: type[Base]
    # Columns that are not on the wire but follow from it (asset.serial_key from serial).
    derive: Callable[[Mapping[str, object]], Mapping[str, object]] | None = None


class Registry:
    """All synced kinds of this build, by name."""

    def __init__(self, kinds: Iterable[Synced] = ()) -> None:
        self._kinds = {item.collection.kind: item for item in kinds}

    def get(self, kind: str) -> Synced | None:
        return self._kinds.get(kind)

    def all(self) -> tuple[Synced, ...]:
        return tuple(self._kinds.values())

    def rank(self, kind: str) -> int:
        """Return the kind's place in reference order (parents first)."""
        return list(self._kinds).index(kind)
