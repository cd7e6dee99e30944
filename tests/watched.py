"""Runs one command of a suite so that it can be followed, stopped, and leaves nothing behind.

What it says goes to a file as it comes. A command has a session of its own: whoever stops us is
told once, the command is asked to end, and whatever it started and left is ended by its mark.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

MARK = "WALKROUND_RUN_MARK"
GRACE_SECONDS = 90.0  # servers are stopped, disks unmounted and folders removed in it
FOLLOW_SECONDS = 1.0


@dataclass
class Watch:
    """All commands of one run, the mark of their families, and their temporary folder."""

    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_stopped: bool = False
    temporary: Path | None = None
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def run(
        self,
        command: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        *,
        log: Path | None = None,
        say: Callable[[str], None] | None = None,
        ends: float | None = None,
    ) -> tuple[str, int]:
        """Return what it said and its code. ``ends`` is when it is stopped, by the wall clock."""
        environ = {**environ, MARK: self.mark}
        if self.temporary is not None:
            environ["TMPDIR"] = str(self.temporary)
        with _opened(log) as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            self._running.add(process)
            timer = threading.Timer(ends - time.time(), self._stop, (process,)) if ends else None
            if timer:
                timer.start()
            try:
                _follow(process, Path(output.name), say)
            finally:
                self._running.discard(process)
                if timer:
                    timer.cancel()
            output.seek(0)
            return output.read().decode(errors="replace"), process.returncode

    def stop(self, *_: object) -> None:
        """Ask everything that runs to end, and start nothing more: a signal's handler."""
        self.is_stopped = True
        for process in list(self._running):
            self._stop(process)

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGINT)
        timer = threading.Timer(GRACE_SECONDS, process.kill)
        timer.daemon = True
        timer.start()

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Be told of signals for the block; at its end no process of ours is left."""
        signals = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
            signals.append(signal.SIGHUP)
        before = {one: signal.signal(one, self.stop) for one in signals}
        try:
            yield
        finally:
            self.end_the_rest()
            for one, handler in before.items():
                signal.signal(one, handler)

    @contextlib.contextmanager
    def own_temporary(self) -> Iterator[None]:
        """Have everything temporary in one folder for the block, and leave none of it."""
        self.temporary = Path(tempfile.mkdtemp(prefix="walkround-"))
        self.temporary.chmod(0o711)  # PostgreSQL runs as another user below it
        try:
            yield
        finally:
            self.end_the_rest()
            _unmount_below(self.temporary)
            shutil.rmtree(self.temporary, ignore_errors=True)
            self.temporary = None

    def end_the_rest(self) -> None:
        """Kill, by id, each process that carries our mark: what a killed command left behind."""
        left = [one for one in psutil.process_iter() if self._is_ours(one)]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, 10)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            environ: dict[str, str] = process.environ()
            return process.pid != os.getpid() and environ.get(MARK) == self.mark
        except (psutil.Error, OSError):
            return False


@contextlib.contextmanager
def _opened(log: Path | None) -> Iterator[IO[bytes]]:
    if log is None:
        with tempfile.NamedTemporaryFile(prefix="walkround-said-") as file:
            yield file
    else:
        with log.open("ab+") as file:
            yield file


def _follow(
    process: subprocess.Popen[bytes], path: Path, say: Callable[[str], None] | None
) -> None:
    """Wait for the end of a process; tell each whole line that it wrote since."""
    if say is None:
        process.wait()
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        file.seek(0, os.SEEK_END)
        part = ""
        while True:
            is_over = process.poll() is not None
            *lines, part = (part + file.read()).split("\n")
            for line in lines:
                say(line)
            if is_over:
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(FOLLOW_SECONDS)


def _unmount_below(folder: Path) -> None:
    """Take down what was mounted below a folder, the deepest first."""
    mounts = Path("/proc/mounts")
    lines = mounts.read_text(encoding="utf-8").splitlines() if mounts.exists() else []
    found = [at for line in lines if (at := line.split()[1]).startswith(f"{folder}/")]
    for at in sorted(found, reverse=True):
        subprocess.run(["umount", at], check=False, stderr=sys.stderr)
