"""Record ids: UUIDv5 for records with a natural key, UUIDv7 for all others."""

from __future__ import annotations

import hashlib
import uuid

# Fixed for ever: devices in the field mint ids from it (docs/decisions/0001-ids.md).
NAMESPACE = uuid.UUID("6f1d2c1e-9b0a-5d53-8c57-2f6a3e7b41d0")


def natural_id(kind: str, organisation_id: str, *keys: str) -> str:
    """Return the UUIDv5 of ``kind:organisation:key1:key2``, so that twins meet in one record."""
    return str(uuid.uuid5(NAMESPACE, ":".join((kind, organisation_id, *keys))))


def forked_client(client_id: str, mid: int, line: bytes) -> str:
    """Return whom a client becomes that finds its number taken by another line.

    Twins that hold the same unsent ops thus become the same client again, and each op stays one.
    """
    return natural_id("fork", client_id, str(mid), hashlib.sha256(line).hexdigest())


def uuid7(at_ms: int, random_bytes: bytes) -> str:
    """Return a UUIDv7 (RFC 9562) from UTC milliseconds and ten random bytes."""
    if len(random_bytes) != 10:
        raise ValueError("uuid7 needs ten random bytes")
    tail = bytearray(random_bytes)
    tail[0] = 0x70 | (tail[0] & 0x0F)
    tail[2] = 0x80 | (tail[2] & 0x3F)
    return str(uuid.UUID(bytes=at_ms.to_bytes(6, "big") + bytes(tail)))
