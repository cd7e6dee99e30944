"""What the estate lets devices sync."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from server.estate.categories import CATEGORIES
from server.estate.models import (
    ALLOCATIONS,
    BUILTIN_ROOMS,
    CONDITIONS,
    LIFE_STATES,
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
from server.estate.rules import serial_key
from server.exchange.registry import Synced
from sync.collections import ALL, Collection, Field

TEXT = Field("text", max_length=200)
NAME = Field("text", required=True, max_length=200)
NOTE = Field("text", max_length=4000)
DATE = Field("date")
COUNT = Field("int", low=0, high=1_000_000)
FLAG = Field("bool")
CUSTOM = Field("json", map=True, max_length=4000)
CONDITION = Field("choice", choices=CONDITIONS, server_only=True)
CONDITION_AT = Field("time", server_only=True)


def ref(kind: str, *, required: bool = False) -> Field:
    return Field("id", required=required, refers_to=kind)


def near(kind: str, *, required: bool = False) -> Field:
    """Name something of the same school."""
    return Field("id", required=required, refers_to=kind, same_scope=True)


Writes = Mapping[str, frozenset[str] | Literal["*"]]
EDITORS = ("trust_it", "school_it", "consultant", "technician")
REGISTER: Writes = dict.fromkeys(EDITORS, ALL)
DESK: Writes = {"trust_it": ALL, "school_it": ALL}
REFERENCE: Writes = {"trust_it": ALL}

SCHOOL = Collection(
    "school",
    "school",
    {
        "name": NAME,
        "urn": Field("text", max_length=6),
        "phase": TEXT,
        "type_group": TEXT,
        "pupils": COUNT,
        "postcode": Field("text", max_length=10),
        "year_start_month": Field("int", low=1, high=12),
    },
    writes={"trust_it": ALL},
    deletable=False,
)
BUILDING = Collection(
    "building", "school", {"name": NAME, "rank": COUNT}, writes={**DESK, "consultant": ALL}
)
ROOM = Collection(
    "room",
    "school",
    {
        "building_id": near("building"),
        "name": NAME,
        "floor": Field("text", max_length=40),
        "room_type": Field("text", max_length=40),
        "builtin": Field("choice", choices=BUILTIN_ROOMS, server_only=True),
        "walk_order": COUNT,
        "capacity": COUNT,
        "custom": CUSTOM,
    },
    writes=REGISTER,
)
ASSET_TYPE = Collection(
    "asset_type",
    "organisation",
    {
        "key": Field("text", required=True, immutable=True, max_length=40),
        "name": NAME,
        "category": Field("choice", required=True, choices=CATEGORIES),
        "counts_as": Field("choice", required=True, choices=("asset", "lot", "system")),
        "life_years": Field("int", required=True, low=1, high=50),
        "red_years": Field("int", required=True, low=1, high=60),
        "criticality": Field("int", required=True, low=0, high=10_000),
        "critical": Field("bool", required=True),
        "critical_service": Field("bool", required=True),
        "required": Field("json", required=True, max_length=400),
        "faults": Field("json", required=True, max_length=2000),
    },
    writes=REFERENCE,
)
PRODUCT = Collection(
    "product",
    "organisation",
    {
        "asset_type_id": ref("asset_type", required=True),
        "maker": NAME,
        "model": NAME,
        "life_years": Field("int", low=1, high=50),
        "support_end_on": DATE,
    },
    writes=REFERENCE,
)
ASSET = Collection(
    "asset",
    "school",
    {
        "asset_type_id": ref("asset_type", required=True),
        "product_id": ref("product"),
        "room_id": near("room", required=True),
        "name": TEXT,
        "serial": Field("text", max_length=80),
        "mdm_id": Field("text", max_length=80),
        "mac": Field("text", max_length=40),
        "set_id": Field("id"),
        "life_state": Field("choice", choices=LIFE_STATES),
        "allocation": Field("choice", choices=ALLOCATIONS),
        "allocated_to": TEXT,
        "return_on": DATE,
        "bought_on": DATE,
        "warranty_end_on": DATE,
        "support_end_on": DATE,
        "os": Field("text", max_length=40),
        "os_version": Field("text", max_length=40),
        "os_edition": Field("choice", choices=("E", "W")),
        "esu_enrolled": FLAG,
        "can_upgrade": FLAG,
        "ram_gb": COUNT,
        "storage_gb": COUNT,
        "cpu": TEXT,
        "managed": FLAG,
        "encrypted": FLAG,
        "wifi_generation": Field("int", low=1, high=12),
        "pat_due_on": DATE,
        "condition": CONDITION,
        "condition_at": CONDITION_AT,
        "faults": Field("bool", map=True, server_only=True),
        "merged_into": Field("id", server_only=True),
        "custom": CUSTOM,
    },
    writes=REGISTER,
)
LOT = Collection(
    "lot",
    "school",
    {
        "asset_type_id": ref("asset_type", required=True),
        "room_id": near("room", required=True),
        "name": TEXT,
        "quantity": Field("int", required=True, low=0, high=100_000),
        "bought_on": DATE,
        "condition": CONDITION,
        "condition_at": CONDITION_AT,
        "custom": CUSTOM,
    },
    writes=REGISTER,
)
SYSTEM = Collection(
    "system",
    "school",
    {
        "asset_type_id": ref("asset_type", required=True),
        "room_id": near("room", required=True),
        "name": NAME,
        "supplier": TEXT,
        "group_id": Field("id"),
        "started_on": DATE,
        "support_end_on": DATE,
        "contract_end_on": DATE,
        "managed": FLAG,
        "encrypted": FLAG,
        "condition": CONDITION,
        "condition_at": CONDITION_AT,
        "custom": CUSTOM,
    },
    writes=REGISTER,
)
TAG = Collection(
    "tag",
    "school",
    {
        "code": Field("text", required=True, immutable=True, max_length=120),
        "asset_id": near("asset"),
        "room_id": near("room"),
        "bound_at": Field("time", quiet=True),
        "retired": FLAG,
    },
    writes=REGISTER,
    natural_key=("code",),
    deletable=False,
)


def derive_serial_key(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Return the key by which an asset's serial is matched; junk serials match nothing."""
    serial = fields.get("serial")
    return {"serial_key": serial_key(serial) if isinstance(serial, str) else None}


COLLECTIONS: tuple[Synced, ...] = (
    Synced(ASSET_TYPE, AssetType),
    Synced(PRODUCT, Product),
    Synced(SCHOOL, School),
    Synced(BUILDING, Building),
    Synced(ROOM, Room),
    Synced(ASSET, Asset, derive=derive_serial_key),
    Synced(LOT, Lot),
    Synced(SYSTEM, System),
    Synced(TAG, Tag),
)
