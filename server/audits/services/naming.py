"""What records are called: things, rooms, schools and people, for ids that a value may name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from server.accounts.access import Principal
from server.accounts.models import User
from server.audits.models import Checklist, Visit
from server.core.database import db
from server.estate.models import (
    Asset,
    AssetType,
    Building,
    Lot,
    Product,
    Room,
    School,
    System,
    Tag,
)
from sync.batch import Key

Names = dict[Key, str]
NAMED: Mapping[str, Any] = {
    "building": Building,
    "checklist": Checklist,
    "room": Room,
    "school": School,
    "visit": Visit,
    "asset_type": AssetType,
}
KIT: Mapping[str, Any] = {"asset": Asset, "lot": Lot, "system": System}


def names_of(principal: Principal, wanted: Iterable[Key]) -> Names:
    """Return the name of each record that this person may see; what they may not has none."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, id_ in wanted:
        by_kind[kind].add(id_)
    scopes = list(principal.grants)
    names: Names = {}
    for kind, ids in by_kind.items():
        query = _query(kind, ids)
        if query is None:
            continue
        model = _model(kind)
        rows = db.session.execute(query.where(model.scope_id.in_(scopes)))
        names |= {(kind, row[0]): row[1] for row in rows if row[1]}
    return names


def _model(kind: str) -> Any:
    return {**NAMED, **KIT, "product": Product, "tag": Tag}[kind]


def _query(kind: str, ids: Collection[str]) -> Any:
    if kind in NAMED:
        model = NAMED[kind]
        return select(model.id, model.name).where(model.id.in_(ids))
    if kind in KIT:
        model = KIT[kind]
        return (
            select(model.id, func.coalesce(model.name, AssetType.name))
            .join(AssetType, AssetType.id == model.asset_type_id)
            .where(model.id.in_(ids))
        )
    if kind == "product":
        words = Product.maker + " " + Product.model
        return select(Product.id, words).where(Product.id.in_(ids))
    if kind == "tag":
        return select(Tag.id, Tag.code).where(Tag.id.in_(ids))
    return None


def tags_of(principal: Principal, asset_ids: Collection[str]) -> dict[str, str]:
    """Return the newest tag of each asset."""
    query = (
        select(Tag.asset_id, Tag.code)
        .where(
            Tag.asset_id.in_(asset_ids),
            Tag.scope_id.in_(list(principal.grants)),
            func.coalesce(Tag.retired, False).is_(False),
        )
        .order_by(func.coalesce(Tag.bound_at, 0), Tag.id)
    )
    return {str(asset_id): code for asset_id, code in db.session.execute(query) if asset_id}


def places_of(principal: Principal, keys: Iterable[Key]) -> dict[Key, str]:
    """Return the room that each asset, lot or system stands in."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, id_ in keys:
        if kind in KIT:
            by_kind[kind].add(id_)
    found: dict[Key, str] = {}
    for kind, ids in by_kind.items():
        model = KIT[kind]
        rows = db.session.execute(
            select(model.id, model.room_id).where(
                model.id.in_(ids), model.scope_id.in_(list(principal.grants))
            )
        )
        found |= {(kind, row[0]): row[1] for row in rows}
    return found


def people_named(ids: Collection[str]) -> dict[str, str]:
    """Return the names of people whose writing the reader already sees."""
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def questions_of(visit_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """Return the words of each question of these visits' frozen checklists, by (visit, key)."""
    words: dict[tuple[str, str], str] = {}
    rows = db.session.execute(select(Visit.id, Visit.checklists).where(Visit.id.in_(visit_ids)))
    for visit_id, checklists in rows:
        for checklist in checklists or []:
            for question in checklist.get("questions", []):
                words[(visit_id, question["key"])] = question["text"]
    return words
