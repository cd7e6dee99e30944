"""What a device keeps: each line on the disk before it is called saved, each answer before it ends.

Three files that only grow. Opening them again after a kill gives back exactly what was saved.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True)
class Kept:
    """One op as the device wrote it."""

    mid: int
    raw: bytes

    @property
    def op(self) -> dict[str, Any]:
        op: dict[str, Any] = json.loads(self.raw)
        return op


class Disk:
    """The outbox, the answers and the photo bytes of one device's database."""

    def __init__(self, folder: Path, client_id: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.client_id = self._same_for_ever("client", client_id)
        self.ops: dict[int, Kept] = {}
        self.answers: dict[int, tuple[str, str | None]] = {}
        self.photos: dict[str, str] = {}  # hash → partial or stored
        self._read()
        self._lines = (folder / "ops").open("ab")
        self._answers = (folder / "answers").open("ab")

    def _same_for_ever(self, name: str, value: str) -> str:
        path = self._folder / name
        if path.exists():
            return path.read_text(encoding="utf-8")
        path.write_text(value, encoding="utf-8")
        return value

    def _read(self) -> None:
        for line in _whole_lines(self._folder / "ops"):
            kept = Kept(json.loads(line)["mid"], line)
            self.ops[kept.mid] = kept
        for path in self._folder.glob("*.jpg"):
            self.photos[path.stem] = "partial"
        for line in _whole_lines(self._folder / "answers"):
            told = json.loads(line)
            if "forgotten" in told:
                self._forget(told["forgotten"])
            elif "sha256" in told:
                self.photos[told["sha256"]] = "stored"
            else:
                self.answers[told["mid"]] = (told["status"], told["code"])

    @property
    def epoch(self) -> str:
        """Which life of the server was last met: "" before the first."""
        path = self._folder / "epoch"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def save_epoch(self, epoch: str) -> None:
        draft = self._folder / "epoch.new"
        draft.write_text(epoch, encoding="utf-8")
        draft.replace(self._folder / "epoch")

    @property
    def last_mid(self) -> int:
        return max(self.ops, default=0)

    def waiting(self) -> list[Kept]:
        """Return the ops that have no answer yet, in order."""
        return [self.ops[mid] for mid in sorted(self.ops) if mid not in self.answers]

    def save(self, kept: Kept) -> None:
        _append(self._lines, kept.raw)
        self.ops[kept.mid] = kept

    def save_answer(self, mid: int, status: str, code: str | None) -> None:
        told = {"mid": mid, "status": status, "code": code}
        _append(self._answers, json.dumps(told).encode())
        self.answers[mid] = (status, code)

    def save_photo(self, sha256: str, data: bytes) -> None:
        path = self._folder / f"{sha256}.jpg"
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self.photos[sha256] = "partial"

    def photo(self, sha256: str) -> bytes:
        return (self._folder / f"{sha256}.jpg").read_bytes()

    def photo_stored(self, sha256: str) -> None:
        _append(self._answers, json.dumps({"sha256": sha256}).encode())
        self.photos[sha256] = "stored"

    def forget_answers(self, above: int) -> None:
        """After a restore: what the server no longer has is offered again, with its first bytes."""
        _append(self._answers, json.dumps({"forgotten": above}).encode())
        self._forget(above)

    def _forget(self, above: int) -> None:
        self.answers = {mid: told for mid, told in self.answers.items() if mid <= above}
        self.photos = dict.fromkeys(self.photos, "partial")

    def close(self) -> None:
        self._lines.close()
        self._answers.close()


def _append(file: IO[bytes], line: bytes) -> None:
    file.write(line + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _whole_lines(path: Path) -> list[bytes]:
    """Return the lines that were written to their end, and cut off one that was not."""
    data = path.read_bytes() if path.exists() else b""
    *lines, torn = data.split(b"\n")
    if torn:
        os.truncate(path, len(data) - len(torn))
    return lines
