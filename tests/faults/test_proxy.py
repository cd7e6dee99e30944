"""The proxy breaks what it says it breaks, and passes everything whole once it is healed."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import socket
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faults import breaks
from tests.faults.breaks import BREAKS, IN_BETWEEN
from tests.faults.calls import Answer, Caller, LostError
from tests.faults.proxy import FaultProxy

SAID = json.dumps({"server_epoch": "e", "words": "x" * 3000}).encode()
BODY = b'{"n":1}' * 200
# The work is done and the answer comes: these harm only the server's order of things, or the pace.
WHOLE = frozenset(
    {"duplicate", "replay_late", "reorder", "delay", "throttle", "dribble", "half_close"}
)


class Echo(ThreadingHTTPServer):
    """Counts the whole requests that reach it."""

    daemon_threads = True
    whole = 0
    torn = 0


class Handler(BaseHTTPRequestHandler):
    server: Echo
    timeout = 5

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            is_whole = gzip.decompress(body) == BODY
        except (OSError, EOFError, zlib.error):
            is_whole = False
        if is_whole:
            self.server.whole += 1
        else:
            self.server.torn += 1
        said = gzip.compress(SAID) if is_whole else b'{"slug":"bad_request"}'
        self.send_response(200 if is_whole else 400)
        self.send_header("Content-Type", "application/json")
        if is_whole:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep no log."""


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Echo]:
    monkeypatch.setattr(breaks, "LONGEST_HOLD", 0.1)
    server = Echo(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def ask(proxy: FaultProxy) -> Answer:
    return Caller(proxy.port, {}, patience=2.0).ask("POST", "/x", BODY)


@pytest.mark.parametrize("name", BREAKS)
def test_each_break_does_harm_that_the_device_sees_or_none(name: str, echo: Echo) -> None:
    """What is not whole is never taken for an answer; all is whole again after healing."""
    with FaultProxy(echo.server_port) as proxy:
        for seed in range(3):
            proxy.break_by(seed, (name,), 1.0)
            try:
                answer = ask(proxy)
            except LostError:
                assert name not in WHOLE
            else:
                assert answer.body == SAID or answer.status == 400
                assert name not in IN_BETWEEN
        assert proxy.done[name] == 3
        proxy.heal()
        assert ask(proxy).body == SAID


@pytest.mark.parametrize(("name", "least"), [("lose_answer", 1), ("duplicate", 2)])
def test_the_work_is_done_though_the_answer_is_lost_or_asked_twice(
    name: str, least: int, echo: Echo
) -> None:
    with FaultProxy(echo.server_port) as proxy:
        proxy.break_by(1, (name,), 1.0)
        try:
            ask(proxy)
        except LostError:
            assert name == "lose_answer"
    assert echo.whole == least


def test_a_flipped_bit_is_found_by_the_check_sum(echo: Echo) -> None:
    with FaultProxy(echo.server_port) as proxy:
        for seed in range(20):
            proxy.break_by(seed, ("flip_request",), 1.0)
            try:
                ask(proxy)
            except LostError:
                continue
    assert echo.whole + echo.torn == 20
    # A flip in the header of gzip that names a time or a system changes nothing of the body.
    assert echo.torn >= 15


def test_the_same_seed_breaks_the_same_exchanges_in_the_same_way(echo: Echo) -> None:
    seen = []
    for _ in range(2):
        with FaultProxy(echo.server_port) as proxy:
            proxy.break_by(7, ("lose_request", "portal_page", "gzip_garbage"), 0.5)
            told = []
            for _ in range(12):
                before = dict(proxy.done)
                try:
                    ask(proxy)
                except LostError as lost:
                    told.append(str(lost))
                told.append(str(sorted(set(proxy.done.items()) - set(before.items()))))
            seen.append(told)
    assert seen[0] == seen[1]


def ask_aside(proxy: FaultProxy) -> tuple[threading.Thread, list[str]]:
    """Ask in a thread; the list tells what was lost."""
    lost: list[str] = []

    def held() -> None:
        try:
            ask(proxy)
        except LostError as fault:
            lost.append(str(fault))

    thread = threading.Thread(target=held)
    thread.start()
    return thread, lost


def test_healing_lets_go_of_what_is_held(echo: Echo) -> None:
    with FaultProxy(echo.server_port) as proxy:
        proxy.break_by(3, ("black_hole",), 1.0)
        thread, lost = ask_aside(proxy)
        while not proxy.done["black_hole"]:
            asyncio.run(asyncio.sleep(0))
        proxy.heal()
        thread.join(10)
        assert lost


@pytest.mark.parametrize("name", ["dribble", "half_close", "truncate_request"])
def test_healing_closes_what_waits_for_a_silent_server(name: str) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        FaultProxy(silent.getsockname()[1]) as proxy,
    ):
        proxy.break_by(3, (name,), 1.0)
        thread, lost = ask_aside(proxy)
        with silent.accept()[0]:
            proxy.heal()
            thread.join(10)
        assert lost
    gc.collect()  # a stream left open warns now, and a warning is an error
