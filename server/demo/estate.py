"""One school of the demo: its plan in memory, and how it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random

from sqlalchemy import insert

from server.core.clock import now_ms, today
from server.core.database import db
from server.core.tenancy import current_organisation
from server.demo.kit import Item, RoomPlan, bought_on, grade, kit_for, rooms_for
from server.demo.technology import facts
from server.demo.visit_plan import VisitPlan
from server.estate.models import TagCode, TagIndex
from server.estate.reference import asset_type_id, product_id
from server.estate.rules import TAG_ALPHABET, code_from
from server.estate.services.schools import NewSchool, builtin_room_id, create_school
from server.estate.shipped_products import SHIPPED_PRODUCTS
from server.estate.shipped_types import SHIPPED_TYPES
from server.exchange.commit import Change, commit_changes
from sync.codec import JsonValue
from sync.ids import natural_id, uuid7

TYPES = {shipped.key: shipped for shipped in SHIPPED_TYPES}
MODELS: dict[str, list[str]] = {}
for _product in SHIPPED_PRODUCTS:
    MODELS.setdefault(_product.type_key, []).append(_product.key)
# A reference id is a hash of names; forty thousand assets name the same eighty.
_type_id = cache(asset_type_id)
_product_id = cache(product_id)
BLANK_TAGS = 65  # one sheet of labels that nobody has stuck on anything yet


@dataclass(frozen=True, slots=True)
class SchoolSpec:
    """What one demo school is."""

    name: str
    phase: str
    rooms: int
    assets: int
    trust_id: str | None
    urn: str
    year_start_month: int
    pupils: int


@dataclass(slots=True)
class MadeAsset:
    """An asset as planned: what visits need to know about it."""

    id: str
    type_key: str
    room: int
    code: str
    condition: str
    bought_on: dt.date
    fields: dict[str, JsonValue]


@dataclass(slots=True)
class SchoolEstate:
    """A whole school in memory."""

    organisation_id: str
    school_id: str
    spec: SchoolSpec
    rooms: list[RoomPlan]
    room_ids: list[str]
    building_ids: list[str]
    assets: list[MadeAsset]
    lots: list[tuple[str, Item]]
    systems: list[tuple[str, Item]]
    blanks: list[str] = field(default_factory=list)
    visits: list[VisitPlan] = field(default_factory=list)

    def forget(self) -> None:
        """Let go of what has been written: ninety schools would fill the memory."""
        for written in (self.assets, self.lots, self.systems, self.visits):
            written.clear()


def plan_school(organisation_id: str, spec: SchoolSpec, index: int, rng: Random) -> SchoolEstate:
    """Draw one school. The same seed draws the same school, day by day."""

    def mint() -> str:
        return uuid7(now_ms(), rng.randbytes(10))

    rooms = rooms_for(spec.rooms, spec.phase.lower())
    school_id = mint()
    used: set[str] = set()
    estate = SchoolEstate(
        organisation_id, school_id, spec, rooms,
        room_ids=[mint() for _ in rooms],
        building_ids=[mint() for _ in range(max(room.building for room in rooms) + 1)],
        assets=[], lots=[], systems=[],
    )  # fmt: skip
    sets: dict[int, str] = {}
    for item in kit_for(rooms, spec.phase.lower(), spec.assets, rng):
        kind = TYPES[item.type_key].counts_as
        if kind != "asset":
            (estate.lots if kind == "lot" else estate.systems).append((mint(), item))
            continue
        if item.in_set is not None:
            item.fields["set_id"] = sets.setdefault(item.in_set, mint())
        bought = bought_on(item, index, today(), rng)
        estate.assets.append(_asset(mint(), item, bought, rng, used))
    estate.blanks = [_code(rng, used) for _ in range(BLANK_TAGS)]
    return estate


def _asset(id_: str, item: Item, bought: dt.date, rng: Random, used: set[str]) -> MadeAsset:
    kind = TYPES[item.type_key]
    share = (today() - bought).days / 365.25 / kind.life_years
    fields: dict[str, JsonValue] = {
        **facts(item.type_key, bought, today(), rng),
        **item.fields,
        "bought_on": bought.isoformat(),
        "serial": f"{item.type_key[:2].upper()}{rng.randrange(16**8):08X}",
        "life_state": "in_use",
    }
    fields.setdefault("allocation", "in_room")
    if models := MODELS.get(item.type_key):
        # A school buys one model a wave: the year decides, not chance.
        fields["product_model"] = models[bought.year % len(models)]
    return MadeAsset(
        id_, item.type_key, item.room, _code(rng, used), grade(share, rng), bought, fields
    )


def _code(rng: Random, used: set[str]) -> str:
    while True:
        code = code_from("".join(rng.choices(TAG_ALPHABET, k=7)))
        if code is not None and code not in used:
            used.add(code)
            return code


def write_school(estate: SchoolEstate, *, origin: str) -> None:
    """Write one planned school: scope, rooms, kit, tags. The caller commits."""
    spec = estate.spec
    create_school(
        NewSchool(
            name=spec.name, urn=spec.urn, phase=spec.phase, pupils=spec.pupils,
            type_group="Academies" if spec.trust_id else "Local authority maintained schools",
            year_start_month=spec.year_start_month, trust_id=spec.trust_id, id=estate.school_id,
        ),
        origin=origin,
    )  # fmt: skip
    for number, room in enumerate(estate.rooms):
        if room.builtin:
            estate.room_ids[number] = builtin_room_id(estate.school_id, room.builtin)
    _write_codes(estate)
    commit_changes(list(_changes(estate)), origin=origin, actor_id=None, grants=None)


def _changes(estate: SchoolEstate) -> Iterator[Change]:
    scope = estate.school_id
    for rank, id_ in enumerate(estate.building_ids):
        name = "Main building" if rank == 0 else f"Block {chr(64 + rank)}"
        yield Change("building", id_, scope, {"name": name, "rank": rank})
    for id_, room in zip(estate.room_ids, estate.rooms, strict=True):
        if room.builtin is None:
            yield Change("room", id_, scope, _room_fields(estate, room))
    yield from _asset_changes(estate)
    for id_, item in estate.lots:
        yield Change("lot", id_, scope, {
            "asset_type_id": asset_type_id(estate.organisation_id, item.type_key),
            "room_id": estate.room_ids[item.room],
            "name": TYPES[item.type_key].name,
            "quantity": item.quantity,
            **item.fields,
        })  # fmt: skip
    yield from _system_changes(estate)


def _asset_changes(estate: SchoolEstate) -> Iterator[Change]:
    scope, organisation = estate.school_id, estate.organisation_id
    for asset in estate.assets:
        fields = dict(asset.fields)
        model = fields.pop("product_model", None)
        fields["asset_type_id"] = _type_id(organisation, asset.type_key)
        fields["room_id"] = estate.room_ids[asset.room]
        if model is not None:
            fields["product_id"] = _product_id(organisation, str(model))
        yield Change("asset", asset.id, scope, fields)
    for asset in estate.assets:
        yield Change("tag", natural_id("tag", organisation, asset.code), scope, {
            "code": asset.code, "asset_id": asset.id, "bound_at": now_ms(),
        })  # fmt: skip


def _system_changes(estate: SchoolEstate) -> Iterator[Change]:
    ends = ("2026-08-31", "2027-08-31", "2028-07-31", "2029-03-31")
    for number, (id_, item) in enumerate(estate.systems):
        fields: dict[str, JsonValue] = {
            "asset_type_id": asset_type_id(estate.organisation_id, item.type_key),
            "room_id": estate.room_ids[0],
            "name": TYPES[item.type_key].name,
            "started_on": "2022-09-01",
            "managed": True,
            **item.fields,
        }
        if number % 5 != 3:  # some contracts nobody can find: grey, never green
            end = ends[(number + len(estate.spec.name)) % len(ends)]
            fields |= {"support_end_on": end, "contract_end_on": end}
        yield Change("system", id_, estate.school_id, fields)


def _room_fields(estate: SchoolEstate, room: RoomPlan) -> dict[str, JsonValue]:
    return {
        "building_id": estate.building_ids[room.building],
        "name": room.name,
        "floor": room.floor,
        "room_type": room.room_type,
        "walk_order": room.order + 1,
    }


def _write_codes(estate: SchoolEstate) -> None:
    """Issue the codes: those on kit, and one blank sheet."""
    organisation, at = current_organisation(), now_ms()
    batch = natural_id("batch", organisation, estate.school_id)
    codes: Iterable[str] = [asset.code for asset in estate.assets] + estate.blanks
    rows = [
        {
            "organisation_id": organisation, "code": code, "batch_id": batch,
            "pool_school_id": estate.school_id, "issued_at": at, "printed_at": at,
        }
        for code in codes
    ]  # fmt: skip
    index = [{"code": row["code"], "organisation_id": organisation} for row in rows]
    connection = db.session.connection()
    connection.execute(insert(TagCode.metadata.tables["tag_code"]), rows)
    connection.execute(insert(TagIndex.metadata.tables["tag_index"]), index)
