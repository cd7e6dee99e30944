"""From what was written to what must be rated: findings, photos, tags and types to subjects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Column, Table, or_, select

from server.audits.models import Finding, Photo
from server.core.database import db
from server.estate.models import Tag
from server.ratings.services.facts import KINDS, TABLES
from server.ratings.services.rebuild import RATING

Touched = Iterable[Iterable[str]]
Subject = tuple[str, str]

FINDING: Table = Finding.metadata.tables["finding"]
PHOTO: Table = Photo.metadata.tables["photo"]
TAG: Table = Tag.metadata.tables["tag"]


def subjects_of(organisation_id: str, touched: Touched) -> list[Subject]:
    """Return every asset, lot and system that these records may re-rate, in order of kind and id.

    A type or product touches everything that names it; what nobody rates touches nothing.
    """
    ids: dict[str, set[str]] = {}
    for kind, id_ in touched:
        ids.setdefault(kind, set()).add(id_)
    found = {(kind, id_) for kind in KINDS for id_ in ids.get(kind, ())}
    if "photo" in ids:
        owners = _pairs(organisation_id, PHOTO, ids["photo"], "owner_kind", "owner_id")
        ids.setdefault("finding", set()).update(id_ for kind, id_ in owners if kind == "finding")
        found |= {pair for pair in owners if pair[0] == "asset"}
    if ids.get("finding"):
        about = _pairs(organisation_id, FINDING, ids["finding"], "subject_kind", "subject_id")
        ids.setdefault("tag", set()).update(id_ for kind, id_ in about if kind == "tag")
        found |= {pair for pair in about if pair[0] in KINDS}
    if ids.get("tag"):
        found |= {("asset", id_) for id_ in _assets_of_tags(organisation_id, ids["tag"])}
    found |= _named_by(organisation_id, ids.get("asset_type", set()), ids.get("product", set()))
    return sorted(found)


def due_to_flip(organisation_id: str, day: dt.date) -> list[Subject]:
    """Return what time alone may have changed by this day (an indexed look-up)."""
    query = select(RATING.c.subject_kind, RATING.c.subject_id).where(
        RATING.c.organisation_id == organisation_id, RATING.c.next_flip_on <= day
    )
    return sorted((kind, id_) for kind, id_ in db.session.execute(query))


def _pairs(
    organisation_id: str, table: Table, ids: set[str], kind: str, id_: str
) -> set[tuple[str, str]]:
    query = select(table.c[kind], table.c[id_]).where(
        table.c.organisation_id == organisation_id, table.c.id.in_(ids)
    )
    return {(found, at) for found, at in db.session.execute(query)}


def _assets_of_tags(organisation_id: str, ids: set[str]) -> set[str]:
    query = select(TAG.c.asset_id).where(
        TAG.c.organisation_id == organisation_id, TAG.c.id.in_(ids), TAG.c.asset_id.is_not(None)
    )
    return set(db.session.scalars(query))


def _named_by(organisation_id: str, types: set[str], products: set[str]) -> set[Subject]:
    found: set[Subject] = set()
    if not types and not products:
        return found
    for kind, table in TABLES.items():
        named: list[Column[str]] = [table.c.asset_type_id]
        wanted = [named[0].in_(types)]
        if "product_id" in table.c:
            wanted.append(table.c.product_id.in_(products))
        query = select(table.c.id).where(table.c.organisation_id == organisation_id, or_(*wanted))
        found |= {(kind, id_) for id_ in db.session.scalars(query)}
    return found
