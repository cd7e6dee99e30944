"""The ways in which a network breaks one exchange, each a coroutine over the two ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

CHUNK = 16 * 1024
LONGEST_HOLD = 1.5
PORTAL = b"<!doctype html><title>Guest network</title><p>Sign in to use this network.</p>"
GARBAGE = b"\x1f\x8b\x08\x00 this was never zipped"


@dataclass
class Exchange:
    """One request that came in whole, the device's end, and how to reach the server."""

    request: bytes
    head: int  # where the body begins
    to_device: StreamWriter
    port: int
    rng: Random
    turnstile: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: bytes | None = None) -> bytes:
        """Give the server a request and return its whole answer."""
        async with reach(self.port) as (reader, writer):
            writer.write(self.request if request is None else request)
            await writer.drain()
            return await reader.read(-1)

    async def give(self, data: bytes) -> None:
        self.to_device.write(data)
        await self.to_device.drain()

    def reset(self) -> None:
        """End the device's connection with a RST, not a goodbye."""
        sock = self.to_device.get_extra_info("socket")
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.to_device.transport.abort()


Break = Callable[[Exchange], Awaitable[None]]


async def cut_request(it: Exchange) -> None:
    """The server gets the first k bytes, then silence or a reset."""
    k = it.rng.randrange(1, len(it.request))
    async with reach(it.port) as (_, writer):
        writer.write(it.request[:k])
        await writer.drain()
        if it.rng.random() < 0.5:
            writer.transport.abort()
    it.reset()


async def cut_answer(it: Exchange) -> None:
    """The work is done; the device gets k bytes of the answer and a FIN or RST."""
    said = await it.answer()
    await it.give(said[: it.rng.randrange(0, max(1, len(said)))])
    if it.rng.random() < 0.5:
        it.reset()


async def lose_answer(it: Exchange) -> None:
    """The work is done and committed; the device hears nothing of it."""
    await it.answer()
    it.reset()


async def lose_request(it: Exchange) -> None:
    it.reset()


async def black_hole(it: Exchange) -> None:
    """Nothing comes back and nothing is closed: the device has to give up by itself."""
    if it.rng.random() < 0.5:
        await it.answer()
    await asyncio.sleep(it.rng.uniform(LONGEST_HOLD / 3, LONGEST_HOLD * 2))


async def duplicate(it: Exchange) -> None:
    """The server gets the request twice, one after the other or at the same moment."""
    if it.rng.random() < 0.5:
        said, _ = await asyncio.gather(it.answer(), it.answer())
    else:
        said = await it.answer()
        await it.answer()
    await it.give(said)


async def replay_late(it: Exchange) -> None:
    """The request comes again some time after its answer, among later ones."""
    await it.give(await it.answer())
    await close(it.to_device)
    await asyncio.sleep(it.rng.uniform(LONGEST_HOLD / 30, LONGEST_HOLD))
    await it.answer()


async def reorder(it: Exchange) -> None:
    """The request waits until another has overtaken it, and its own sender may have given up."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(it.turnstile.wait(), it.rng.uniform(LONGEST_HOLD / 30, LONGEST_HOLD))
    await it.give(await it.answer())


async def delay(it: Exchange) -> None:
    await asyncio.sleep(it.rng.uniform(0, LONGEST_HOLD))
    said = await it.answer()
    await asyncio.sleep(it.rng.uniform(0, LONGEST_HOLD))
    await it.give(said)


async def throttle(it: Exchange) -> None:
    """16 to 256 kbit a second, both ways."""
    rate = it.rng.choice((16, 64, 256)) * 1000 / 8
    await asyncio.sleep(min(len(it.request) / rate, LONGEST_HOLD))
    said = await it.answer()
    for start in range(0, len(said), 1024):
        await it.give(said[start : start + 1024])
        await asyncio.sleep(min(1024 / rate, 0.1))


async def truncate_request(it: Exchange) -> None:
    """The body ends early and the sender closes its half: less than Content-Length came."""
    end = it.rng.randrange(it.head, len(it.request)) if it.head < len(it.request) else it.head - 1
    async with reach(it.port) as (reader, writer):
        writer.write(it.request[:end])
        writer.write_eof()
        with contextlib.suppress(TimeoutError):
            await it.give(await asyncio.wait_for(reader.read(-1), LONGEST_HOLD))


async def dribble(it: Exchange) -> None:
    """The request's body comes a byte at a time, and the answer too."""
    async with reach(it.port) as (reader, writer):
        writer.write(it.request[: it.head])
        tail = it.request[it.head :]
        for at in range(min(200, len(tail))):
            writer.write(tail[at : at + 1])
            await writer.drain()
            await asyncio.sleep(0.0005)
        writer.write(tail[200:])
        said = await reader.read(-1)
    for at in range(min(200, len(said))):
        await it.give(said[at : at + 1])
    await it.give(said[200:])


async def half_close(it: Exchange) -> None:
    """The sender has closed its half when the server begins to answer."""
    async with reach(it.port) as (reader, writer):
        writer.write(it.request)
        writer.write_eof()
        await it.give(await reader.read(-1))


async def flip_request(it: Exchange) -> None:
    """One bit of a zipped or hashed body is another one; what has no check sum is cut instead."""
    if len(it.request) <= it.head:
        await cut_request(it)
        return
    await it.give(await it.answer(_flipped(it.request, it.head, it.rng)))


async def flip_answer(it: Exchange) -> None:
    said = await it.answer()
    head = said.find(b"\r\n\r\n") + 4
    if b"content-encoding: gzip" in said[:head].lower() and len(said) > head:
        await it.give(_flipped(said, head, it.rng))
    else:
        await it.give(said[:head])


def _flipped(data: bytes, start: int, rng: Random) -> bytes:
    changed = bytearray(data)
    changed[rng.randrange(start, len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


async def portal_page(it: Exchange) -> None:
    """A captive portal answers 200 to everything."""
    await it.give(_said("200 OK", "text/html", PORTAL))


async def portal_redirect(it: Exchange) -> None:
    await it.give(_said("302 Found", "text/html", b"", "Location: /portal/sign-in"))


async def bad_gateway(it: Exchange) -> None:
    """A proxy in between says 502, with or without the work having been done."""
    if it.rng.random() < 0.5:
        await it.answer()
    await it.give(_said("502 Bad Gateway", "text/html", b"<h1>502 Bad Gateway</h1>"))


async def gzip_garbage(it: Exchange) -> None:
    await it.give(_said("200 OK", "application/json", GARBAGE, "Content-Encoding: gzip"))


async def strange_json(it: Exchange) -> None:
    """A box in between answers 200 with JSON of its own."""
    await it.give(_said("200 OK", "application/json", b'{"status":"ok"}'))


async def refuse(it: Exchange) -> None:
    """Nobody listens, as when the name leads to another machine."""
    it.reset()


def _said(status: str, kind: str, body: bytes, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *more, "Connection: close", "", ""]).encode() + body


@contextlib.asynccontextmanager
async def reach(port: int) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """Connect to the server; whatever ends the exchange, also a cancelled task, ends this."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        await close(writer)


async def close(writer: StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


NETWORK: dict[str, Break] = {
    one.__name__: one
    for one in (
        cut_request, cut_answer, lose_answer, lose_request, black_hole, duplicate, replay_late,
        reorder, delay, throttle, truncate_request, dribble, half_close, flip_request, flip_answer,
    )
}  # fmt: skip
IN_BETWEEN: dict[str, Break] = {
    one.__name__: one
    for one in (portal_page, portal_redirect, bad_gateway, gzip_garbage, strange_json, refuse)
}
BREAKS = {**NETWORK, **IN_BETWEEN}
