"""Give an organisation its reference data: asset types, well-known products, dated price bands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import insert, select

from server.core.database import db
from server.core.scopes import Scope
from server.core.tenancy import as_organisation
from server.estate.models import AssetType, Price, Product
from server.estate.services.writing import write_all
from server.estate.shipped_products import (
    BAND_DATED_ON,
    BAND_SOURCE,
    SHIPPED_PRODUCTS,
    ShippedProduct,
)
from server.estate.shipped_types import SHIPPED_TYPES, ShippedType
from server.exchange.commit import Change, create_scope
from sync.codec import JsonValue
from sync.ids import natural_id


def install_reference(organisation_id: str, origin: str, *, actor_id: str | None = None) -> int:
    """Write the shipped types, products and bands that are not there yet; return how many records.

    Running it twice changes nothing: ids follow from keys, and what an organisation has edited
    stays as it is.
    """
    with as_organisation(organisation_id):
        scope_id = organisation_scope(organisation_id)
        known = set(db.session.scalars(select(AssetType.id)))
        known |= set(db.session.scalars(select(Product.id)))
        changes = [
            change for change in _changes(organisation_id, scope_id) if change.id not in known
        ]
        if changes:
            write_all(changes, origin=origin, actor_id=actor_id)
        _install_bands(organisation_id)
        return len(changes)


def organisation_scope(organisation_id: str) -> str:
    """Return the id of the organisation's own scope, made on first use."""
    found = db.session.scalar(select(Scope.id).where(Scope.kind == "organisation"))
    if found is None:
        create_scope("organisation", organisation_id)
        return organisation_id
    return found


def asset_type_id(organisation_id: str, key: str) -> str:
    """Return the id of a shipped asset type: the same in every run, so that it is never doubled."""
    return natural_id("asset_type", organisation_id, key)


def product_id(organisation_id: str, key: str) -> str:
    """Return the id of a shipped product from its ``maker model`` in lower case."""
    return natural_id("product", organisation_id, key)


def _changes(organisation_id: str, scope_id: str) -> Iterator[Change]:
    for shipped in SHIPPED_TYPES:
        id_ = asset_type_id(organisation_id, shipped.key)
        yield Change("asset_type", id_, scope_id, _type_fields(shipped))
    for product in SHIPPED_PRODUCTS:
        id_ = product_id(organisation_id, product.key)
        yield Change("product", id_, scope_id, _product_fields(organisation_id, product))


def _type_fields(shipped: ShippedType) -> dict[str, JsonValue]:
    return {
        "key": shipped.key,
        "name": shipped.name,
        "category": shipped.category,
        "counts_as": shipped.counts_as,
        "life_years": shipped.life_years,
        "red_years": shipped.red_years,
        "criticality": shipped.criticality,
        "critical": shipped.critical,
        "critical_service": shipped.critical_service,
        "required": list(shipped.required),
        "faults": list(shipped.faults),
    }


def _product_fields(organisation_id: str, product: ShippedProduct) -> dict[str, str]:
    fields = {
        "asset_type_id": asset_type_id(organisation_id, product.type_key),
        "maker": product.maker,
        "model": product.model,
    }
    if product.support_end_on:
        fields["support_end_on"] = product.support_end_on
    return fields


def _install_bands(organisation_id: str) -> None:
    """Add the planning bands that are missing: one per type, and per product that has its own."""
    known = set(db.session.scalars(select(Price.id)))
    rows: list[dict[str, object]] = []
    for shipped in SHIPPED_TYPES:
        type_id = asset_type_id(organisation_id, shipped.key)
        rows.append(_band(organisation_id, shipped.key, shipped.pence, None, type_id))
    for product in SHIPPED_PRODUCTS:
        if product.pence is not None:
            id_ = product_id(organisation_id, product.key)
            rows.append(_band(organisation_id, product.key, product.pence, id_, None))
    missing = [row for row in rows if row["id"] not in known]
    if missing:
        db.session.execute(insert(Price), missing)


def _band(
    organisation_id: str,
    key: str,
    pence: tuple[int, int, int],
    of_product: str | None,
    of_type: str | None,
) -> dict[str, object]:
    low, usual, high = pence
    return {
        "organisation_id": organisation_id,
        "id": natural_id("price", organisation_id, BAND_DATED_ON, key),
        "product_id": of_product,
        "asset_type_id": of_type,
        "pence": usual,
        "low_pence": low,
        "high_pence": high,
        "dated_on": dt.date.fromisoformat(BAND_DATED_ON),
        "source": BAND_SOURCE,
    }
