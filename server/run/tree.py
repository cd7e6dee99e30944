"""One supervised process tree: starts children, restarts the dead, stops all, leaves no orphan."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Self

from server.run.warden import end_sessions, members

TICK = 0.1
STOP_SECONDS = 6.0
SLOWEST_RESTART = 10.0


@dataclass(slots=True)
class Child:
    """One process to keep alive, and how it has done so far."""

    name: str
    command: list[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    session: int = 0

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def due_at(self) -> float:
        """Return when it may be started again: at once, then slower while it keeps dying."""
        if not self.failures:
            return 0.0
        return self.started_at + min(SLOWEST_RESTART, 0.5 * 2.0**self.failures)


@dataclass(slots=True)
class Tree:
    """The children in the order they were started; they are stopped in the opposite order."""

    children: list[Child] = field(default_factory=list)
    stopping: bool = False
    _pipe: IO[bytes] | None = None
    _warden: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._ask_to_stop)
        self._start_warden()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _start_warden(self) -> None:
        self._warden = subprocess.Popen(
            [sys.executable, "-m", "server.run.warden"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._pipe = self._warden.stdin
        for child in self.children:
            self._report(child.session)

    def _report(self, session: int) -> None:
        assert self._pipe is not None
        with contextlib.suppress(BrokenPipeError):  # a dead warden is replaced by the next look
            self._pipe.write(f"{session}\n".encode())
            self._pipe.flush()

    def start(self, name: str, command: list[str], environ: Mapping[str, str]) -> Child:
        """Start a child that is kept alive until the tree stops."""
        child = Child(name, command, environ)
        self.children.append(child)
        self._spawn(child)
        return child

    def _spawn(self, child: Child) -> None:
        # A session of its own: Ctrl-C reaches only us, and the whole family can be found again.
        child.process = subprocess.Popen(
            child.command, env=dict(child.environ), stdin=subprocess.DEVNULL, start_new_session=True
        )
        child.session = child.process.pid
        child.started_at = time.monotonic()
        self._report(child.session)

    def run_once(self, command: list[str], environ: Mapping[str, str]) -> int:
        """Run a command to its end within the tree, or stop it when the tree stops."""
        process = subprocess.Popen(command, env=dict(environ), start_new_session=True)
        self._report(process.pid)
        while process.poll() is None:
            if self.stopping:
                end_sessions({process.pid})
            time.sleep(TICK / 2)
        return process.returncode

    def look(self) -> None:
        """Start again every child that has died, and the warden."""
        for child in self.children:
            if child.alive():
                if time.monotonic() - child.started_at > SLOWEST_RESTART:
                    child.failures = 0
                continue
            if time.monotonic() >= child.due_at():
                child.failures += 1
                say(f"{child.name} stopped and is started again.")
                end_sessions({child.session}, gentle_seconds=0.5)  # its own children, if any
                self._spawn(child)
        if self._warden is not None and self._warden.poll() is not None:
            self._start_warden()

    def watch(self) -> None:
        """Keep the children alive until a signal asks to stop."""
        while not self.stopping:
            self.look()
            time.sleep(TICK)

    def stop(self) -> None:
        """Stop the children, last started first; what does not stop in time is killed."""
        self.stopping = True
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            self._stop_child(child, deadline)
        if self._pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                self._pipe.close()
        if self._warden is not None:
            self._warden.wait(STOP_SECONDS)

    def _stop_child(self, child: Child, deadline: float) -> None:
        if child.process is None:
            return
        if child.alive():
            child.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.5, min(2.0, deadline - time.monotonic())))
        # A worker in the middle of a job finishes it unless told twice; the job is run again.
        end_sessions({child.session}, gentle_seconds=max(0.2, deadline - time.monotonic()) / 2)
        child.process.wait(STOP_SECONDS)

    def leftover(self) -> list[int]:
        return members({child.session for child in self.children})


def say(words: str) -> None:
    """Print one line for the person at the terminal, at once."""
    print(words, flush=True)  # noqa: T201


def child_environ(**more: str) -> dict[str, str]:
    """Return this process's environment with some settings on top."""
    return {**os.environ, **more}
