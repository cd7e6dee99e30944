"""Settings: read once from the environment, checked together, frozen."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHORTEST_SECRET = 32


class SettingsError(Exception):
    """One or more settings cannot be used; the message lists them all."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things live. Guarded against README: every name here has a row there."""

    data: Path  # WALKROUND_DATA
    port: int  # WALKROUND_PORT
    database_url: str  # DATABASE_URL
    owner_url: str  # DATABASE_OWNER_URL: migrations; the app's own URL is a role that owns nothing
    redis_url: str  # REDIS_URL; empty = the embedded one
    blobs: Path  # BLOB_URL
    secret_key: str  # kept in the data folder, mode 0600
    hosts: frozenset[str] = frozenset()  # WALKROUND_HOSTS: names we answer to, besides localhost
    lan: bool = False  # WALKROUND_LAN: our own certificates, so any of our addresses and no HSTS
    hand_in_mib: int = 1024  # WALKROUND_HAND_IN_MIB: what a tablet of a person shut out may leave
    testing: bool = False


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment. Raises SettingsError naming every fault at once."""
    env = os.environ if environ is None else environ
    faults: list[str] = []
    data = Path(env.get("WALKROUND_DATA") or "data").expanduser().resolve()
    port_text = env.get("WALKROUND_PORT") or "8000"
    if not (port_text.isascii() and port_text.isdigit() and 0 < int(port_text) < 65536):
        faults.append(f"WALKROUND_PORT is {port_text!r}; give a number from 1 to 65535")
    database_url = _database_url(env.get("DATABASE_URL", ""), data, faults)
    redis_url = env.get("REDIS_URL", "")
    if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://")):
        faults.append("REDIS_URL must start with redis://, rediss:// or unix://")
    blob_url = env.get("BLOB_URL", "")
    if "://" in blob_url and not blob_url.startswith("file://"):
        faults.append("BLOB_URL takes a folder; object stores are not supported yet")
    hand_in = env.get("WALKROUND_HAND_IN_MIB") or "1024"
    if not (hand_in.isascii() and hand_in.isdigit() and 16 <= int(hand_in) <= 1_000_000):
        faults.append(f"WALKROUND_HAND_IN_MIB is {hand_in!r}; give a number from 16 to 1000000")
    if faults:
        raise SettingsError("\n".join(faults))
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Settings(
        data=data,
        port=int(port_text),
        database_url=database_url,
        owner_url=_database_url(env.get("DATABASE_OWNER_URL", ""), data, faults)
        if env.get("DATABASE_OWNER_URL")
        else database_url,
        redis_url=redis_url,
        blobs=Path(blob_url.removeprefix("file://")).resolve() if blob_url else data / "blobs",
        secret_key=_secret(data / "secret.key"),
        hosts=_hosts(env.get("WALKROUND_HOSTS", "")),
        lan=env.get("WALKROUND_LAN") == "1",
        hand_in_mib=int(hand_in),
    )


def _database_url(url: str, data: Path, faults: list[str]) -> str:
    if not url:
        return f"sqlite:///{data / 'walkround.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("DATABASE_URL must start with postgresql:// or sqlite:///")
    return url


def _hosts(text: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in text.split(",") if name.strip())


def _secret(path: Path) -> str:
    """Return the install's own key, made on first run; there is no default."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    secret = path.read_text().strip()
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(
            f"{path} is damaged. Remove it and start again: everybody then signs in anew."
        )
    return secret
