"""Reading single ratings: one with all its reasons, and the dated snapshot a visit downloads."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from server.core.clock import today
from server.core.database import db
from server.ratings.rules.policy import version_words
from server.ratings.rules.rate import turns_on, unpack_inputs
from server.ratings.services.cell_detail import reasons_of
from server.ratings.services.rebuild import RATING
from server.ratings.services.reference import current_policy


def read_rating(organisation_id: str, kind: str, id_: str) -> dict[str, Any] | None:
    """Return one stored rating: colour, reasons, inputs, and what time alone will make of it."""
    row = (
        db.session.execute(
            select(RATING).where(
                RATING.c.organisation_id == organisation_id,
                RATING.c.subject_kind == kind,
                RATING.c.subject_id == id_,
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    inputs = unpack_inputs(row["inputs"])
    turn = turns_on(inputs, current_policy(organisation_id), today())
    return {
        **row,
        "reasons": reasons_of(row["dimensions"]),
        "inputs": {key: _plain(value) for key, value in asdict(inputs).items()},
        "version": version_words(row["rule_version"]),
        "turns_on": turn[0] if turn else None,
        "turns_to": turn[1] if turn else None,
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def read_snapshot(organisation_id: str, school_id: str) -> dict[str, Any]:
    """Return every rating of a school as [kind, id, rag], with the time of the newest."""
    where = (RATING.c.organisation_id == organisation_id, RATING.c.school_id == school_id)
    rows = db.session.execute(
        select(RATING.c.subject_kind, RATING.c.subject_id, RATING.c.rag).where(*where)
    )
    as_at = db.session.scalar(select(func.max(RATING.c.rated_at)).where(*where))
    return {"as_at": as_at, "items": sorted(list(row) for row in rows)}


def rated_at(organisation_id: str, school_ids: frozenset[str]) -> int | None:
    """Return when the newest rating of these schools was made."""
    query = select(func.max(RATING.c.rated_at)).where(
        RATING.c.organisation_id == organisation_id, RATING.c.school_id.in_(school_ids)
    )
    found: int | None = db.session.scalar(query)
    return found
