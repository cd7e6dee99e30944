"""What a scope is: the unit of sync, of locking and of access (organisation, school, visit)."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Tenant
from server.core.types import Id, Key, Millis


class Scope(Tenant, Base):
    """One scope with its gap-free counter. A school may have a trust; a visit has a school."""

    __tablename__ = "sync_scope"
    __table_args__ = (
        CheckConstraint("kind IN ('organisation', 'school', 'visit', 'workshop')", name="kind"),
        Index("ix_sync_scope_school", "organisation_id", "school_id"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    trust_id: Mapped[Id | None]  # of a school; none for a school that stands alone
    school_id: Mapped[Id | None]  # of a visit or workshop
    closed_at: Mapped[Millis | None]  # a closed visit takes no device writes: held closed
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    min_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    digest: Mapped[int] = mapped_column(BigInteger, default=0)
    gen: Mapped[int] = mapped_column(default=1)
