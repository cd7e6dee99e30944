"""One HTTP exchange that trusts nothing: any answer that is not surely the server's is lost."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

PREFIX = "/api/sync/v1"
JSON_TYPES = ("application/json", "application/problem+json", "application/x-ndjson")


class LostError(Exception):
    """Nobody knows what became of the request: the line broke, or something else answered."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said


@dataclass
class Caller:
    """Sends requests to one address, each on a connection of its own."""

    port: int
    credentials: dict[str, str]
    patience: float = 5.0

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        mimetype: str = "application/json",
        **headers: str,
    ) -> Answer:
        """Return the server's answer. Raises LostError for whatever may not be the server's.

        Bodies are zipped, whose check sum finds a flipped bit where no TLS does.
        """
        sent = {
            **self.credentials,
            "X-Walkround": "1",
            "Connection": "close",
            "Accept-Encoding": "gzip",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body:
            sent["Content-Type"] = mimetype
            if mimetype != "application/offset+octet-stream":
                body, sent["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        deadline = time.monotonic() + 4 * self.patience
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            said = _read(answer, deadline)
            told = {name.lower(): value for name, value in answer.getheaders()}
            return _trusted(method, Answer(answer.status, said, told))
        except (OSError, http.client.HTTPException) as fault:
            raise LostError(type(fault).__name__) from fault
        finally:
            connection.close()


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read a body that may come a byte at a time; give up on one that never ends."""
    parts = []
    while part := answer.read1(65536):
        parts.append(part)
        if time.monotonic() > deadline:
            raise socket.timeout  # noqa: UP041  (the name that says what happened)
    said = answer.headers.get("Content-Length")
    whole = b"".join(parts)
    if said is not None and answer.status not in {204, 304} and answer.length not in {0, None}:
        raise http.client.IncompleteRead(whole)
    return whole


def _trusted(method: str, answer: Answer) -> Answer:
    """Return the answer with its body unzipped, if only the server can have said it."""
    body = answer.body
    if answer.headers.get("content-encoding") == "gzip":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as fault:
            raise LostError("garbage") from fault
    if answer.status in {204, 304} or method == "HEAD":
        if not 200 <= answer.status < 500:
            raise LostError(f"status {answer.status}")
        return Answer(answer.status, b"", answer.headers)
    if 300 <= answer.status < 400:
        raise LostError("redirected")
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind not in JSON_TYPES:
        raise LostError(f"{answer.status} {kind}")
    if kind != "application/x-ndjson":
        try:
            said = json.loads(body)
        except ValueError as fault:
            raise LostError("not JSON") from fault
        mark = "server_epoch" if answer.status == 200 else "slug"
        if not isinstance(said, dict) or mark not in said:
            raise LostError("not the server's")
    return Answer(answer.status, body, answer.headers)
