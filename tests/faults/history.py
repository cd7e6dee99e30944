"""The history of a run: one JSON object a line, in the order things became known.

As in Jepsen, what a device asked for ends as ``ok``, ``fail`` (surely not done) or ``info``
(nobody knows: the answer was lost). ``made`` is written when the line is on the device's disk and
``acked`` when the server's word for it is.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]

# Every event that a history may hold, and what it must tell.
EVENTS = {
    "made": {"client", "mid", "sha", "kind", "id", "scope", "set", "organisation"},
    "acked": {"client", "mid", "status", "code"},
    "asked": {"client", "path", "outcome", "status", "retry_after"},
    "pulled": {"client", "acked_mid", "heads", "cursors", "started"},
    "stored": {"client", "organisation", "sha256"},
    "foreign": {"client", "path"},
    "fault": {"name", "round"},
    "healed": {"round"},
    "restored": {"round"},
    "drained": {"client", "seconds"},
    "stalled": {"client", "left", "seconds"},
    "left": {"client", "mids"},
    "view": {"client", "scope", "items"},
    "says": {"client", "all_on_server"},
    "revoked": {"clients", "allowed_ms"},
    "granted": {"clients"},
    "lost_device": {"client", "from_mid"},
}


class History:
    """Written by many threads, kept in memory and, when a path is given, on the disk."""

    def __init__(self, path: Path | None = None) -> None:
        self.events: list[Event] = []
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8") if path else None

    def note(self, event: str, **facts: Any) -> None:
        missing = EVENTS[event] - set(facts)
        assert not missing, f"{event} must tell {sorted(missing)}"
        with self._lock:
            told = {"e": event, "at": time.time_ns() // 1_000_000, **facts}
            self.events.append(told)
            if self._file is not None:
                self._file.write(json.dumps(told, sort_keys=True) + "\n")
                self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def of(events: list[Event], kind: str) -> Iterator[Event]:
    return (event for event in events if event["e"] == kind)


def read_history(path: Path) -> list[Event]:
    """Return the events of a file; a last line that a kill tore is not one."""
    events = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            break
    return events
