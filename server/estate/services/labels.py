"""Issue tag codes that nobody has ever had, and list the organisation's for offline use."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Insert, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.tenancy import current_organisation
from server.estate.models import Tag, TagCode, TagIndex
from server.estate.rules import TAG_ALPHABET, TAG_LENGTH, code_from, parse_tag

MOST_LABELS = 5000  # 77 sheets of L7651, drawn while the person waits
CHUNK = 400


@dataclass(frozen=True, slots=True)
class Batch:
    """Codes issued together, in the order they are printed."""

    id: str
    codes: tuple[str, ...]
    pool_school_id: str | None


def random_body() -> str:
    return "".join(secrets.choice(TAG_ALPHABET) for _ in range(TAG_LENGTH - 1))


def issue_codes(
    count: int, school_id: str | None = None, *, draw: Callable[[], str] = random_body
) -> Batch:
    """Issue new codes, for one school's pool or for the whole organisation.

    A code is never issued twice, by any organisation: the global index takes each code once.
    Raises bad_value when the count is out of range.
    """
    if not 1 <= count <= MOST_LABELS:
        raise Problem("bad_value", fields={"count": f"Give a number from 1 to {MOST_LABELS}"})
    batch = Batch(new_id(), tuple(_claim(count, draw)), school_id)
    at = now_ms()
    db.session.execute(
        insert(TagCode),
        [
            {
                "organisation_id": current_organisation(),
                "code": code,
                "batch_id": batch.id,
                "pool_school_id": school_id,
                "issued_at": at,
                "printed_at": None,
            }
            for code in batch.codes
        ],
    )
    return batch


def batch_of(batch_id: str) -> Batch:
    """Return an issued batch. Raises not_found."""
    rows = db.session.execute(
        select(TagCode.code, TagCode.pool_school_id)
        .where(TagCode.batch_id == batch_id)
        .order_by(TagCode.code)
    ).all()
    if not rows:
        raise Problem("not_found")
    return Batch(batch_id, tuple(code for code, _ in rows), rows[0][1])


def claim_codes(codes: Sequence[str]) -> None:
    """Mark codes that a list brought as the organisation's, so that they are never issued.

    Codes that the organisation has already stay as they are. Legacy aliases are only its own
    concern: two schools' inventories may count from 1.
    """
    _take_free(sorted({code for code in codes if parse_tag(code) == code}), set())


def tag_index() -> list[tuple[str, str | None]]:
    """Return every code of the organisation with its school: where it is bound, else its pool."""
    issued = db.session.execute(select(TagCode.code, TagCode.pool_school_id)).all()
    bound = db.session.execute(select(Tag.code, Tag.scope_id)).all()
    found: dict[str, str | None] = dict([*issued, *bound])
    return sorted(found.items())


def _claim(count: int, draw: Callable[[], str]) -> list[str]:
    """Draw until enough codes have been taken from the global index."""
    claimed: list[str] = []
    while len(claimed) < count:
        wanted = min(CHUNK, count - len(claimed))
        drawn: dict[str, None] = {}
        while len(drawn) < wanted:
            code = code_from(draw())
            if code is not None:
                drawn[code] = None
        claimed += _take_free(list(drawn), set(claimed))
    return sorted(claimed)


def _take_free(codes: Sequence[str], mine: set[str]) -> list[str]:
    """Insert codes into the global index and return those that were free, even in a race."""
    organisation_id = current_organisation()
    rows = [
        {"code": code, "organisation_id": organisation_id} for code in codes if code not in mine
    ]
    if not rows:
        return []
    statement = _insert_new().values(rows)
    return list(db.session.execute(statement).scalars())


def _insert_new() -> Insert:
    """Return INSERT … ON CONFLICT DO NOTHING RETURNING code for the database in use."""
    dialect = db.session.get_bind().dialect.name
    if dialect == "postgresql":
        return (
            postgresql.insert(TagIndex)
            .on_conflict_do_nothing(index_elements=["code"])
            .returning(TagIndex.code)
        )
    return (
        sqlite.insert(TagIndex)
        .on_conflict_do_nothing(index_elements=["code"])
        .returning(TagIndex.code)
    )
