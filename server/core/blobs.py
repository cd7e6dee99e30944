"""Bytes by their SHA-256, apart for each organisation: the port, and the folder behind it.

A blob is written beside its place, flushed to the disk and then renamed, so that what has a name is
whole. Partial uploads have their own files, one for each person and hash.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

SHA256 = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[0-9a-z_-]{1,120}")
READ_AT_ONCE = 1024 * 1024


class WrongHashError(Exception):
    """The bytes are not those that their name says."""


class HoleError(Exception):
    """The bytes before a chunk are not here: a partial upload was lost or is already whole."""


class Blobs(Protocol):
    """Where whole blobs, partial uploads and derived files of an organisation lie."""

    def read(self, organisation_id: str, sha256: str) -> bytes | None: ...
    def put(self, organisation_id: str, data: bytes) -> str: ...
    def delete(self, organisation_id: str, sha256: str) -> None: ...
    def append(self, organisation_id: str, upload: str, offset: int, chunk: bytes) -> int: ...
    def finish(self, organisation_id: str, upload: str, sha256: str) -> None: ...
    def read_derived(self, organisation_id: str, name: str) -> bytes | None: ...
    def put_derived(self, organisation_id: str, name: str, data: bytes) -> None: ...


class FolderBlobs:
    """A local folder. Paths are made of checked hashes and ids only, never of names people gave."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, organisation_id: str, sha256: str) -> bytes | None:
        """Return a whole blob, or None when it is not here."""
        return _read(self._whole(organisation_id, sha256))

    def put(self, organisation_id: str, data: bytes) -> str:
        """Keep bytes and return their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        _write(self._whole(organisation_id, sha256), data)
        return sha256

    def delete(self, organisation_id: str, sha256: str) -> None:
        """Forget a blob and all that was derived from it."""
        self._whole(organisation_id, sha256).unlink(missing_ok=True)
        for derived in self._folder(organisation_id, "derived").glob(f"{sha256}-*"):
            derived.unlink(missing_ok=True)

    def append(self, organisation_id: str, upload: str, offset: int, chunk: bytes) -> int:
        """Write a chunk at an offset of a partial upload; return its length after it.

        What lay beyond the offset goes: a repeated chunk after a crash replaces the torn one.
        Raises HoleError when the file does not reach the offset.
        """
        path = self._partial(organisation_id, upload)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            if file.seek(0, os.SEEK_END) < offset:
                raise HoleError
            file.seek(offset)
            file.write(chunk)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        return offset + len(chunk)

    def finish(self, organisation_id: str, upload: str, sha256: str) -> None:
        """Make a partial upload whole. Raises WrongHashError, after emptying it, when it is not."""
        path = self._partial(organisation_id, upload)
        found = hashlib.sha256()
        for part in _parts(path):
            found.update(part)
        if found.hexdigest() != sha256:
            path.unlink(missing_ok=True)
            raise WrongHashError
        whole = self._whole(organisation_id, sha256)
        whole.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(whole)
        _flush_folder(whole.parent)

    def read_derived(self, organisation_id: str, name: str) -> bytes | None:
        """Return a file made from a blob, named by the blob's hash."""
        return _read(self._derived(organisation_id, name))

    def put_derived(self, organisation_id: str, name: str, data: bytes) -> None:
        _write(self._derived(organisation_id, name), data)

    def _folder(self, organisation_id: str, kind: str) -> Path:
        return self.root / _checked(NAME, organisation_id) / kind

    def _whole(self, organisation_id: str, sha256: str) -> Path:
        folder = self._folder(organisation_id, "whole")
        return folder / _checked(SHA256, sha256)[:2] / sha256

    def _partial(self, organisation_id: str, upload: str) -> Path:
        return self._folder(organisation_id, "partial") / _checked(NAME, upload)

    def _derived(self, organisation_id: str, name: str) -> Path:
        return self._folder(organisation_id, "derived") / _checked(NAME, name)


def _checked(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("not a name that a blob may have")
    return text


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _parts(path: Path) -> Iterator[bytes]:
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        while part := file.read(READ_AT_ONCE):
            yield part


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
