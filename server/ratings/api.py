"""The ratings API: matrices, what is behind a cell, single ratings, a visit's snapshot."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import select

from server.accounts.access import allow, current
from server.core.database import db
from server.core.problems import Problem
from server.estate.models import School
from server.ratings.rules.cells import sum_counts
from server.ratings.rules.policy import version_words
from server.ratings.schemas import (
    CellDetailSchema,
    CellQuery,
    MatrixSchema,
    RatingSchema,
    SchoolQuery,
    SnapshotSchema,
    SubjectQuery,
    TrustQuery,
)
from server.ratings.services.cell_detail import Place, read_cell
from server.ratings.services.matrices import (
    Cell,
    Matrix,
    MatrixRow,
    rooms_matrix,
    schools_matrix,
    trusts_matrix,
)
from server.ratings.services.ratings import rated_at, read_rating, read_snapshot
from server.ratings.services.reference import current_policy

blp = Blueprint("ratings", __name__, url_prefix="/api", description="Red, amber, green, grey")

READERS = ("technician", "consultant", "school_it", "trust_it", "leader")


@blp.route("/matrices/rooms")
@blp.arguments(SchoolQuery, location="query")
@blp.response(200, MatrixSchema)
@allow(*READERS)
def read_rooms(query: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Return room × category of one school."""
    school_id, organisation_id = str(query["school_id"]), current().organisation_id
    current().require_school(school_id, *READERS)
    matrix = rooms_matrix(organisation_id, school_id, current_policy(organisation_id))
    return _said(matrix, rated_at(organisation_id, frozenset({school_id})))


@blp.route("/matrices/schools")
@blp.arguments(TrustQuery, location="query")
@blp.response(200, MatrixSchema)
@allow(*READERS)
def read_schools(query: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Return school × category: of a trust, or of every school this person may see."""
    school_ids, organisation_id = current().school_ids(*READERS), current().organisation_id
    if "trust_id" in query:
        school_ids = _schools_of_trust(str(query["trust_id"]), school_ids)
    matrix = schools_matrix(organisation_id, school_ids, current_policy(organisation_id))
    return _said(matrix, rated_at(organisation_id, school_ids))


@blp.route("/matrices/trusts")
@blp.response(200, MatrixSchema)
@allow(*READERS)
def read_trusts() -> dict[str, Any]:
    """Return trust × category over the schools this person may see."""
    school_ids, organisation_id = current().school_ids(*READERS), current().organisation_id
    matrix = trusts_matrix(organisation_id, school_ids, current_policy(organisation_id))
    return _said(matrix, rated_at(organisation_id, school_ids))


@blp.route("/matrices/cell")
@blp.arguments(CellQuery, location="query")
@blp.response(200, CellDetailSchema)
@allow(*READERS)
def read_one_cell(query: dict[str, Any]) -> dict[str, Any]:
    """Return what is behind one cell. Raises not_found for a school of others."""
    school_id = str(query["school_id"])
    current().require_school(school_id, *READERS)
    room_id = str(query["room_id"]) if "room_id" in query else None
    place = Place(current().organisation_id, school_id, room_id, query.get("category"))
    detail = read_cell(place)
    return {**asdict(detail), "cell": _cell(detail.cell)}


@blp.route("/ratings")
@blp.arguments(SubjectQuery, location="query")
@blp.response(200, RatingSchema)
@allow(*READERS)
def read_one_rating(query: dict[str, Any]) -> dict[str, Any]:
    """Return the rating of one asset, lot or system. Raises not_found for one of others."""
    found = read_rating(current().organisation_id, query["subject_kind"], str(query["subject_id"]))
    if found is None:
        raise Problem("not_found")
    current().require_school(found["school_id"], *READERS)
    return found


@blp.route("/ratings/snapshot")
@blp.arguments(SchoolQuery, location="query")
@blp.response(200, SnapshotSchema)
@allow(*READERS)
def read_school_snapshot(query: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Return every rating of a school, dated, for a tablet to keep."""
    school_id = str(query["school_id"])
    current().require_school(school_id, *READERS)
    return read_snapshot(current().organisation_id, school_id)


def _schools_of_trust(trust_id: str, mine: frozenset[str]) -> frozenset[str]:
    """Return which of my schools are in a trust; not_found when none is."""
    query = select(School.id).where(
        School.organisation_id == current().organisation_id,
        School.trust_id == trust_id,
        School.id.in_(mine),
    )
    found = frozenset(db.session.scalars(query))
    if not found:
        raise Problem("not_found")
    return found


def _said(matrix: Matrix, as_at: int | None) -> dict[str, Any]:
    return {
        "as_at": as_at,
        "rule_version": version_words(matrix.policy.rule_version),
        "columns": list(matrix.columns),
        "rows": [
            {"id": row.id, "name": row.name, "kind": row.kind, **_row(matrix, row)}
            for row in matrix.rows
        ],
        "total": _row(matrix, matrix.total()),
    }


def _row(matrix: Matrix, row: MatrixRow) -> dict[str, Any]:
    return {
        "overall": _cell(matrix.cell(sum_counts(row.counts.values()))),
        "cells": {category: _cell(matrix.cell(counts)) for category, counts in row.counts.items()},
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"rag": cell.rag, "rule": cell.rule, **asdict(cell.counts)}
