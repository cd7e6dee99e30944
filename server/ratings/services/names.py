"""What a person calls a rated thing: its own name, else its model, else its type; and its tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from server.core.database import db
from server.estate.models import AssetType, Product, Tag
from server.ratings.services.facts import TABLES

TYPE = AssetType.metadata.tables["asset_type"]
PRODUCT = Product.metadata.tables["product"]
TAG = Tag.metadata.tables["tag"]

Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    tag: str | None = None


def names_of(organisation_id: str, subjects: Iterable[Subject]) -> Mapping[Subject, Named]:
    """Return the name and current tag of each subject. Give at most a few hundred."""
    found: dict[Subject, Named] = {}
    wanted: dict[str, list[str]] = {}
    for kind, id_ in subjects:
        wanted.setdefault(kind, []).append(id_)
        found[kind, id_] = Named("")
    tags = _tags(organisation_id, wanted.get("asset", []))
    for kind, ids in wanted.items():
        for id_, name in db.session.execute(_named(organisation_id, kind, ids)):
            found[kind, id_] = Named(name, tags.get(id_) if kind == "asset" else None)
    return found


def _named(organisation_id: str, kind: str, ids: list[str]) -> Any:
    table = TABLES[kind]
    typed = (TYPE.c.organisation_id == table.c.organisation_id) & (
        TYPE.c.id == table.c.asset_type_id
    )
    source: Any = table.join(TYPE, typed)
    names: list[Any] = [table.c.name]
    if kind == "asset":
        made = (PRODUCT.c.organisation_id == table.c.organisation_id) & (
            PRODUCT.c.id == table.c.product_id
        )
        source = source.outerjoin(PRODUCT, made)
        names.append(PRODUCT.c.maker + " " + PRODUCT.c.model)
    return (
        select(table.c.id, func.coalesce(*names, TYPE.c.name))
        .select_from(source)
        .where(table.c.organisation_id == organisation_id, table.c.id.in_(ids))
    )


def _tags(organisation_id: str, ids: list[str]) -> dict[str, str]:
    """Return the newest bound tag of each asset; older ones are aliases."""
    rows = db.session.execute(
        select(TAG.c.asset_id, TAG.c.code)
        .where(
            TAG.c.organisation_id == organisation_id,
            TAG.c.asset_id.in_(ids),
            TAG.c.deleted_at.is_(None),
            func.coalesce(TAG.c.retired, False).is_(False),
        )
        .order_by(func.coalesce(TAG.c.bound_at, 0), TAG.c.code)
    )
    return {str(asset_id): str(code) for asset_id, code in rows}
