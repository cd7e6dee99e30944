"""People, organisations, the only membership table, sessions, tokens, tablets, audit log."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Tenant
from server.core.types import Id, IdType, Json, Key, Millis

ROLES = ("technician", "consultant", "school_it", "trust_it", "leader", "operator")
SCOPE_KINDS = ("organisation", "trust", "school", "visit")


class Organisation(Base):
    """Global: the tenant, a consultancy, a trust or one school."""

    __tablename__ = "organisation"
    id: Mapped[Key]
    name: Mapped[str]
    kind: Mapped[str]  # consultancy, trust, school
    created_at: Mapped[Millis]


class User(Base):
    """Global: a person."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("email"),)
    id: Mapped[Key]
    name: Mapped[str]
    email: Mapped[str]  # lower case
    created_at: Mapped[Millis]
    disabled_at: Mapped[Millis | None]


class Identity(Base):
    """Global: one way a person signs in. provider 'local' holds an Argon2id hash."""

    __tablename__ = "identity"
    user_id: Mapped[str] = mapped_column(IdType, ForeignKey("user_account.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    secret: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Millis | None]


class SignedIn(Base):
    """Global: a session. Only the SHA-256 of the cookie is kept."""

    __tablename__ = "session"
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[Id]
    organisation_id: Mapped[Id]
    device_id: Mapped[Id | None]
    created_at: Mapped[Millis]
    last_seen: Mapped[Millis]
    expires_at: Mapped[Millis]
    revoked_at: Mapped[Millis | None]


class Membership(Tenant, Base):
    """Who is in which scope with which role. Nothing else grants anything."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("organisation_id", "user_id", "role", "scope_kind", "scope_id"),
        CheckConstraint(
            "scope_kind IN ('organisation', 'trust', 'school', 'visit')", name="scope_kind"
        ),
        Index("ix_membership_user", "user_id"),
    )
    id: Mapped[Key]
    user_id: Mapped[Id]
    role: Mapped[str]
    scope_kind: Mapped[str]
    scope_id: Mapped[Id]
    gen: Mapped[int] = mapped_column(default=1)
    granted_at: Mapped[Millis]
    revoked_at: Mapped[Millis | None]


class ApiToken(Tenant, Base):
    """A bearer token for API clients; only its SHA-256 is kept."""

    __tablename__ = "api_token"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[Id]
    name: Mapped[str]
    created_at: Mapped[Millis]
    expires_at: Mapped[Millis | None]
    revoked_at: Mapped[Millis | None]


class SignInCode(Tenant, Base):
    """A typed code for a tablet: ten minutes, single use, void after five failures."""

    __tablename__ = "sign_in_code"
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[Id]
    created_at: Mapped[Millis]
    expires_at: Mapped[Millis]
    used_at: Mapped[Millis | None]
    failures: Mapped[int] = mapped_column(default=0)


class Device(Tenant, Base):
    """A tablet enrolled by its first signed-in hello: push-only for 180 days after revocation."""

    __tablename__ = "device"
    id: Mapped[Key]
    user_id: Mapped[Key]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str | None]
    enrolled_at: Mapped[Millis]
    expires_at: Mapped[Millis]


class AuditEvent(Tenant, Base):
    """A security event: who did what; no bodies, no personal data."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_event", "organisation_id", "event"),
        Index("ix_audit_event_n", "organisation_id", "n"),
    )
    id: Mapped[Key]
    n: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[Millis]
    actor_id: Mapped[Id | None]
    event: Mapped[str]
    about: Mapped[Json | None]
