"""Reading a school's kit as a plan sees it: what a purchase would cure, prices, and the gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.core.database import db
from server.estate.models import Asset, AssetType
from server.planning.rules.calendar import year_start
from server.planning.rules.cohorts import Item, Span
from server.planning.rules.risk import Need
from server.ratings.models import Rating
from server.ratings.rules.dimensions import Inputs
from server.ratings.rules.rate import unpack_inputs
from server.ratings.rules.reasons import AMBER, BY_KEY, RED, Reason
from server.ratings.services.reference import Band, newest_prices

RATING = Rating.metadata.tables["rating"]
ASSET = Asset.metadata.tables["asset"]
TYPE = AssetType.metadata.tables["asset_type"]

GRADES = {"D": 0, "C": 1, "B": 3, "A": 4}


@dataclass(frozen=True, slots=True)
class Gap:
    """A thing that is not yet in the total, and what it is likely to cost."""

    kind: str
    id: str
    category: str
    quantity: int
    why: str
    low_pence: int
    high_pence: int


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Newest prices by product and type, and the widest band of each category."""

    by_id: Mapping[str, Band]
    by_category: Mapping[str, tuple[int, int]]

    def of(self, product_id: str | None, asset_type_id: str) -> Band | None:
        return self.by_id.get(product_id or "") or self.by_id.get(asset_type_id)


def read_prices(organisation_id: str) -> PriceBook:
    prices = newest_prices(organisation_id)
    bands: dict[str, tuple[int, int]] = {}
    query = select(TYPE.c.id, TYPE.c.category).where(TYPE.c.organisation_id == organisation_id)
    for id_, category in db.session.execute(query):
        if id_ in prices:
            low, high = bands.get(category, (prices[id_].low_pence, prices[id_].high_pence))
            found = prices[id_]
            bands[category] = (min(low, found.low_pence), max(high, found.high_pence))
    return PriceBook(prices, bands)


def read_items(
    organisation_id: str, school_id: str, span: Span, book: PriceBook
) -> tuple[list[Item], list[Gap]]:
    """Return what can be planned of a school, and what cannot yet: nothing drops out."""
    items: list[Item] = []
    gaps: list[Gap] = []
    found = [dict(row) for row in db.session.execute(_rated(organisation_id, school_id)).mappings()]
    # Sorted here: asked to sort, SQLite walks the whole organisation in that order.
    for row in sorted(found, key=lambda row: (row["subject_kind"], row["subject_id"])):
        band = book.of(row["product_id"], row["asset_type_id"])
        inputs = unpack_inputs(row["inputs"])
        need, cause, cause_on = need_of(row["rag"], row["dimensions"])
        if band is None or not band.pence:
            low, high = book.by_category.get(row["category"], (0, 0))
            gaps.append(_gap(row, "no_price", low, high))
        elif inputs.bought_on is None and need == "fine":
            gaps.append(_gap(row, "no_date", band.low_pence, band.high_pence))
        else:
            items.append(_item(row, inputs, band, (need, cause, cause_on), span))
    return items, gaps


def _rated(organisation_id: str, school_id: str) -> Any:
    typed = (TYPE.c.organisation_id == RATING.c.organisation_id) & (
        TYPE.c.id == RATING.c.asset_type_id
    )
    held = (
        (ASSET.c.organisation_id == RATING.c.organisation_id)
        & (ASSET.c.id == RATING.c.subject_id)
        & (RATING.c.subject_kind == "asset")
    )
    return (
        select(
            RATING.c.subject_kind,
            RATING.c.subject_id,
            RATING.c.category,
            RATING.c.asset_type_id,
            RATING.c.quantity,
            RATING.c.rag,
            RATING.c.dimensions,
            RATING.c.inputs,
            TYPE.c.criticality,
            ASSET.c.product_id,
        )
        .select_from(RATING.join(TYPE, typed).outerjoin(ASSET, held))
        .where(RATING.c.organisation_id == organisation_id, RATING.c.school_id == school_id)
    )


def need_of(
    rag: str, dimensions: Mapping[str, Mapping[str, str]]
) -> tuple[Need, str, dt.date | None]:
    """Return how bad a thing is in ways that a purchase cures, the worst such reason, its date.

    An update that is overdue or a test that is due costs no new machine.
    """
    cures: list[tuple[Reason, str | None]] = []
    for found in dimensions.values():
        reason = BY_KEY[found["reason"]]
        if reason.level >= AMBER and reason.replace_cures:
            cures.append((reason, found.get("on")))
    if not cures or rag not in {"red", "amber"}:
        return "fine", "age", None
    worst, on = min(cures, key=lambda pair: (-pair[0].level, _order(pair[0])))
    need: Need = "red" if rag == "red" and worst.level == RED else "amber"
    return need, worst.key, dt.date.fromisoformat(on) if on else None


def _order(reason: Reason) -> int:
    """Safety speaks before support, then condition, fitness, and age last."""
    return ("safety", "support", "condition", "fitness", "security", "age").index(reason.dimension)


def _item(
    row: Mapping[str, Any],
    inputs: Inputs,
    band: Band,
    need: tuple[Need, str, dt.date | None],
    span: Span,
) -> Item:
    safety = row["dimensions"]["safety"]["reason"] == "safety_fault"
    born = inputs.bought_on.isoformat() if inputs.bought_on else ""
    return Item(
        kind=row["subject_kind"],
        id=row["subject_id"],
        category=row["category"],
        asset_type_id=row["asset_type_id"],
        quantity=row["quantity"],
        unit_pence=band.pence,
        life_years=inputs.life_years,
        criticality=row["criticality"],
        bought_on=inputs.bought_on,
        need=need[0],
        cause=need[1],
        cause_on=need[2],
        must_by=span.starts_on if safety else _support_over(inputs, span),
        badness=(GRADES.get(inputs.condition or "", 2), born, row["subject_id"]),
    )


def _support_over(inputs: Inputs, span: Span) -> dt.date | None:
    """Return when the thing itself runs out of support, if that is before the plan ends."""
    ends = [inputs.hardware_end_on]
    if inputs.can_upgrade is False and inputs.release_end_on:
        ends.append(max(inputs.release_end_on, inputs.extended_end_on or inputs.release_end_on))
    found = min((end for end in ends if end), default=None)
    return found if found and found < year_start(span.starts_on, span.years + 1) else None


def _gap(row: Mapping[str, Any], why: str, low: int, high: int) -> Gap:
    return Gap(
        kind=row["subject_kind"],
        id=row["subject_id"],
        category=row["category"],
        quantity=row["quantity"],
        why=why,
        low_pence=low * row["quantity"],
        high_pence=high * row["quantity"],
    )
