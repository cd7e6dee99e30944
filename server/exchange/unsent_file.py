"""Reads what a tablet exported, a zip of unsent changes and photos, proved whole before use."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from server.core.problems import Problem
from server.exchange.uploads import MAX_BYTES as MAX_PHOTO
from sync.codec import CodecError, JsonValue, read
from sync.op import UUID

CHANGES = "changes.ndjson"
PHOTO = re.compile(r"photos/([0-9a-f]{64})\.(jpg|png|webp)\Z")
MAX_CHANGES = 64 * 1024 * 1024
MAX_PHOTOS = 20_000
MAX_ALL = 4 * 1024 * 1024 * 1024
PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
BROKEN = "This is not a whole export of a tablet. Take it from the tablet again."
STRANGE = "The file holds something that no tablet exports."
LARGEST = 2**53
MIMES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class Unsent:
    """Whose changes these are, from which number on, and their lines as the tablet wrote them."""

    client_id: str
    organisation_id: str | None  # files of older apps do not say
    user_id: str | None
    device_now: int
    first_mid: int
    lines: list[bytes]
    photos: tuple[str, ...]  # hashes


class UnsentFile:
    """An export that was read to its end: every sum, size, name and hash is right."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read it all once. Raises bad_request or too_large; nothing is unpacked to the disk."""
        try:
            self._zip = zipfile.ZipFile(file)
            self._names = self._checked()
            self.unsent = self._read()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
            raise Problem("bad_request", BROKEN) from None

    def photo(self, sha256: str) -> tuple[str, bytes]:
        """Return what kind of picture the tablet says a photo is, and its bytes."""
        entry = self._names[sha256]
        return MIMES[entry.filename.rpartition(".")[2]], self._bytes(entry, MAX_PHOTO)

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        """Return the entries by hash, the changes by name; nothing else may be there."""
        found: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            photo = PHOTO.match(entry.filename)
            name = photo.group(1) if photo else entry.filename
            known = photo is not None or entry.filename == CHANGES
            plain = entry.compress_type in PLAIN and not entry.flag_bits & 1
            if not known or not plain or name in found:
                raise Problem("bad_request", STRANGE)
            found[name] = entry
        if CHANGES not in found:
            raise Problem("bad_request", BROKEN)
        if len(found) > MAX_PHOTOS or sum(one.file_size for one in found.values()) > MAX_ALL:
            raise Problem("too_large")
        return found

    def _read(self) -> Unsent:
        text = self._bytes(self._names[CHANGES], MAX_CHANGES)
        photos = tuple(sorted(name for name in self._names if name != CHANGES))
        for sha256 in photos:
            if hashlib.sha256(self.photo(sha256)[1]).hexdigest() != sha256:
                raise Problem("bad_request", BROKEN)
        return _unsent(text, photos)

    def _bytes(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        """Return an entry to its end, whatever size it claims, and never more than allowed."""
        if entry.file_size > most:
            raise Problem("too_large")
        with self._zip.open(entry) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise Problem("too_large")
        return data


def _unsent(text: bytes, photos: tuple[str, ...]) -> Unsent:
    lines = text.split(b"\n")
    if lines.pop() != b"" or not lines:
        raise Problem("bad_request", BROKEN)
    try:
        said = read(lines[0])
    except CodecError:
        raise Problem("bad_request", BROKEN) from None
    if not isinstance(said, dict) or said.get("n") != len(lines) - 1:
        raise Problem("bad_request", BROKEN)
    client_id = _uuid(said, "client_id")
    if client_id is None:
        raise Problem("bad_request", BROKEN)
    return Unsent(
        client_id,
        _uuid(said, "organisation_id"),
        _uuid(said, "user_id"),
        _number(said, "device_now"),
        _number(said, "first_mid"),
        lines[1:],
        photos,
    )


def _uuid(said: dict[str, JsonValue], name: str) -> str | None:
    value = said.get(name)
    if value is not None and not (isinstance(value, str) and UUID.match(value)):
        raise Problem("bad_request", BROKEN)
    return value


def _number(said: dict[str, JsonValue], name: str) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST:
        raise Problem("bad_request", BROKEN)
    return value


def parts_of(lines: list[bytes], most: int, most_bytes: int) -> Iterator[list[bytes]]:
    """Cut lines into pushes, a group never split, as the tablet cuts them."""
    part: list[bytes] = []
    size = 0
    for group in groups_of(lines):
        more = sum(len(line) + 1 for line in group)
        if part and (len(part) + len(group) > most or size + more > most_bytes):
            yield part
            part, size = [], 0
        part.extend(group)
        size += more
    if part:
        yield part


def groups_of(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Return the lines that travel together: one, or all neighbours of one group."""
    group: list[bytes] = []
    last: str | None = None
    for line in lines:
        txn = _txn(line)
        if group and (txn is None or txn != last):
            yield group
            group = []
        group.append(line)
        last = txn
    if group:
        yield group


def _txn(line: bytes) -> str | None:
    if b'"txn"' not in line:
        return None
    try:
        said = read(line)
    except CodecError:
        return None
    txn = said.get("txn") if isinstance(said, dict) else None
    found = txn.get("id") if isinstance(txn, dict) else None
    return found if isinstance(found, str) else None
