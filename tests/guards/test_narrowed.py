"""The watch over Core statements itself: what it must refuse and what it must let pass."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.sql import ClauseElement

from server.estate.models import Asset, Room
from tests.guards.narrowed import loose_tables

ASSET = Asset.metadata.tables["asset"]
ROOM = Room.metadata.tables["room"]
OURS = ASSET.c.organisation_id == bindparam("organisation")
JOIN = ASSET.join(ROOM, ROOM.c.id == ASSET.c.room_id)
TIED = ASSET.join(
    ROOM, (ROOM.c.id == ASSET.c.room_id) & (ROOM.c.organisation_id == ASSET.c.organisation_id)
)
OTHER = ASSET.alias("other")
INSIDE = select(ASSET.c.organisation_id, ASSET.c.room_id).where(OURS).cte("inside")
ANYWHERE = select(ASSET.c.organisation_id, ASSET.c.room_id).subquery("anywhere")


@pytest.mark.parametrize(
    ("statement", "loose"),
    [
        (select(ASSET.c.id), {"asset"}),
        (select(ASSET.c.id).where(ASSET.c.id == "a"), {"asset"}),
        (select(ASSET.c.id).select_from(JOIN).where(OURS), {"room"}),
        (
            select(ASSET.c.id).where(ASSET.c.organisation_id == ROOM.c.organisation_id),
            {"asset", "room"},
        ),
        (select(OTHER.c.id).where(OURS), {"other"}),
        (select(ASSET.c.id).where(OURS, exists().where(ROOM.c.id == ASSET.c.room_id)), {"room"}),
        (update(ASSET).values(name="x"), {"asset"}),
        (delete(ASSET).where(ASSET.c.id == "a"), {"asset"}),
        (
            select(ROOM.c.id).where(ROOM.c.organisation_id == ANYWHERE.c.organisation_id),
            {"asset", "room"},
        ),
        (select(ASSET.c.id).where(OURS).union(select(ROOM.c.id)), {"room"}),
    ],
)
def test_a_table_of_every_organisation_is_seen(statement: ClauseElement, loose: set[str]) -> None:
    assert loose_tables(statement) == loose


@pytest.mark.parametrize(
    "statement",
    [
        select(ASSET.c.id).where(OURS),
        select(ASSET.c.id).select_from(TIED).where(OURS),
        select(ASSET.c.id).select_from(TIED).where(ROOM.c.organisation_id == "a"),
        select(OTHER.c.id).where(OTHER.c.organisation_id == "a"),
        select(ROOM.c.id).where(ROOM.c.organisation_id == INSIDE.c.organisation_id),
        update(ASSET).where(OURS).values(name="x"),
        delete(ASSET).where(OURS),
    ],
)
def test_a_table_tied_to_one_organisation_passes(statement: ClauseElement) -> None:
    assert loose_tables(statement) == set()
