"""What is true on the server, read with plain SQL past all of its code, and from its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from server.app import synced_kinds
from server.core.database import engine_options
from sync.record import DIGEST_MOD, digest_of_wire

Mark = tuple[str, int]
Key = tuple[str, str]  # kind, id


@dataclass(frozen=True)
class Line:
    """One row of the ledger."""

    organisation: str
    sha: str
    status: str
    code: str | None
    kind: str | None
    id: str | None
    scope: str | None
    bases: dict[str, Mark]
    body: bytes | None


@dataclass
class Truth:
    """All that the checker asks of a server."""

    ledger: dict[Mark, Line] = field(default_factory=dict)
    last_mid: dict[str, int] = field(default_factory=dict)
    # scope → (kind, id) → the item as a pull sends it
    items: dict[str, dict[Key, dict[str, Any]]] = field(default_factory=dict)
    conflicts: dict[tuple[str, str, str, str, int], str] = field(default_factory=dict)
    blobs: dict[tuple[str, str], str] = field(default_factory=dict)
    # (organisation, name of the file) → the hash of what is in it
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    jobs: dict[str, tuple[str, str]] = field(default_factory=dict)
    unsound: list[str] = field(default_factory=list)

    def hashes(self, scope: str) -> dict[str, str]:
        """Return kind:id → hash of what a device must hold of this scope."""
        return {f"{kind}:{id_}": item_hash(item) for (kind, id_), item in self.items[scope].items()}


def item_hash(item: dict[str, Any]) -> str:
    """Return the hash of what a record is, whatever way it came."""
    said = [item["k"], item["id"], item["f"], item["v"]]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def open_truth(url: str) -> Engine:
    """Return an engine that reads past the app: on PostgreSQL give the superuser's address."""
    return create_engine(url, **engine_options(url))


def read_truth(engine: Engine, blobs: Path) -> Truth:
    """Read everything in one snapshot."""
    truth = Truth()
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        else:
            truth.unsound += _sqlite_faults(connection)
        _read_ledger(connection, truth)
        _read_items(connection, truth)
        for row in connection.execute(text("SELECT * FROM sync_conflict")):
            key = (row.kind, str(row.id), row.field, row.by_client, int(row.by_mid))
            truth.conflicts[key] = row.state
        for row in connection.execute(text("SELECT organisation_id, sha256, state FROM blob")):
            truth.blobs[str(row.organisation_id), row.sha256] = row.state
        for row in connection.execute(text("SELECT id, name, state FROM job")):
            truth.jobs[str(row.id)] = (row.name, row.state)
    truth.files = dict(_files(blobs))
    return truth


def _sqlite_faults(connection: Connection) -> list[str]:
    said = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
    faults = [f"integrity_check: {words}" for words in said if words != "ok"]
    loose = connection.execute(text("PRAGMA foreign_key_check")).all()
    return faults + [f"foreign_key_check: {tuple(row)}" for row in loose]


def _read_ledger(connection: Connection, truth: Truth) -> None:
    for row in connection.execute(text("SELECT * FROM sync_op")):
        bases = json.loads(row.bases) if row.bases else {}
        truth.ledger[row.client_id, int(row.mid)] = Line(
            organisation=str(row.organisation_id),
            sha=bytes(row.sha256).hex(),
            status=row.status,
            code=row.code,
            kind=row.kind,
            id=row.record_id,
            scope=row.scope_id,
            bases={name: (base[0], base[1]) for name, base in bases.items()},
            body=None if row.body is None else bytes(row.body),
        )
    for row in connection.execute(text("SELECT id, last_mid FROM sync_client")):
        truth.last_mid[row.id] = int(row.last_mid)


def _read_items(connection: Connection, truth: Truth) -> None:
    """Read the rows as devices get them; numbers and digests must agree with the counters."""
    counters = {
        str(row.id): (int(row.seq), int(row.digest))
        for row in connection.execute(text("SELECT id, seq, digest FROM sync_scope"))
    }
    sums = dict.fromkeys(counters, 0)
    used: set[tuple[str, int]] = set()
    for scope in counters:
        truth.items[scope] = {}
    for kind in synced_kinds().all():
        # The name is a constant of the product's own models.
        query = f"SELECT id, scope_id, sync_seq, wire FROM {kind.model.__tablename__}"
        for row in connection.execute(text(f"{query} WHERE deleted_at IS NULL")):
            scope, seq = str(row.scope_id), int(row.sync_seq)
            item = json.loads(row.wire)
            truth.items[scope][item["k"], item["id"]] = item
            sums[scope] = (sums[scope] + digest_of_wire(row.wire)) % DIGEST_MOD
            if item["seq"] != seq or seq > counters[scope][0] or (scope, seq) in used:
                truth.unsound.append(f"number {seq} of {item['k']} {item['id']} is not sound")
            used.add((scope, seq))
    truth.unsound += [
        f"the digest of scope {scope} is not that of its rows"
        for scope, (_, digest) in counters.items()
        if digest % DIGEST_MOD != sums[scope]
    ]


def _files(blobs: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for path in blobs.glob("*/whole/*/*"):
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        yield (path.parent.parent.parent.name, path.name), found
