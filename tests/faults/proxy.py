"""A TCP proxy that breaks exchanges as a seed says, and passes them whole once it is healed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Sequence
from random import Random
from types import TracebackType
from typing import Self

from tests.faults.breaks import BREAKS, Exchange, close, reach

LONGEST_HEAD = 64 * 1024


class FaultProxy:
    """Listens on loopback. Break the n-th exchange is drawn from the seed, so a run can be told."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.done: Counter[str] = Counter()
        self._rng = Random(0)
        self._names: tuple[str, ...] = ()
        self._rate = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._turnstile = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def break_by(self, seed: int, names: Sequence[str], rate: float) -> None:
        """From now on break this share of the exchanges in one of these ways."""
        self._rng, self._names, self._rate = Random(seed), tuple(names), rate

    def heal(self) -> None:
        """Pass everything from now on, and end what is still held."""
        self._names, self._rate = (), 0.0
        asyncio.run_coroutine_threadsafe(self._drop(), self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._take, "127.0.0.1", 0)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _end(self) -> None:
        self._server.close()
        await self._drop()
        # A connection may have come whose task never began, and nobody else knows of it.
        for transport in list(self._loop._transports.values()):  # type: ignore[attr-defined]
            transport.abort()
        await asyncio.sleep(0)

    async def _drop(self) -> None:
        held = list(self._open)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)

    async def _take(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._pass(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            writer.transport.abort()
        finally:
            self._open.discard(task)
            await close(writer)

    async def _pass(self, reader: StreamReader, writer: StreamWriter) -> None:
        name = self._draw()
        if name is None:
            await self._relay(reader, writer)
            return
        self.done[name] += 1
        head = await reader.readuntil(b"\r\n\r\n")
        length = _content_length(head)
        request = _closing(head) + await reader.readexactly(length)
        seed = self._rng.getrandbits(64)
        it = Exchange(
            request, len(request) - length, writer, self.target, Random(seed), self._turnstile
        )
        await BREAKS[name](it)

    def _draw(self) -> str | None:
        """Choose what happens to the next exchange; whoever waits to be overtaken has been."""
        self._turnstile.set()
        self._turnstile = asyncio.Event()
        if not self._names or self._rng.random() >= self._rate:
            return None
        return self._rng.choice(self._names)

    async def _relay(self, reader: StreamReader, writer: StreamWriter) -> None:
        async with reach(self.target) as (back, forth):
            await asyncio.gather(_copy(reader, forth), _copy(back, writer))


async def _copy(source: StreamReader, sink: StreamWriter) -> None:
    while data := await source.read(64 * 1024):
        sink.write(data)
        await sink.drain()
    with contextlib.suppress(OSError, RuntimeError):
        sink.write_eof()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _closing(head: bytes) -> bytes:
    """Return the head of a request that asks for the connection to end after it."""
    lines = [
        line
        for line in head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        if not line.lower().startswith(b"connection:")
    ]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n"
