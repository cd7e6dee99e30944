"""`walkround backup`: one file with the database and every photo, checked before it counts.

A tar file: the database as of one moment, each photo's bytes, and last a list with the SHA-256 of
everything. Only when the finished file has been read back and proved are the devices told how far
it holds their work: until then they keep it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from server.core.blobs import FolderBlobs
from server.core.clock import now_ms
from server.run.dumps import DumpError, Facts, check_postgres, dump, sqlite_facts
from server.settings import Settings

FORMAT = 1
LIST = "list.json"
DATABASE = "database"
AT_ONCE = 1024 * 1024
LARGEST_LIST = 512 * 1024 * 1024


class BackupError(Exception):
    """A backup could not be made, or is not whole; the message says why."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup's own list says."""

    format: int
    made_at: int
    facts: Facts
    files: Mapping[str, tuple[str, int]]  # name → SHA-256, size
    missing: tuple[tuple[str, str], ...]  # photos that the database names and nobody has


def make_backup(settings: Settings, file: Path) -> Backup:
    """Write and check a backup. Raises BackupError or DumpError; then there is no such file."""
    beside = file.with_name(file.name + ".partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="walkround-backup-", dir=file.parent) as folder:
            copy = Path(folder) / DATABASE
            facts = dump(settings.owner_url, copy)
            _write(beside, copy, facts, FolderBlobs(settings.blobs))
        found = check_backup(beside)
        beside.replace(file)
        flush_folder(file.parent)
    finally:
        beside.unlink(missing_ok=True)
    return found


def _write(beside: Path, copy: Path, facts: Facts, blobs: FolderBlobs) -> None:
    """Write the archive: database first, so that every photo it names was there before."""
    files: dict[str, tuple[str, int]] = {}
    missing: list[tuple[str, str]] = []
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            with copy.open("rb") as database:
                files[DATABASE] = (_sha256(database), copy.stat().st_size)
            tar.add(copy, DATABASE, filter=_nameless)
            for organisation_id, sha256 in facts.blobs:
                data = blobs.read(organisation_id, sha256)
                if data is None or hashlib.sha256(data).hexdigest() != sha256:
                    missing.append((organisation_id, sha256))
                    continue
                files[blob_name(organisation_id, sha256)] = (sha256, len(data))
                _add(tar, blob_name(organisation_id, sha256), data)
            made = Backup(FORMAT, now_ms(), facts, files, tuple(missing))
            _add(tar, LIST, json.dumps(asdict(made), sort_keys=True).encode())
        out.flush()
        os.fsync(out.fileno())


def check_backup(file: Path, into: Path | None = None) -> Backup:
    """Read a backup to its end and prove every byte. Raises BackupError or DumpError.

    ``into``: where the database file is left; otherwise it goes again.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            found = _read_list(tar)
            names = [member.name for member in tar.getmembers()]
            if sorted(names) != sorted([*found.files, LIST]):
                raise BackupError("The backup holds other files than its list says.")
            for name, (sha256, size) in found.files.items():
                with _member(tar, name) as part:
                    if _sha256(part) != sha256 or tar.getmember(name).size != size:
                        raise BackupError(f"{name} in the backup is damaged.")
            with tempfile.TemporaryDirectory(prefix="walkround-check-", dir=file.parent) as folder:
                _check_database(tar, found, into or Path(folder) / DATABASE)
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as fault:
        raise BackupError(f"{file} is no whole backup: {fault}") from fault
    return found


def _check_database(tar: tarfile.TarFile, found: Backup, place: Path) -> None:
    with _member(tar, DATABASE) as part, place.open("wb") as out:
        while data := part.read(AT_ONCE):
            out.write(data)
    if found.facts.dialect != "sqlite":
        check_postgres(place)
    elif sqlite_facts(place) != found.facts:
        raise BackupError("The database in the backup is not the one its list tells of.")


def _read_list(tar: tarfile.TarFile) -> Backup:
    member = tar.getmember(LIST)
    if member.size > LARGEST_LIST:
        raise BackupError("The backup's list is too long.")
    with _member(tar, LIST) as part:
        said = json.loads(part.read())
    if said["format"] != FORMAT:
        raise BackupError("The backup was made by a newer Walkround; install that one.")
    facts = said["facts"]
    return Backup(
        said["format"],
        said["made_at"],
        Facts(
            facts["dialect"],
            facts["revision"],
            facts["epoch"],
            tuple((o, c, mid) for o, c, mid in facts["clients"]),
            tuple((o, sha) for o, sha in facts["blobs"]),
        ),
        {name: (sha, size) for name, (sha, size) in said["files"].items()},
        tuple((o, sha) for o, sha in said["missing"]),
    )


def blobs_in(file: Path, found: Backup) -> Iterator[tuple[str, bytes]]:
    """Yield (organisation, bytes) of every photo in a checked backup."""
    with tarfile.open(file, "r:") as tar:
        for organisation_id, sha256 in found.facts.blobs:
            name = blob_name(organisation_id, sha256)
            if name in found.files:
                with _member(tar, name) as part:
                    yield organisation_id, part.read()


def blob_name(organisation_id: str, sha256: str) -> str:
    return f"photos/{organisation_id}/{sha256}"


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise BackupError(f"{name} in the backup is no file.")
    return found


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, BytesIO(data))


def _nameless(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Keep who made the backup, and when, out of it."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _sha256(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while data := file.read(AT_ONCE):
        found.update(data)
    return found.hexdigest()


def flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


__all__ = ["Backup", "BackupError", "DumpError", "blobs_in", "check_backup", "make_backup"]
