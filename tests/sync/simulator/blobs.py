"""The blob store of the simulator: a storage fake under the rules of an upload."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sync.codec import canonical
from sync.mutants import Mutants
from tests.sync.simulator.durable import Log, Table
from tests.sync.simulator.memory import Memory
from tests.sync.simulator.tablet_port import Answer, Ask


@dataclass(frozen=True, slots=True)
class Upload:
    """One person's upload of one hash, as the database knows it."""

    size: int
    received: int = 0
    stored: bool = False


class Blobs:
    """Rows live with the other tables; files on a disk of their own, flushed apart from them."""

    def __init__(self, memory: Memory, mutants: Mutants) -> None:
        self.memory = memory
        self.mutants = mutants
        self.files = Log()
        self.parts: Table[tuple[str, str], bytes] = Table(self.files)
        self.whole: Table[str, bytes] = Table(self.files)
        self.uploads: Table[tuple[str, str], Upload] = Table(memory.log)
        self.told_stored: set[str] = set()

    def flush(self) -> None:
        self.files.commit("file", "strict")

    def crash(self) -> None:
        self.files.back()

    def backup(self) -> tuple[dict[tuple[str, str], Upload], dict[str, bytes]]:
        return dict(self.uploads), dict(self.whole)

    def restore(self, image: tuple[dict[tuple[str, str], Upload], dict[str, bytes]]) -> None:
        """Put rows and whole files back; partial uploads are in no backup."""
        self.uploads.fill(image[0])
        self.whole.fill(image[1])
        self.parts.fill({})
        self.files.entries.clear()

    def handle(self, user: str, ask: Ask, sha256: str) -> Answer:
        if ask.method == "POST":
            return self._announce(user, json.loads(ask.body))
        found = self.uploads.get((user, sha256))
        if found is None:
            return Answer(404)
        if ask.method == "HEAD":
            return Answer(200, "", {"Upload-Offset": str(found.received)})
        return self._chunk(user, sha256, found, int(ask.headers["Upload-Offset"]), ask.body)

    def _announce(self, user: str, said: dict[str, object]) -> Answer:
        sha256, size = str(said["sha256"]), int(str(said["size"]))
        found = self.uploads.get((user, sha256))
        if found is None or (found.size != size and not found.stored):
            found = Upload(size)
        if not found.stored and self._is_readable(user, sha256):
            found = Upload(size, size, stored=True)
        self.uploads[(user, sha256)] = found
        if found.stored:
            self.told_stored.add(sha256)
        state = "stored" if found.stored else "partial"
        return Answer(200, canonical({"state": state, "offset": found.received}))

    def _chunk(self, user: str, sha256: str, found: Upload, offset: int, data: bytes) -> Answer:
        key = (user, sha256)
        if found.stored:
            return Answer(204, "", {"Upload-Offset": str(found.size)})
        part = self.parts.get(key, b"")
        if offset != found.received or len(part) < offset:
            if len(part) < found.received:  # the file is behind its row: begin again
                self.uploads[key] = found = Upload(found.size)
            return Answer(409, "", {"Upload-Offset": str(found.received)})
        if offset + len(data) > found.size:
            return Answer(413)
        part = self.parts[key] = part[:offset] + data
        self.flush()
        if len(part) < found.size:
            self.uploads[key] = Upload(found.size, len(part))
            return Answer(204, "", {"Upload-Offset": str(len(part))})
        self.parts.drop(key)
        right = hashlib.sha256(part).hexdigest() == sha256
        if not right and "blob_before_hash_check" not in self.mutants:
            self.uploads[key] = Upload(found.size)
            return Answer(460, "", {"Upload-Offset": "0"})
        self.whole[sha256] = part
        self.flush()
        self.uploads[key] = Upload(found.size, found.size, stored=True)
        self.told_stored.add(sha256)
        return Answer(204, "", {"Upload-Offset": str(found.size)})

    def _is_readable(self, user: str, sha256: str) -> bool:
        """Say whether the bytes are here and a picture that this person may read has them."""
        rights = self.memory.rights_now(user)
        return sha256 in self.whole and any(
            not row.deleted and row.scope_id in rights and f'"sha256":"{sha256}"' in row.wire
            for key, row in self.memory.rows.items()
            if key[0] == "photo"
        )
