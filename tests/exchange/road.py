"""A bad road between a client and the real server: what gets lost, cut or turned away on it."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import NoReturn
from wsgiref.types import StartResponse as Start
from wsgiref.types import WSGIEnvironment as Environ

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

Fault = Callable[["Road", Environ, Start], Iterable[bytes]]


@dataclass
class Road:
    """A server behind a road. ``faults``: what happens to the next requests of an address."""

    app: Flask
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""
    client: subprocess.Popen[str] | None = None

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        address = str(environ["PATH_INFO"])
        name = address.removeprefix("/api/").removeprefix("sync/v1/").split("/")[0]
        self.asked.append(name)
        waiting = self.faults.get(name)
        if waiting:
            return waiting.pop(0)(self, environ, start)
        return self.app(environ, start)


@contextmanager
def serving(road: Road) -> Iterator[Road]:
    server = make_server("127.0.0.1", 0, road, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    road.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield road
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def lose_request(_road: Road, environ: Environ, _start: Start) -> Iterable[bytes]:
    _hang_up(environ)


def lose_answer(road: Road, environ: Environ, _start: Start) -> Iterable[bytes]:
    """Let the server do its work and commit; nobody hears of it."""
    _done(road, environ)
    _hang_up(environ)


def kill_client(road: Road, environ: Environ, _start: Start) -> Iterable[bytes]:
    """Let the server do its work and commit, and take the client's power before it hears of it."""
    _done(road, environ)
    assert road.client is not None
    road.client.kill()
    _hang_up(environ)


def cut_answer(road: Road, environ: Environ, start: Start) -> Iterable[bytes]:
    """Send half of what is announced."""
    status, headers, body = _done(road, environ)
    start(status, headers)
    return ClosingIterator([body[: len(body) // 2]], lambda: _hang_up(environ))


def busy(seconds: int, status: int = 503) -> Fault:
    def turn_away(_road: Road, environ: Environ, start: Start) -> Iterable[bytes]:
        return Response(status=status, headers={"Retry-After": str(seconds)})(environ, start)

    return turn_away


def _done(road: Road, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
    body, status, headers = run_wsgi_app(road.app, environ, buffered=True)
    return status, list(headers), b"".join(body)


def _hang_up(environ: Environ) -> NoReturn:
    connection = environ["werkzeug.socket"]
    assert isinstance(connection, socket.socket)
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError
