"""The tables of the sync protocol (sync/README.md). The ledger is append-only by trigger."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Tenant
from server.core.types import Id, Json, Key, Millis

CLIENT_STATES = ("ok", "revoked", "fork")
OP_STATUSES = ("applied", "merged", "rejected", "held")


class SyncMeta(Base):
    """Global, one row: the epoch changes when a backup is restored."""

    __tablename__ = "sync_meta"
    one: Mapped[int] = mapped_column(primary_key=True, default=1)
    server_epoch: Mapped[Id]


class SyncClient(Tenant, Base):
    """A device's database, or ``server:<uuid>`` of one desk request or job."""

    __tablename__ = "sync_client"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[Id | None]
    device_id: Mapped[Id | None]
    last_mid: Mapped[int] = mapped_column(BigInteger, default=0)
    backed_up_mid: Mapped[int | None] = mapped_column(BigInteger)
    skew_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    sv: Mapped[int] = mapped_column(default=1)
    last_seen: Mapped[Millis]
    state: Mapped[str] = mapped_column(default="ok")
    outbox: Mapped[Json | None]  # what the device said it still holds


class SyncOp(Tenant, Base):
    """The ledger: every line ever received, byte for byte, with what became of it."""

    __tablename__ = "sync_op"
    __table_args__ = (
        # A chain, not a list: SQLite would build a table of the list for every row.
        CheckConstraint(" OR ".join(f"status = '{s}'" for s in OP_STATUSES), name="status"),
        Index("ix_sync_op_record", "organisation_id", "record_id"),
        Index(
            "ix_sync_op_held",
            "organisation_id",
            "status",
            "code",
            sqlite_where=text("status = 'held'"),
            postgresql_where=text("status = 'held'"),
        ),
    )
    client_id: Mapped[str] = mapped_column(primary_key=True)
    mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    actor_id: Mapped[Id | None]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[str]
    code: Mapped[str | None]
    fields: Mapped[str | None]  # JSON list of the fields that a rejection or conflict names
    scope_id: Mapped[str | None]
    kind: Mapped[str | None]
    record_id: Mapped[str | None]
    txn: Mapped[str | None]
    received_at: Mapped[Millis]
    at_raw: Mapped[Millis | None]
    at_corrected: Mapped[Millis | None]
    sv: Mapped[int | None]
    bases: Mapped[str | None]  # canonical JSON {field: [client, mid]}: the ancestry needs it
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    redacted_at: Mapped[Millis | None]


class SyncWaiting(Tenant, Base):
    """Which record a held op waits for; the row goes when the op is decided."""

    __tablename__ = "sync_waiting"
    wants_id: Mapped[Key]
    client_id: Mapped[str] = mapped_column(primary_key=True)
    mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class SyncTombstone(Tenant, Base):
    """A record that left a scope: deleted, or moved to another school."""

    __tablename__ = "sync_tombstone"
    __table_args__ = (Index("ix_sync_tombstone_seq", "organisation_id", "scope_id", "seq"),)
    scope_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    fver: Mapped[str]


class SyncConflict(Tenant, Base):
    """Two people changed one field, neither having seen the other: both values are kept."""

    __tablename__ = "sync_conflict"
    __table_args__ = (Index("ix_sync_conflict_open", "organisation_id", "state", "scope_id"),)
    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[Key]
    field: Mapped[str] = mapped_column(primary_key=True)
    by_client: Mapped[str] = mapped_column(primary_key=True)
    by_mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    scope_id: Mapped[Id]
    losing_value: Mapped[Json | None]
    winner_client: Mapped[str]
    winner_mid: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="open")  # open, chosen, superseded
    made_at: Mapped[Millis]


class SyncDecision(Tenant, Base):
    """A person's answer to a held op or a conflict; numbered per client that asked."""

    __tablename__ = "sync_decision"
    __table_args__ = (Index("ix_sync_decision_mark", "organisation_id", "client_id", "mid"),)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    client_id: Mapped[str]
    mid: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str]  # accepted, refused, chosen
    reason: Mapped[str | None]
    actor_id: Mapped[Id | None]
    decided_at: Mapped[Millis]


class SyncLost(Tenant, Base):
    """A value that a tablet fetched before a restore and the ledger lacks: a person decides."""

    __tablename__ = "sync_lost"
    __table_args__ = (Index("ix_sync_lost_open", "organisation_id", "state", "scope_id"),)
    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[Key]
    field: Mapped[str] = mapped_column(primary_key=True)
    by_client: Mapped[str] = mapped_column(primary_key=True)
    by_mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    scope_id: Mapped[Id]
    value: Mapped[Json | None]
    told_by: Mapped[str]  # the client that still shows it
    told_at: Mapped[Millis]
    state: Mapped[str] = mapped_column(default="open")  # open, applied, ignored
    decided_by: Mapped[Id | None]
    decided_at: Mapped[Millis | None]
    reason: Mapped[str | None]


class Blob(Tenant, Base):
    """Bytes that are complete and whose hash was checked."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]  # stored, refused, erased
    stored_at: Mapped[Millis]


class BlobUpload(Tenant, Base):
    """How much of a blob one person has sent. Uploads belong to (organisation, user, sha256)."""

    __tablename__ = "blob_upload"
    user_id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    mime: Mapped[str]
    state: Mapped[str] = mapped_column(default="partial")  # partial, stored
