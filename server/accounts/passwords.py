"""Argon2id hashes of local passwords, and the secrets whose SHA-256 alone is kept."""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106's second choice scaled to a small server: 64 MiB would allow few sign-ins at once.
HASHER = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
# Compared against when the e-mail is unknown, so that both answers take the same time.
_NOBODY = HASHER.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    """Check a password; with no hash the same work is done and the answer is no."""
    try:
        return HASHER.verify(hashed or _NOBODY, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Return whether a hash was made at another cost than today's."""
    return HASHER.check_needs_rehash(hashed)


def new_secret() -> str:
    """Return 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
