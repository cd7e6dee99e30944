"""The matrices: rooms of a school, schools of a trust, trusts of an organisation, by category."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case, func, select

from server.core.database import db
from server.estate.categories import CATEGORIES
from server.estate.models import Room, School, Trust
from server.ratings.rules.cells import EMPTY, Counts, cell_rag, sum_counts
from server.ratings.rules.policy import Policy
from server.ratings.services.rebuild import CELL, CELL_COUNTS

ROOM = Room.metadata.tables["room"]
SCHOOL = School.metadata.tables["school"]
TRUST = Trust.metadata.tables["trust"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts with the colour they give and the rule that gave it."""

    counts: Counts
    rag: str
    rule: str


@dataclass(slots=True)
class MatrixRow:
    id: str
    name: str
    kind: str
    counts: dict[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows by categories; only the categories that hold anything are columns."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    policy: Policy

    def cell(self, counts: Counts) -> Cell:
        return Cell(counts, *cell_rag(counts, self.policy))

    def total(self) -> MatrixRow:
        """Return the sum of all rows."""
        row = MatrixRow("", "", "total")
        for column in self.columns:
            row.counts[column] = sum_counts(r.counts.get(column, EMPTY) for r in self.rows)
        return row


def rooms_matrix(organisation_id: str, school_id: str, policy: Policy) -> Matrix:
    """Return room × category of one school, in walking order; an empty room is a row too."""
    rooms = db.session.execute(
        select(ROOM.c.id, ROOM.c.name, func.coalesce(ROOM.c.builtin, "room"))
        .where(
            ROOM.c.organisation_id == organisation_id,
            ROOM.c.scope_id == school_id,
            ROOM.c.deleted_at.is_(None),
        )
        .order_by(case((ROOM.c.builtin.is_(None), 0), else_=1), ROOM.c.walk_order, ROOM.c.name)
    )
    rows = [MatrixRow(id_, name, kind) for id_, name, kind in rooms]
    of = CELL.c.room_id
    query = _summed(organisation_id, of).where(CELL.c.school_id == school_id)
    return _matrix(rows, query.group_by(of, CELL.c.category), policy)


def schools_matrix(organisation_id: str, school_ids: Collection[str], policy: Policy) -> Matrix:
    """Return school × category of these schools."""
    schools = db.session.execute(
        select(SCHOOL.c.id, SCHOOL.c.name)
        .where(
            SCHOOL.c.organisation_id == organisation_id,
            SCHOOL.c.id.in_(school_ids),
            SCHOOL.c.deleted_at.is_(None),
        )
        .order_by(SCHOOL.c.name, SCHOOL.c.id)
    )
    rows = [MatrixRow(id_, name, "school") for id_, name in schools]
    of = CELL.c.school_id
    query = _summed(organisation_id, of).where(of.in_(school_ids))
    return _matrix(rows, query.group_by(of, CELL.c.category), policy)


def trusts_matrix(organisation_id: str, school_ids: Collection[str], policy: Policy) -> Matrix:
    """Return trust × category over these schools; a school that stands alone is its own row."""
    kinds = case((SCHOOL.c.trust_id.is_(None), "school"), else_="trust")
    of = func.coalesce(SCHOOL.c.trust_id, SCHOOL.c.id)
    name = func.coalesce(TRUST.c.name, SCHOOL.c.name)
    trust = (TRUST.c.organisation_id == SCHOOL.c.organisation_id) & (
        TRUST.c.id == SCHOOL.c.trust_id
    )
    found = db.session.execute(
        select(of, name, kinds)
        .select_from(SCHOOL.outerjoin(TRUST, trust))
        .where(SCHOOL.c.organisation_id == organisation_id, SCHOOL.c.id.in_(school_ids))
        .distinct()
        .order_by(kinds.desc(), name, of)
    )
    rows = [MatrixRow(id_, said, kind) for id_, said, kind in found]
    school = (SCHOOL.c.organisation_id == CELL.c.organisation_id) & (
        SCHOOL.c.id == CELL.c.school_id
    )
    query = (
        _summed(organisation_id, of)
        .select_from(CELL.join(SCHOOL, school))
        .where(CELL.c.school_id.in_(school_ids))
        .group_by(of, CELL.c.category)
    )
    return _matrix(rows, query, policy)


def _summed(organisation_id: str, of: Any) -> Select[Any]:
    sums = (func.coalesce(func.sum(CELL.c[name]), 0).label(name) for name in CELL_COUNTS)
    return select(of, CELL.c.category, *sums).where(CELL.c.organisation_id == organisation_id)


def _matrix(rows: Iterable[MatrixRow], query: Select[Any], policy: Policy) -> Matrix:
    by_id = {row.id: row for row in rows}
    seen: set[str] = set()
    for of, category, *counts in db.session.execute(query):
        row = by_id.get(of)
        found = Counts(*(int(count) for count in counts))
        if row is not None and found.total:
            row.counts[category] = found
            seen.add(category)
    columns = tuple(category for category in CATEGORIES if category in seen)
    return Matrix(columns, tuple(by_id.values()), policy)
