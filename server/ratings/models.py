"""Ratings and the cells of the matrices; never synced."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Tenant
from server.core.types import Id, Json, Key, Millis, Pence

RAGS = ("red", "amber", "green", "grey")


class RatingPolicy(Tenant, Base):
    """The organisation's thresholds; the newest version rules."""

    __tablename__ = "rating_policy"
    version: Mapped[int] = mapped_column(primary_key=True)
    values: Mapped[Json]
    made_at: Mapped[Millis]
    made_by: Mapped[Id | None]


class Rating(Tenant, Base):
    """The rating of one asset, lot or system, with all that it was made from."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("rag IN ('red', 'amber', 'green', 'grey')", name="rag"),
        Index("ix_rating_cell", "organisation_id", "school_id", "room_id", "category"),
        Index("ix_rating_flip", "organisation_id", "next_flip_on"),
    )
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[Key]
    school_id: Mapped[Id]
    room_id: Mapped[Id]
    category: Mapped[str]
    asset_type_id: Mapped[Id]
    quantity: Mapped[int]
    rag: Mapped[str]
    reasons: Mapped[int]  # bit mask of the dimensions at the worst level
    dimensions: Mapped[Json]  # {dimension: {rag, reason, on}}
    next_flip_on: Mapped[dt.date | None]  # when time alone will change it
    value_pence: Mapped[Pence]  # replacement value of the quantity; 0 = not known
    critical: Mapped[bool]
    critical_service: Mapped[bool]
    rule_version: Mapped[int]
    inputs: Mapped[Json]
    rated_at: Mapped[Millis]


class RatingCell(Tenant, Base):
    """Counts and value of one room and category; its colour is derived, never stored."""

    __tablename__ = "rating_cell"
    school_id: Mapped[Key]
    room_id: Mapped[Key]
    category: Mapped[str] = mapped_column(primary_key=True)
    red: Mapped[int] = mapped_column(default=0)
    amber: Mapped[int] = mapped_column(default=0)
    green: Mapped[int] = mapped_column(default=0)
    grey: Mapped[int] = mapped_column(default=0)
    red_pence: Mapped[Pence] = mapped_column(default=0)
    amber_pence: Mapped[Pence] = mapped_column(default=0)
    green_pence: Mapped[Pence] = mapped_column(default=0)
    grey_pence: Mapped[Pence] = mapped_column(default=0)
    critical_red: Mapped[int] = mapped_column(default=0)  # red assets that are critical
    service_red: Mapped[int] = mapped_column(default=0)  # red critical services
