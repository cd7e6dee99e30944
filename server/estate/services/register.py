"""Find assets, lots and systems: filtered, searched and paged, within the schools allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from server.core.database import db
from server.core.types import IdType
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
    kind: str,
    school_ids: Collection[str],
    wanted: Wanted,
    *,
    after: tuple[str, str] | None,
    limit: int,
) -> list[Item]:
    """List one kind by school and id. An asset that was merged into another is not shown."""
    table = SUBJECTS[kind]
    types = _types()
    schools = set(school_ids)
    if wanted.school_id is not None:
        schools &= {wanted.school_id}
    query = (
        select(table.id)
        .where(table.scope_id.in_(sorted(schools)), table.deleted_at.is_(None))
        .order_by(table.scope_id, table.id)
        .limit(limit)
    )
    if table is Asset:
        query = query.where(Asset.merged_into.is_(None))
    if wanted.room_id is not None:
        query = query.where(table.room_id == wanted.room_id)
    if wanted.category is not None:
        of_category = [id_ for id_, found in types.items() if found.category == wanted.category]
        query = query.where(table.asset_type_id.in_(of_category))
    if wanted.q:
        query = query.where(_matches(table, wanted.q, types, schools))
    if after is not None:
        query = query.where(
            tuple_(table.scope_id, table.id) > tuple_(*after, types=[IdType(), IdType()])
        )
    return _items(kind, list(db.session.scalars(query)), types)


def items_by_id(kind: str, ids: Collection[str], school_ids: Collection[str]) -> list[Item]:
    """Return rows of the register by id, those that may be seen."""
    table = SUBJECTS[kind]
    query = select(table.id).where(
        table.id.in_(ids), table.scope_id.in_(school_ids), table.deleted_at.is_(None)
    )
    return _items(kind, list(db.session.scalars(query)), _types())


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
    rooms = select(Room.id).where(Room.scope_id.in_(school_ids), _has(Room.name, like))
    in_rooms = list(db.session.scalars(rooms.limit(500)))
    found: list[ColumnElement[bool]] = [
        _has(table.name, like),
        table.asset_type_id.in_(of_type),
        table.room_id.in_(in_rooms),
    ]
    if table is System:
        found.append(_has(System.supplier, like))
    if table is Asset:
        found += _matches_asset(q, like)
    return or_(*found)


def _matches_asset(q: str, like: str) -> list[ColumnElement[bool]]:
    products = select(Product.id).where(_has(Product.maker + " " + Product.model, like))
    code = parse_tag(q) or q.strip().upper().replace("-", "")
    tags = select(Tag.asset_id).where(
        or_(_starts(Tag.code, code), Tag.code == q.strip().upper()), Tag.asset_id.is_not(None)
    )
    found: list[ColumnElement[bool]] = [
        Asset.product_id.in_(list(db.session.scalars(products.limit(200)))),
        Asset.id.in_(list(db.session.scalars(tags.limit(200)))),
    ]
    key = serial_key(q) or "".join(c for c in q.upper() if c.isascii() and c.isalnum())
    if len(key) >= 3:
        found.append(Asset.serial_key.startswith(key, autoescape=True))
    return found


def _starts(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Match the start of a code, within a range so that the index of codes is used."""
    return and_(column >= text, column < text + "zzzz", column.startswith(text, autoescape=True))


def _has(column: ColumnElement[Any] | InstrumentedAttribute[Any], like: str) -> ColumnElement[bool]:
    """Match without regard to case: SQLite's own LIKE does so, and spares lower() on each row."""
    if db.session.get_bind().dialect.name == "sqlite":
        return column.like(like, escape="\\")
    return column.ilike(like, escape="\\")


def _like(q: str) -> str:
    escaped = q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _items(kind: str, ids: Sequence[str], types: dict[str, Type]) -> list[Item]:
    """Add the names that go with ids: a handful of small queries, whatever the page holds."""
    table = SUBJECTS[kind]
    query = select(*_columns(table)).where(table.id.in_(ids))
    found = {row["id"]: dict(row) for row in db.session.execute(query).mappings()}
    rows = [found[id_] for id_ in ids]
    names = Names(
        types,
        _names(select(Room.id, Room.name).where(Room.id.in_({row["room_id"] for row in rows}))),
        _names(select(School.id, School.name).where(School.id.in_({r["school_id"] for r in rows}))),
        _names(
            select(Product.id, Product.maker + " " + Product.model).where(
                Product.id.in_({row["product_id"] for row in rows if row["product_id"]})
            )
        ),
        tags_of(ids) if table is Asset else {},
    )
    return [_item(row, names) for row in rows]


def _columns(table: type[Asset | Lot | System]) -> list[ColumnElement[Any]]:
    """Return what a row of the register shows; a kind that lacks a column has its plain value."""
    found: list[ColumnElement[Any]] = [
        table.id.label("id"),
        table.name.label("name"),
        table.asset_type_id.label("asset_type_id"),
        table.scope_id.label("school_id"),
        table.room_id.label("room_id"),
        table.condition.label("condition"),
        getattr(table, "started_on" if table is System else "bought_on").label("bought_on"),
    ]
    plain: dict[str, str | int | None] = {
        "product_id": None,
        "serial": None,
        "life_state": "in_use",
        "allocation": "in_room",
        "quantity": 1,
    }
    for name, value in plain.items():
        column = getattr(table, name, None)
        found.append((literal(value) if column is None else column).label(name))
    return found


def _item(row: dict[str, Any], names: Names) -> Item:
    of_type = names.types[row["asset_type_id"]]
    product_id = row.pop("product_id")
    return Item(
        **row,
        type_name=of_type.name,
        category=of_type.category,
        product=names.products.get(product_id),
        school_name=names.schools.get(row["school_id"], ""),
        room_name=names.rooms.get(row["room_id"], ""),
        tag=next(iter(names.tags.get(row["id"], [])), None),
    )


def _names(query: Select[str, str]) -> dict[str, str]:
    return {id_: name for id_, name in db.session.execute(query)}  # noqa: C416
