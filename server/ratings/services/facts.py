"""What rating many at once reads: one row of inputs for each thing that counts, as SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.types import TypeEngine

from server.core.types import IdType
from server.estate.models import Asset, Lot, System
from server.ratings.rules.reasons import SAFETY_FAULTS
from server.ratings.services.dialects import Dialect, Expression

KINDS = ("asset", "lot", "system")
TABLES: dict[str, Table] = {
    "asset": Asset.metadata.tables["asset"],
    "lot": Lot.metadata.tables["lot"],
    "system": System.metadata.tables["system"],
}
# What has left use, or been given up by a person, is a state and not a colour: it leaves the count.
COUNTED_STATES = ("in_use", "spare")
GONE = ("lost", "stolen")
DESKTOP_SYSTEMS = ("windows", "macos", "linux")

_TYPES: tuple[tuple[str, TypeEngine[Any]], ...] = (
    ("id", IdType()),
    ("category", String()),
    ("life_years", Integer()),
    ("red_years", Integer()),
    ("required", Integer()),
    ("critical", Boolean()),
    ("critical_service", Boolean()),
    ("is_network", Boolean()),
    ("wants_encryption", Boolean()),
    ("unit_pence", Integer()),
)
_PRODUCTS: tuple[tuple[str, TypeEngine[Any]], ...] = (
    ("id", IdType()),
    ("life_years", Integer()),
    ("support_end_on", Date()),
    ("unit_pence", Integer()),
)
_RELEASES: tuple[tuple[str, TypeEngine[Any]], ...] = (
    ("os", String()),
    ("version", String()),
    ("edition", String()),
    ("end_on", Date()),
    ("extended_end_on", Date()),
    ("is_live", Boolean()),
    ("next_fits", Boolean()),
)


def _listed(dialect: Dialect, name: str, columns: tuple[tuple[str, TypeEngine[Any]], ...]) -> CTE:
    """Return a reference list that is passed as one JSON parameter, as a table."""
    rows = dialect.rows(name)
    items = (
        dialect.item(rows.c.value, n, kind).label(key) for n, (key, kind) in enumerate(columns)
    )
    return select(*items).select_from(rows).cte(name).prefix_with("MATERIALIZED")


def _column(table: Table, name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    found = table.c.get(name)
    return cast(null(), kind) if found is None else found


def facts_of(kind: str, dialect: Dialect, *, some: bool) -> Select[Any]:
    """Return the inputs of every asset, lot or system of ``:organisation``; ``some`` = of ``:ids``.

    Parameters: organisation, types, products, releases (services/reference.py), and ids.
    """
    table = TABLES[kind]
    types = _listed(dialect, "types", _TYPES)
    source, product, release = _with_reference(kind, table, types, dialect)
    return (
        select(
            *_place(kind, table, types, product),
            *_needs(types, product),
            *_evidence(kind, table, dialect),
            *_support(table, product, release),
            *_handling(table, types),
        )
        .select_from(source)
        .where(*_counts(kind, table, some=some))
    )


def counted_ids(kind: str) -> Select[Any]:
    """Return the id of every asset, lot or system of ``:organisation`` that is rated."""
    table = TABLES[kind]
    return select(table.c.id).where(*_counts(kind, table, some=False))


def _with_reference(
    kind: str, table: Table, types: CTE, dialect: Dialect
) -> tuple[Any, dict[str, Expression], dict[str, Expression]]:
    """Join the reference lists; only an asset has a product and a release."""
    source: Any = table.join(types, types.c.id == table.c.asset_type_id)
    if kind != "asset":
        return source, _nulls(_PRODUCTS), _nulls(_RELEASES)
    products = _listed(dialect, "products", _PRODUCTS)
    releases = _listed(dialect, "releases", _RELEASES)
    same_release = and_(
        releases.c.os == table.c.os,
        releases.c.version == table.c.os_version,
        releases.c.edition == func.coalesce(table.c.os_edition, ""),
    )
    source = source.outerjoin(products, products.c.id == table.c.product_id)
    source = source.outerjoin(releases, same_release)
    return source, dict(products.c.items()), dict(releases.c.items())


def _nulls(columns: tuple[tuple[str, TypeEngine[Any]], ...]) -> dict[str, Expression]:
    return {name: cast(null(), kind) for name, kind in columns}


def _counts(kind: str, table: Table, *, some: bool) -> list[Expression]:
    """Say what counts: what is there, in use, not merged into another, not lost or stolen."""
    found: list[Expression] = [
        table.c.organisation_id == bindparam("organisation", type_=IdType()),
        table.c.deleted_at.is_(None),
    ]
    if kind == "asset":
        found += [
            table.c.life_state.in_(COUNTED_STATES),
            table.c.allocation.not_in(GONE),
            table.c.merged_into.is_(None),
        ]
    if kind == "lot":
        found.append(table.c.quantity > 0)
    if some:
        found.append(table.c.id.in_(bindparam("ids", type_=IdType(), expanding=True)))
    return found


def _place(
    kind: str, table: Table, types: CTE, product: dict[str, Expression]
) -> list[ColumnElement[Any]]:
    quantity = table.c.quantity if kind == "lot" else literal(1, Integer)
    unit = func.coalesce(product["unit_pence"], types.c.unit_pence, 0)
    return [
        literal(kind, String).label("subject_kind"),
        table.c.id.label("subject_id"),
        table.c.scope_id.label("school_id"),
        table.c.room_id,
        types.c.category,
        table.c.asset_type_id,
        quantity.label("quantity"),
        (unit * quantity).label("value_pence"),
        types.c.critical,
        types.c.critical_service,
    ]


def _needs(types: CTE, product: dict[str, Expression]) -> list[ColumnElement[Any]]:
    life = func.coalesce(product["life_years"], types.c.life_years)
    red = case((types.c.red_years > life, types.c.red_years), else_=life)
    return [life.label("life_years"), red.label("red_years"), types.c.required]


def _evidence(kind: str, table: Table, dialect: Dialect) -> list[ColumnElement[Any]]:
    safety: Expression = literal(0, Integer)
    other: Expression = literal(0, Integer)
    if "faults" in table.c:
        hurts = func.coalesce(dialect.has_fault(table.c.faults, SAFETY_FAULTS), False)
        safety = case((hurts, 1), else_=0)
        other = case((func.coalesce(dialect.has_any_fault(table.c.faults), False), 1), else_=0)
    return [
        (table.c.started_on if kind == "system" else table.c.bought_on).label("bought_on"),
        table.c.condition,
        dialect.day_of(table.c.condition_at).label("condition_on"),
        safety.label("safety_fault"),
        other.label("other_fault"),
    ]


def _support(
    table: Table, product: dict[str, Expression], release: dict[str, Expression]
) -> list[ColumnElement[Any]]:
    own = _column(table, "support_end_on", Date())
    enrolled = _column(table, "esu_enrolled", Boolean())
    can_upgrade = func.coalesce(_column(table, "can_upgrade", Boolean()), release["next_fits"])
    return [
        func.coalesce(own, product["support_end_on"]).label("hardware_end_on"),
        release["end_on"].label("release_end_on"),
        case((enrolled, release["extended_end_on"])).label("extended_end_on"),
        case((release["is_live"], 1), else_=0).label("is_live"),
        can_upgrade.label("can_upgrade"),
    ]


def _handling(table: Table, types: CTE) -> list[ColumnElement[Any]]:
    memory: Expression = cast(null(), Integer)
    if "ram_gb" in table.c:
        memory = case((table.c.os.in_(DESKTOP_SYSTEMS), table.c.ram_gb))
    return [
        _column(table, "managed", Boolean()).label("managed"),
        _column(table, "encrypted", Boolean()).label("encrypted"),
        types.c.wants_encryption,
        _column(table, "wifi_generation", Integer()).label("wifi_generation"),
        memory.label("memory_gb"),
        types.c.is_network,
        _column(table, "pat_due_on", Date()).label("pat_due_on"),
    ]
