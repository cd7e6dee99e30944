"""Certificates for the local network: an authority of this installation and a leaf for its names.

A tablet's camera and service worker need HTTPS. The authority stays in the data folder; a person
trusts it once per tablet. The leaf is renewed at every start and lives 397 days at most, which is
the longest that tablets accept.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

LEAF_DAYS = 396
# RFC 5737 test address: asking the kernel for the way there sends nothing.
ELSEWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the authority and the leaf lie."""

    authority: Path  # PEM, public: tablets download it
    leaf: Path  # PEM chain
    key: Path  # PKCS #8, mode 0600


def lan_names() -> tuple[str, ...]:
    """Return what this machine is called on the local network: address first, then names."""
    name = socket.gethostname().split(".")[0].lower() or "walkround"
    return (lan_address(), f"{name}.local", name)


def lan_address() -> str:
    """Return this machine's address on the network it would use, else 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        try:
            asker.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"
        return str(asker.getsockname()[0])


def make_certificates(folder: Path, names: tuple[str, ...], now: dt.datetime) -> Certificates:
    """Return a fresh leaf for these names, signed by the folder's authority (made once)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _authority(folder)
    leaf = authority.issue_cert(
        *dict.fromkeys((*names, "localhost", "127.0.0.1")),
        organization_name="Walkround",
        organization_unit_name=names[0],
        not_before=now - dt.timedelta(hours=1),
        not_after=now + dt.timedelta(days=LEAF_DAYS),
    )
    made = Certificates(folder / "authority.pem", folder / "leaf.pem", folder / "leaf.key")
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    _write(made.leaf, chain, 0o644)
    key = load_pem_private_key(leaf.private_key_pem.bytes(), None)
    pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(made.key, pkcs8, 0o600)
    return made


def authority_der(authority: Path) -> bytes:
    """Return the authority's certificate in the form that tablets take as a download."""
    return x509.load_pem_x509_certificate(authority.read_bytes()).public_bytes(Encoding.DER)


def _authority(folder: Path) -> trustme.CA:
    public, private = folder / "authority.pem", folder / "authority.key"
    if public.exists() and private.exists():
        return trustme.CA.from_pem(public.read_bytes(), private.read_bytes())
    made = trustme.CA(
        organization_name="Walkround",
        organization_unit_name=f"Local network of {socket.gethostname()}",
    )
    _write(private, made.private_key_pem.bytes(), 0o600)
    _write(public, made.cert_pem.bytes(), 0o644)
    return made


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a whole file or none, never readable by others for a moment when it is secret."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    draft.replace(path)
