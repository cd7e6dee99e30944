"""Plans: which kit, in which year, with whose money, and why. Integer pence; not synced."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Tenant, references
from server.core.types import Id, Json, Key, Millis, Pence


class Plan(Tenant, Base):
    """A plan of a trust or of a lone school over 3, 4 or 5 plan years."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("(trust_id IS NULL) <> (school_id IS NULL)", name="of_trust_or_school"),
        CheckConstraint("years IN (3, 4, 5)", name="years"),
        references("trust_id", "trust"),
        references("school_id", "school"),
    )
    id: Mapped[Key]
    trust_id: Mapped[Id | None]
    school_id: Mapped[Id | None]
    name: Mapped[str]
    starts_on: Mapped[dt.date]  # first day of plan year 1
    years: Mapped[int]
    uplift: Mapped[int] = mapped_column(default=0)  # thousandths a year
    state: Mapped[str] = mapped_column(default="new")  # new, solving, ready, failed
    made_at: Mapped[Millis]
    solved_at: Mapped[Millis | None]
    summary: Mapped[Json | None]  # totals per year, risk before and after, versions used
    inputs_sha256: Mapped[str | None]


class PlanLimit(Tenant, Base):
    """The capital one school may spend in one plan year."""

    __tablename__ = "plan_limit"
    __table_args__ = (references("plan_id", "plan"), CheckConstraint("pence >= 0", name="pence"))
    plan_id: Mapped[Key]
    school_id: Mapped[Key]
    year: Mapped[int] = mapped_column(primary_key=True)  # 1 to 5
    pence: Mapped[Pence]


class PlanLine(Tenant, Base):
    """One cohort's replacements in one year, with its reason."""

    __tablename__ = "plan_line"
    __table_args__ = (
        references("plan_id", "plan"),
        Index("ix_plan_line_plan", "organisation_id", "plan_id", "year"),
    )
    id: Mapped[Key]
    plan_id: Mapped[Id]
    school_id: Mapped[Id]
    year: Mapped[int]  # 1 to years; above that the overhang
    category: Mapped[str]
    asset_type_id: Mapped[Id]
    quantity: Mapped[int]
    unit_pence: Mapped[Pence]
    total_pence: Mapped[Pence]
    must_do: Mapped[bool]
    reason: Mapped[Json]  # {key, values}: said by the desk in words
    due_by_age_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]  # after condition, faults and support end
    benefit: Mapped[int]  # thousandths of a risk point removed
    finance_line: Mapped[str]


class PlanLineSubject(Tenant, Base):
    """Which assets, lots or systems a line replaces: from a pound back to a room."""

    __tablename__ = "plan_line_subject"
    __table_args__ = (
        references("line_id", "plan_line"),
        Index("ix_plan_line_subject", "organisation_id", "subject_id"),
    )
    line_id: Mapped[Key]
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[Key]
    quantity: Mapped[int]


class PlanGap(Tenant, Base):
    """What is not yet in the total, and the likely range: nothing drops out."""

    __tablename__ = "plan_gap"
    __table_args__ = (references("plan_id", "plan"),)
    plan_id: Mapped[Key]
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[Key]
    school_id: Mapped[Id]
    category: Mapped[str]
    quantity: Mapped[int]
    why: Mapped[str]  # no_price, no_date, no_type
    low_pence: Mapped[Pence]
    high_pence: Mapped[Pence]
