"""A Walkround of the bench's own on a free port: started, asked and stopped."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

STARTUP_SECONDS = 60


class Running:
    """One `walkround run` over one data folder; it has started when it answers."""

    def __init__(self, folder: str | Path, *, env: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "server.cli", "run", "--no-browser", "--no-demo"]
        command += ["--port", str(self.port), "--data", str(folder)]
        started = time.monotonic()
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, env=dict(os.environ if env is None else env)
        )
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - started > STARTUP_SECONDS:
                self.stop()
                raise RuntimeError("walkround run did not start")
            time.sleep(0.02)
        self.seconds_to_start = time.monotonic() - started

    def ask(self, times: int) -> Iterator[float]:
        """Ask for /healthz so often; yield the seconds of each answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        for _ in range(times):
            started = time.monotonic()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            yield time.monotonic() - started
        connection.close()

    def stop(self) -> float:
        """Stop it and return the seconds that took; a second time does nothing."""
        stopping = time.monotonic()
        self._process.terminate()
        self._process.wait(30)
        return time.monotonic() - stopping

    def _answers(self) -> bool:
        try:
            list(self.ask(1))
        except (OSError, http.client.HTTPException):
            return False
        return True


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
