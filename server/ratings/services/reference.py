"""What every rating of an organisation shares: policy, types, products, releases, newest prices."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Row

from server.core.clock import now_ms, today
from server.core.database import db
from server.estate.models import Asset, AssetType, Price, Product
from server.ratings.models import RatingPolicy
from server.ratings.rules.policy import Policy, policy_of
from server.ratings.rules.reasons import BIT
from server.ratings.rules.support_dates import support_of
from server.ratings.services.answers import policy_parameters

# What holds people's data and so must be encrypted; what carries the Wi-Fi of others.
HOLDS_DATA = frozenset({"user_devices", "servers_storage", "systems"})
NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Band:
    """The newest price of a product or type: what is planned with, and its range."""

    pence: int
    low_pence: int
    high_pence: int


def newest_prices(organisation_id: str) -> dict[str, Band]:
    """Return the newest price by id of its product or type."""
    price = Price.metadata.tables["price"]
    rows = db.session.execute(
        select(
            func.coalesce(price.c.product_id, price.c.asset_type_id).label("of"),
            price.c.pence,
            price.c.low_pence,
            price.c.high_pence,
        )
        .where(price.c.organisation_id == organisation_id)
        .order_by(price.c.dated_on, price.c.id)
    )
    return {str(of): Band(pence, low, high) for of, pence, low, high in rows}


def current_policy(organisation_id: str) -> Policy:
    """Return the newest policy of the organisation, or the shipped one."""
    found = db.session.execute(
        select(RatingPolicy.version, RatingPolicy.values)
        .where(RatingPolicy.organisation_id == organisation_id)
        .order_by(RatingPolicy.version.desc())
        .limit(1)
    ).one_or_none()
    return policy_of(found[0], found[1]) if found else Policy()


def rating_parameters(
    organisation_id: str, policy: Policy, ids: Collection[str] | None = None
) -> dict[str, object]:
    """Return the parameters of services/expression.py for one organisation, today.

    ``ids`` = only these subjects will be rated: then only their releases are looked up.
    """
    day = today()
    prices = newest_prices(organisation_id)
    return {
        "organisation": organisation_id,
        "types": json.dumps(_types(organisation_id, prices)),
        "products": json.dumps(_products(organisation_id, prices)),
        "releases": json.dumps(_releases(organisation_id, ids)),
        "today": day,
        "soon_on": day + dt.timedelta(days=policy.support_soon_days),
        "rule_version": policy.rule_version,
        "rated_at": now_ms(),
        **policy_parameters(policy),
    }


def _types(organisation_id: str, prices: dict[str, Band]) -> list[list[object]]:
    table = AssetType.metadata.tables["asset_type"]
    rows = db.session.execute(select(table).where(table.c.organisation_id == organisation_id))
    return [_type(row, prices) for row in rows]


def _type(row: Row[tuple[object, ...]], prices: dict[str, Band]) -> list[object]:
    found = row._mapping  # noqa: SLF001  (SQLAlchemy's public name for the row as a mapping)
    band = prices.get(found["id"])
    return [
        found["id"],
        found["category"],
        found["life_years"],
        found["red_years"],
        sum(BIT.get(name, 0) for name in found["required"] or ()),
        found["critical"],
        found["critical_service"],
        found["category"] == NETWORK,
        found["category"] in HOLDS_DATA,
        band.pence if band else None,
    ]


def _products(organisation_id: str, prices: dict[str, Band]) -> list[list[object]]:
    table = Product.metadata.tables["product"]
    rows = db.session.execute(
        select(table.c.id, table.c.life_years, table.c.support_end_on).where(
            table.c.organisation_id == organisation_id
        )
    )
    return [
        [id_, life, end.isoformat() if end else None, prices[id_].pence if id_ in prices else None]
        for id_, life, end in rows
    ]


def _releases(organisation_id: str, ids: Collection[str] | None) -> list[list[object]]:
    """Resolve each spelling of a release once, in Python; the expression only joins them."""
    table = Asset.metadata.tables["asset"]
    query = (
        select(table.c.os, table.c.os_version, table.c.os_edition)
        .where(table.c.organisation_id == organisation_id, table.c.os_version.is_not(None))
        .distinct()
    )
    rows = db.session.execute(query if ids is None else query.where(table.c.id.in_(ids)))
    return list(_resolved((os, version, edition) for os, version, edition in rows))


def _resolved(
    named: Iterable[tuple[str | None, str | None, str | None]],
) -> Iterable[list[object]]:
    for os, version, edition in named:
        found = support_of(os, version, edition)
        if found is None:
            continue
        yield [
            os,
            version,
            edition or "",
            found.end_on.isoformat() if found.end_on else None,
            found.extended_end_on.isoformat() if found.extended_end_on else None,
            found.end_on is None,
            found.next_fits,
        ]
