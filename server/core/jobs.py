"""The job outbox: a job's row is written with its cause; Redis only wakes workers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Tenant
from server.core.types import Id, Json, Key, Millis

QUEUES = ("quick", "heavy")
STATES = ("queued", "running", "done", "failed")


class Job(Tenant, Base):
    """One unit of background work: takes ids, may run twice, shows progress."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        Index("ix_job_state", "state", "queued_at"),
    )
    id: Mapped[Key]
    name: Mapped[str]  # a key of the jobs table in server/worker.py
    queue: Mapped[str]
    args: Mapped[Json]
    actor_id: Mapped[Id | None]
    state: Mapped[str] = mapped_column(default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None]
    result: Mapped[Json | None]
    problem: Mapped[Json | None]
    queued_at: Mapped[Millis]
    started_at: Mapped[Millis | None]
    finished_at: Mapped[Millis | None]
