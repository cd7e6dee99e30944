"""Tables of the estate: trusts, schools, buildings, rooms, assets, lots, systems, tags, products.

Synced tables carry typed columns named exactly as their wire fields. What any reader of a scope
may not see (prices, costs) lives in tables that are not synced.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Synced, Tenant, references, synced
from server.core.types import Id, Json, Key, Millis, Pence

ALLOCATIONS = ("in_room", "code", "cart", "cupboard", "on_loan", "lost", "stolen")
LIFE_STATES = ("in_use", "spare", "retired", "disposed")
CONDITIONS = ("A", "B", "C", "D")
BUILTIN_ROOMS = ("whole_school", "unplaced")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Return the check of a closed list. Said as a chain: SQLite builds a table for a list."""
    chain = " OR ".join(f"{column} = '{value}'" for value in values)
    return CheckConstraint(chain, name=column)


class Trust(Tenant, Base):
    """A group of academies run together. Optional everywhere; not synced."""

    __tablename__ = "trust"
    id: Mapped[Key]
    name: Mapped[str]
    group_uid: Mapped[str | None]  # GIAS row key of the group
    group_id: Mapped[str | None]  # TRnnnnn
    year_start_month: Mapped[int] = mapped_column(default=9)


class School(Synced, Base):
    """A school is its own sync scope: scope_id = id."""

    __tablename__ = "school"
    __table_args__ = synced(
        references("trust_id", "trust"),
        UniqueConstraint("organisation_id", "urn"),
        CheckConstraint("scope_id = id", name="own_scope"),
    )
    name: Mapped[str]
    urn: Mapped[str | None]
    trust_id: Mapped[Id | None]  # server only, not on the wire
    phase: Mapped[str | None]
    type_group: Mapped[str | None]
    pupils: Mapped[int | None]
    postcode: Mapped[str | None]
    year_start_month: Mapped[int] = mapped_column(default=9)  # 9 academy, 4 maintained


class Building(Synced, Base):
    __tablename__ = "building"
    __table_args__ = synced()
    name: Mapped[str]
    rank: Mapped[int] = mapped_column(default=0)


class Room(Synced, Base):
    __tablename__ = "room"
    __table_args__ = synced(references("building_id", "building"), one_of("builtin", BUILTIN_ROOMS))
    building_id: Mapped[Id | None]  # none for the two built-in rooms
    name: Mapped[str]
    floor: Mapped[str | None]
    room_type: Mapped[str | None]
    builtin: Mapped[str | None]
    walk_order: Mapped[int] = mapped_column(default=0)
    capacity: Mapped[int | None]
    custom: Mapped[Json | None]


class AssetType(Synced, Base):
    """Reference data in the organisation's scope. Lives in years, criticality in thousandths."""

    __tablename__ = "asset_type"
    __table_args__ = synced(UniqueConstraint("organisation_id", "key"))
    key: Mapped[str]
    name: Mapped[str]
    category: Mapped[str]
    counts_as: Mapped[str]  # asset, lot or system: which kind of record it describes
    life_years: Mapped[int]  # the planning life
    red_years: Mapped[int]  # at this age the age dimension is red
    criticality: Mapped[int]  # thousandths; the weight of its risk
    critical: Mapped[bool]  # a red one holds its room and school at best amber
    critical_service: Mapped[bool]  # a red one makes them red
    required: Mapped[Json]  # dimensions that must have evidence, e.g. ["support", "age"]
    faults: Mapped[Json]  # fault keys offered as toggles, in order


class Product(Synced, Base):
    """A make and model. Prices are in ``price``."""

    __tablename__ = "product"
    __table_args__ = synced(references("asset_type_id", "asset_type"))
    asset_type_id: Mapped[Id]
    maker: Mapped[str]
    model: Mapped[str]
    life_years: Mapped[int | None]
    support_end_on: Mapped[dt.date | None]


class Price(Tenant, Base):
    """A dated price without VAT, of a product or (planning band) of an asset type. Not synced."""

    __tablename__ = "price"
    __table_args__ = (
        references("product_id", "product"),
        references("asset_type_id", "asset_type"),
        CheckConstraint("(product_id IS NULL) <> (asset_type_id IS NULL)", name="of_one_thing"),
        CheckConstraint("low_pence <= pence AND pence <= high_pence", name="range"),
    )
    id: Mapped[Key]
    product_id: Mapped[Id | None]
    asset_type_id: Mapped[Id | None]
    pence: Mapped[Pence]
    low_pence: Mapped[Pence]
    high_pence: Mapped[Pence]
    dated_on: Mapped[dt.date]
    source: Mapped[str]


class Asset(Synced, Base):
    """One tagged thing. ``condition`` is the server's, from the newest finding."""

    __tablename__ = "asset"
    __table_args__ = synced(
        references("asset_type_id", "asset_type"),
        references("product_id", "product"),
        references("room_id", "room"),
        one_of("allocation", ALLOCATIONS),
        one_of("life_state", LIFE_STATES),
        one_of("condition", CONDITIONS),
        Index("ix_asset_room", "organisation_id", "room_id"),
        Index("ix_asset_serial", "organisation_id", "serial_key"),
        # All that a list of the register is narrowed and searched by: the wide rows stay unread.
        Index(
            "ix_asset_find",
            "organisation_id",
            "scope_id",
            "id",
            "asset_type_id",
            "room_id",
            "product_id",
            "deleted_at",
            "merged_into",
            "serial_key",
            "name",
        ),
    )
    asset_type_id: Mapped[Id]
    product_id: Mapped[Id | None]
    room_id: Mapped[Id]
    name: Mapped[str | None]
    serial: Mapped[str | None]
    serial_key: Mapped[str | None]  # normalised, junk left out; server only, not on the wire
    mdm_id: Mapped[str | None]
    mac: Mapped[str | None]
    set_id: Mapped[Id | None]  # classroom AV graded together
    life_state: Mapped[str] = mapped_column(default="in_use")
    allocation: Mapped[str] = mapped_column(default="in_room")
    allocated_to: Mapped[str | None]  # the school's own code, a cart, a cupboard
    return_on: Mapped[dt.date | None]
    bought_on: Mapped[dt.date | None]
    warranty_end_on: Mapped[dt.date | None]
    support_end_on: Mapped[dt.date | None]  # said for this one; else from OS or product
    os: Mapped[str | None]  # windows, windows_server, macos, ipados, chromeos, android, linux
    os_version: Mapped[str | None]
    os_edition: Mapped[str | None]  # E Enterprise/Education, W Home/Pro/Pro Edu
    esu_enrolled: Mapped[bool | None]
    can_upgrade: Mapped[bool | None]  # the hardware can take a supported OS
    ram_gb: Mapped[int | None]
    storage_gb: Mapped[int | None]
    cpu: Mapped[str | None]
    managed: Mapped[bool | None]
    encrypted: Mapped[bool | None]
    wifi_generation: Mapped[int | None]
    pat_due_on: Mapped[dt.date | None]
    condition: Mapped[str | None]  # server only
    condition_at: Mapped[Millis | None]  # server only
    faults: Mapped[Json | None]  # server only: {code: true} of the newest finding
    merged_into: Mapped[Id | None]  # server only
    custom: Mapped[Json | None]


class Lot(Synced, Base):
    """Untagged things counted in a room."""

    __tablename__ = "lot"
    __table_args__ = synced(
        references("asset_type_id", "asset_type"),
        references("room_id", "room"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )
    asset_type_id: Mapped[Id]
    room_id: Mapped[Id]
    name: Mapped[str | None]
    quantity: Mapped[int]
    bought_on: Mapped[dt.date | None]
    condition: Mapped[str | None]  # server only: the worst grade with at least a tenth of the lot
    condition_at: Mapped[Millis | None]
    custom: Mapped[Json | None]


class System(Synced, Base):
    """A service (MIS, backup, filtering); one row per school, shared ones joined by group_id."""

    __tablename__ = "system"
    __table_args__ = synced(
        references("asset_type_id", "asset_type"),
        references("room_id", "room"),
        one_of("condition", CONDITIONS),
    )
    asset_type_id: Mapped[Id]
    room_id: Mapped[Id]  # the built-in room Whole school
    name: Mapped[str]
    supplier: Mapped[str | None]
    group_id: Mapped[Id | None]
    started_on: Mapped[dt.date | None]
    support_end_on: Mapped[dt.date | None]
    contract_end_on: Mapped[dt.date | None]
    yearly_pence: Mapped[Pence | None]  # server only, not on the wire
    managed: Mapped[bool | None]
    encrypted: Mapped[bool | None]
    condition: Mapped[str | None]  # server only
    condition_at: Mapped[Millis | None]
    custom: Mapped[Json | None]


class Tag(Synced, Base):
    """A code bound to an asset or a room. id = natural_id("tag", organisation, code)."""

    __tablename__ = "tag"
    __table_args__ = synced(
        references("asset_id", "asset"),
        references("room_id", "room"),
        UniqueConstraint("organisation_id", "code"),
        Index("ix_tag_asset", "organisation_id", "asset_id"),
    )
    code: Mapped[str]  # eight characters without hyphen, or a legacy alias as scanned
    asset_id: Mapped[Id | None]
    room_id: Mapped[Id | None]
    bound_at: Mapped[Millis | None]
    retired: Mapped[bool | None]


class TagCode(Tenant, Base):
    """An issued code, bound or blank. Never reused; not synced (devices get a dated index)."""

    __tablename__ = "tag_code"
    code: Mapped[str] = mapped_column(primary_key=True)
    batch_id: Mapped[Id]
    pool_school_id: Mapped[Id | None]
    issued_at: Mapped[Millis]
    printed_at: Mapped[Millis | None]


class TagIndex(Base):
    """Global: which organisation issued a code, so that none is issued twice."""

    __tablename__ = "tag_index"
    code: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id]


class ImportRun(Tenant, Base):
    """One import of one file: its mapping, its report, and how far it was applied."""

    __tablename__ = "import_run"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "school_id", "sha256"),)
    id: Mapped[Key]
    kind: Mapped[str]  # gias or assets
    school_id: Mapped[Id | None]
    file_name: Mapped[str]
    sha256: Mapped[str]
    mapping: Mapped[Json]
    rows: Mapped[int]
    applied: Mapped[int] = mapped_column(default=0)
    report: Mapped[Json]
    state: Mapped[str]  # dry, applying, done
    started_at: Mapped[Millis]
    finished_at: Mapped[Millis | None]


class ImportSource(Tenant, Base):
    """Which row of which source an asset came from: re-importing updates, never duplicates."""

    __tablename__ = "import_source"
    __table_args__ = (Index("ix_import_source_asset", "organisation_id", "asset_id"),)
    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[Id]
    row_sha256: Mapped[str]
    run_id: Mapped[Id]
