"""Rate what was touched: compare with what is stored, write only what differs, mend its cells.

Running it twice changes nothing, because the second run finds no difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from server.core.database import db
from server.ratings.rules.reasons import RAG_OF
from server.ratings.services.expression import RATING_COLUMNS, rated
from server.ratings.services.facts import KINDS
from server.ratings.services.rebuild import (
    CELL,
    CELL_COUNTS,
    KEPT,
    RATING,
    dialect_name,
    lock_ratings,
)
from server.ratings.services.reference import current_policy, rating_parameters

Subject = tuple[str, str]  # kind, id
Values = dict[str, Any]
Place = tuple[str, str, str]  # school, room, category


def rate_subjects(organisation_id: str, subjects: Iterable[Subject]) -> int:
    """Rate these assets, lots and systems again; return how many ratings changed.

    Give at most 500 at a time: they are written in the caller's transaction. What no longer counts
    (deleted, retired, lost, merged) loses its rating and leaves its cell.
    """
    wanted = sorted(set(subjects))
    if not wanted:
        return 0
    lock_ratings(organisation_id)
    fresh, stored = _fresh(organisation_id, wanted), _stored(organisation_id, wanted)
    changed = [key for key in wanted if not _is_same(fresh.get(key), stored.get(key))]
    if not changed:
        return 0
    _write(organisation_id, changed, fresh)
    deltas: dict[Place, list[int]] = {}
    for key in changed:
        _add(deltas, stored.get(key), -1)
        _add(deltas, fresh.get(key), +1)
    _move_cells(organisation_id, deltas)
    return len(changed)


def _fresh(organisation_id: str, wanted: Sequence[Subject]) -> dict[Subject, Values]:
    ids = [id_ for _, id_ in wanted]
    parameters = rating_parameters(organisation_id, current_policy(organisation_id), ids)
    found: dict[Subject, Values] = {}
    connection = db.session.connection()
    for kind in KINDS:
        some = [id_ for held, id_ in wanted if held == kind]
        if not some:
            continue
        query = rated(kind, dialect_name(), some=True)
        for row in connection.execute(query, {**parameters, "ids": some}):
            values = dict(zip(RATING_COLUMNS, row, strict=True))
            for name in ("dimensions", "inputs"):
                if isinstance(values[name], str):
                    values[name] = json.loads(values[name])
            found[kind, values["subject_id"]] = values
    return found


def _stored(organisation_id: str, wanted: Sequence[Subject]) -> dict[Subject, Values]:
    found: dict[Subject, Values] = {}
    for kind in KINDS:  # by kind: the key of rating starts with it
        query = select(RATING).where(
            RATING.c.organisation_id == organisation_id,
            RATING.c.subject_kind == kind,
            RATING.c.subject_id.in_([id_ for held, id_ in wanted if held == kind]),
        )
        for row in db.session.execute(query).mappings():
            found[kind, row["subject_id"]] = dict(row)
    return found


def _is_same(fresh: Values | None, stored: Values | None) -> bool:
    if fresh is None or stored is None:
        return fresh is stored
    return all(fresh[name] == stored[name] for name in KEPT)


def _write(organisation_id: str, changed: Sequence[Subject], fresh: dict[Subject, Values]) -> None:
    for kind in KINDS:
        ids = [id_ for held, id_ in changed if held == kind]
        if ids:
            db.session.execute(
                delete(RATING).where(
                    RATING.c.organisation_id == organisation_id,
                    RATING.c.subject_kind == kind,
                    RATING.c.subject_id.in_(ids),
                )
            )
    rows = [fresh[key] for key in changed if key in fresh]
    if rows:
        db.session.execute(insert(RATING), rows)


def _add(deltas: dict[Place, list[int]], values: Values | None, sign: int) -> None:
    """Add one rating to its cell's difference, or take it away."""
    if values is None:
        return
    place = (values["school_id"], values["room_id"], values["category"])
    counts = deltas.setdefault(place, [0] * len(CELL_COUNTS))
    things, pence = sign * values["quantity"], sign * values["value_pence"]
    counts[CELL_COUNTS.index(values["rag"])] += things
    counts[CELL_COUNTS.index(f"{values['rag']}_pence")] += pence
    if values["rag"] == RAG_OF[-1]:
        counts[CELL_COUNTS.index("critical_red")] += things * bool(values["critical"])
        counts[CELL_COUNTS.index("service_red")] += things * bool(values["critical_service"])


def _move_cells(organisation_id: str, deltas: dict[Place, list[int]]) -> None:
    """Add each difference to its cell, in (school, room, category) order."""
    rows = [
        {
            "organisation_id": organisation_id,
            "school_id": school_id,
            "room_id": room_id,
            "category": category,
            **dict(zip(CELL_COUNTS, counts, strict=True)),
        }
        for (school_id, room_id, category), counts in sorted(deltas.items())
        if any(counts)
    ]
    if not rows:
        return
    build = postgresql.insert if dialect_name() == "postgresql" else sqlite.insert
    statement = build(CELL)
    added = {name: CELL.c[name] + statement.excluded[name] for name in CELL_COUNTS}
    db.session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=[column.name for column in CELL.primary_key], set_=added
        ),
        rows,
    )
