"""Find assets, lots and systems: filtered, searched and paged, within the schools allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select

from server.core.database import Base, db
from server.estate.models import Asset, AssetType, Lot, Product, Room, School, System, Tag
from server.estate.rules import parse_tag, serial_key

SUBJECTS: dict[str, type[Asset | Lot | System]] = {
    "asset": Asset,
    "lot": Lot,
    "system": System,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to."""

    school_id: str | None = None
    room_id: str | None = None
    category: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the register. What a kind has not is None."""

    id: str
    name: str | None
    asset_type_id: str
    type_name: str
    category: str
    product: str | None
    school_id: str
    school_name: str
    room_id: str
    room_name: str
    tag: str | None
    serial: str | None
    condition: str | None
    life_state: str
    allocation: str
    bought_on: dt.date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Type:
    """What a row says of its asset type."""

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called, for one page."""

    types: dict[str, Type]
    rooms: dict[str, str]
    schools: dict[str, str]
    products: dict[str, str]
    tags: dict[str, list[str]]


def list_items(
    kind: str, school_ids: Collection[str], wanted: Wanted, *, after: str | None, limit: int
) -> list[Item]:
    """List one kind by id, after an id. An asset that was merged into another is not shown."""
    table = SUBJECTS[kind]
    types = _types()
    query = (
        select(table)
        .where(table.scope_id.in_(school_ids), table.deleted_at.is_(None))
        .order_by(table.id)
        .limit(limit)
    )
    if table is Asset:
        query = query.where(Asset.merged_into.is_(None))
    if wanted.school_id is not None:
        query = query.where(table.scope_id == wanted.school_id)
    if wanted.room_id is not None:
        query = query.where(table.room_id == wanted.room_id)
    if wanted.category is not None:
        of_category = [id_ for id_, found in types.items() if found.category == wanted.category]
        query = query.where(table.asset_type_id.in_(of_category))
    if wanted.q:
        query = query.where(_matches(table, wanted.q, types, school_ids))
    if after is not None:
        query = query.where(table.id > after)
    return _items(query, types)


def items_by_id(kind: str, ids: Collection[str], school_ids: Collection[str]) -> list[Item]:
    """Return rows of the register by id, those that may be seen."""
    table = SUBJECTS[kind]
    query = select(table).where(
        table.id.in_(ids), table.scope_id.in_(school_ids), table.deleted_at.is_(None)
    )
    return _items(query, _types())


def tags_of(asset_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return each asset's codes, the current one first: the newest bound that is not retired."""
    found: dict[str, list[str]] = {}
    rows = db.session.execute(
        select(Tag.asset_id, Tag.code)
        .where(Tag.asset_id.in_(asset_ids), or_(Tag.retired.is_(None), Tag.retired.is_(False)))
        .order_by(Tag.bound_at.desc().nulls_last(), Tag.code)
    )
    for asset_id, code in rows:
        found.setdefault(str(asset_id), []).append(code)
    return found


def _types() -> dict[str, Type]:
    rows = db.session.execute(select(AssetType.id, AssetType.name, AssetType.category))
    return {row[0]: Type(*row) for row in rows}


def _matches(
    table: type[Asset | Lot | System],
    q: str,
    types: dict[str, Type],
    school_ids: Collection[str],
) -> ColumnElement[bool]:
    """Match any part of a name; the start of a serial; a tag; a type, product or room by name.

    The small tables are searched first, so that the large one is asked for ids alone.
    """
    like = _like(q)
    of_type = [id_ for id_, found in types.items() if q.lower() in found.name.lower()]
    rooms = select(Room.id).where(Room.scope_id.in_(school_ids), Room.name.ilike(like, escape="\\"))
    in_rooms = list(db.session.scalars(rooms.limit(500)))
    found: list[ColumnElement[bool]] = [
        table.name.ilike(like, escape="\\"),
        table.asset_type_id.in_(of_type),
        table.room_id.in_(in_rooms),
    ]
    if table is System:
        found.append(System.supplier.ilike(like, escape="\\"))
    if table is Asset:
        found += _matches_asset(q, like)
    return or_(*found)


def _matches_asset(q: str, like: str) -> list[ColumnElement[bool]]:
    products = select(Product.id).where(
        (Product.maker + " " + Product.model).ilike(like, escape="\\")
    )
    code = parse_tag(q) or q.strip().upper().replace("-", "")
    tags = select(Tag.asset_id).where(
        or_(Tag.code.startswith(code, autoescape=True), Tag.code == q.strip().upper()),
        Tag.asset_id.is_not(None),
    )
    found: list[ColumnElement[bool]] = [
        Asset.product_id.in_(list(db.session.scalars(products.limit(200)))),
        Asset.id.in_(list(db.session.scalars(tags.limit(200)))),
    ]
    key = serial_key(q) or "".join(c for c in q.upper() if c.isascii() and c.isalnum())
    if len(key) >= 3:
        found.append(Asset.serial_key.startswith(key, autoescape=True))
    return found


def _like(q: str) -> str:
    escaped = q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _items(query: Select[Base], types: dict[str, Type]) -> list[Item]:
    """Add the names that go with ids: a handful of small queries, whatever the page holds."""
    rows = [row for row in db.session.scalars(query) if isinstance(row, Asset | Lot | System)]
    assets = [row for row in rows if isinstance(row, Asset)]
    names = Names(
        types,
        _names(select(Room.id, Room.name).where(Room.id.in_({row.room_id for row in rows}))),
        _names(select(School.id, School.name).where(School.id.in_({r.scope_id for r in rows}))),
        _names(
            select(Product.id, Product.maker + " " + Product.model).where(
                Product.id.in_({row.product_id for row in assets if row.product_id})
            )
        ),
        tags_of([row.id for row in assets]) if assets else {},
    )
    return [_item(row, names) for row in rows]


def _item(row: Asset | Lot | System, names: Names) -> Item:
    of_type = names.types[row.asset_type_id]
    asset = row if isinstance(row, Asset) else None
    return Item(
        id=row.id,
        name=row.name,
        asset_type_id=row.asset_type_id,
        type_name=of_type.name,
        category=of_type.category,
        product=names.products.get(asset.product_id or "") if asset else None,
        school_id=row.scope_id,
        school_name=names.schools.get(row.scope_id, ""),
        room_id=row.room_id,
        room_name=names.rooms.get(row.room_id, ""),
        tag=next(iter(names.tags.get(row.id, [])), None),
        serial=asset.serial if asset else None,
        condition=row.condition,
        life_state=asset.life_state if asset else "in_use",
        allocation=asset.allocation if asset else "in_room",
        bought_on=row.started_on if isinstance(row, System) else row.bought_on,
        quantity=row.quantity if isinstance(row, Lot) else 1,
    )


def _names(query: Select[str, str]) -> dict[str, str]:
    return {id_: name for id_, name in db.session.execute(query)}  # noqa: C416
