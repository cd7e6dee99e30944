"""A real Walkround on a free port: started, killed and started again as an operator would."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

STARTUP_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LiveServer:
    """One ``walkround run`` process tree over one data folder."""

    def __init__(self, data: Path, *, env: dict[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._env = env or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data / "server.log"

    @property
    def pid(self) -> int:
        """The id of the process that was started; all others of the tree are below it."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> LiveServer:
        """Start it and wait until ``/healthz`` answers."""
        command = [
            str(Path(sys.executable).with_name("walkround")),
            "run",
            "--no-browser",
            "--no-demo",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **self._env},
            )
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self.answers():
                return self
            time.sleep(0.05)
        raise AssertionError(f"the server did not start:\n{self.log()[-4000:]}")

    def kill(self) -> None:
        """SIGKILL the whole tree: no handler runs, nothing is flushed by us."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        deadline = time.monotonic() + 10
        while self.answers() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not self.answers(), "the server still answers after SIGKILL"

    def stop(self) -> None:
        """Stop it as Ctrl-C does; kill what is left."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)

    @contextlib.contextmanager
    def worker_held(self, queue: str) -> Iterator[None]:
        """Hold one worker still (SIGSTOP), so that what it would do has to wait."""
        assert self._process is not None
        family = psutil.Process(self._process.pid).children(recursive=True)
        held = [one for one in family if one.cmdline()[-2:] == ["server.worker", queue]]
        assert held, f"no worker of {queue} runs"
        for one in held:
            one.suspend()
        try:
            yield
        finally:
            for one in held:
                one.resume()

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def chromium() -> str:
    found = shutil.which("chromium")
    assert found, "Chromium is missing: apt-get install chromium"
    return found
