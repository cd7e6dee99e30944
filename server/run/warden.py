"""The warden: ends every process of the tree when the supervisor is gone, however it went.

It reads the ids of sessions that the supervisor starts, one a line, from a pipe. The pipe closes
when the supervisor ends, even by SIGKILL; what still runs then is ended. Standard library only,
because it must be up before anything else and cost next to nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

GENTLE_SECONDS = 3.0


def main() -> None:
    """Remember sessions until the pipe closes, then end them."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sessions = {int(line) for line in sys.stdin if line.strip().isdigit()}
    end_sessions(sessions)


def end_sessions(sessions: set[int], gentle_seconds: float = GENTLE_SECONDS) -> None:
    """Ask every process of these sessions to stop; kill what has not after some seconds."""
    _signal(members(sessions), signal.SIGTERM)
    deadline = time.monotonic() + gentle_seconds
    while members(sessions):
        if time.monotonic() > deadline:
            _signal(members(sessions), signal.SIGKILL)
            return
        time.sleep(0.05)


def members(sessions: set[int]) -> list[int]:
    """Return the living processes of these sessions, children of children included."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _session_of(entry) in sessions
    ]


def _session_of(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text()
    except OSError:
        return None  # it ended while we looked
    # pid (name) state parent group session …; the name may hold spaces and brackets
    state, _parent, _group, session, *_ = stat.rpartition(")")[2].split()
    return None if state == "Z" else int(session)


def _signal(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


if __name__ == "__main__":
    main()
