"""What an asset import reads from the register, one query per kind of identifier and chunk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from server.core.database import db
from server.core.tenancy import current_organisation
from server.estate.imports.matching import Held, Known, source_key
from server.estate.imports.rows import Said, Value
from server.estate.models import Asset, AssetType, ImportSource, Product, Room, Tag, TagIndex
from server.estate.services.schools import builtin_room

# Wire fields that a list may set, and that are compared with what stands.
COMPARED = (
    "name", "serial", "mdm_id", "mac", "bought_on", "warranty_end_on", "support_end_on", "os",
    "os_version", "ram_gb", "storage_gb", "cpu", "managed", "encrypted",
)  # fmt: skip


def import_source(school_id: str) -> str:
    """Return the name under which a school's lists remember their rows."""
    return f"assets:{school_id}"


def type_names() -> dict[str, str]:
    """Return the organisation's own words for asset types, name and key in lower case → key."""
    found: dict[str, str] = {}
    rows = db.session.execute(
        select(AssetType.key, AssetType.name).where(
            AssetType.counts_as == "asset", AssetType.deleted_at.is_(None)
        )
    )
    for key, name in rows:
        found[name.lower()] = key
        found[key.replace("_", " ")] = key
    return found


def load_known(school_id: str, rows: Sequence[Said]) -> Known:
    """Read everything that decides these rows. Assets of the whole organisation may match."""
    known = Known(school_id, builtin_room(school_id, "unplaced"))
    _load_reference(known)
    keys = {
        name: sorted({said.keys[name] for said in rows if name in said.keys})
        for name in ("serial", "mdm_id", "tag", "mac")
    }
    _load_tags(known, keys["tag"])
    _load_sources(known, rows)
    tagged = {id_ for ids in known.by_key.values() for id_ in ids}
    mdm_ids = [*keys["mdm_id"], *map(str.upper, keys["mdm_id"])]
    macs = [form for key in keys["mac"] for form in _mac_forms(key)]
    for column, values in (
        (Asset.serial_key, keys["serial"]),
        (Asset.mdm_id, mdm_ids),
        (Asset.mac, macs),
        (Asset.id, sorted(tagged)),
    ):
        if values:
            _load_assets(known, column.in_(values))
    _follow_merges(known)
    return known


def _load_reference(known: Known) -> None:
    types = select(AssetType.key, AssetType.id).where(AssetType.deleted_at.is_(None))
    known.types = {key: id_ for key, id_ in db.session.execute(types)}  # noqa: C416
    for maker, model, id_ in db.session.execute(select(Product.maker, Product.model, Product.id)):
        known.products[f"{maker} {model}".lower()] = id_
    rooms = db.session.execute(
        select(Room.name, Room.id).where(
            Room.scope_id == known.school_id, Room.deleted_at.is_(None)
        )
    )
    twice: set[str] = set()
    for name, id_ in rooms:
        key = " ".join(name.lower().split())
        if key in known.rooms:
            twice.add(key)
        known.rooms[key] = id_
    for key in twice:  # two rooms of one name: it says nothing
        del known.rooms[key]


def _load_tags(known: Known, codes: Sequence[str]) -> None:
    if not codes:
        return
    for code, asset_id, room_id in db.session.execute(
        select(Tag.code, Tag.asset_id, Tag.room_id).where(Tag.code.in_(codes))
    ):
        if asset_id is not None:
            known.by_key["tag", code] = [asset_id]
        elif room_id is not None:
            known.tags_on_rooms.add(code)
    owners = select(TagIndex.code).where(
        TagIndex.code.in_(codes), TagIndex.organisation_id != current_organisation()
    )
    known.tags_of_others = set(db.session.scalars(owners))


def _load_sources(known: Known, rows: Sequence[Said]) -> None:
    keys = [source_key(said) for said in rows]
    found = db.session.execute(
        select(ImportSource.key, ImportSource.asset_id, ImportSource.row_sha256).where(
            ImportSource.source == import_source(known.school_id), ImportSource.key.in_(keys)
        )
    )
    for key, asset_id, sha256 in found:
        known.rows_before[key] = sha256
        name, _, rest = key.partition(":")
        if name == "row":
            known.by_key["row", rest] = [asset_id]


def _follow_merges(known: Known) -> None:
    """Let the identifiers of merged assets name what they were merged into; drop the gone."""
    for _ in range(5):  # a merge into a merged one is rare, a longer chain a fault
        missing = set(known.merged.values()) - known.assets.keys() - known.merged.keys()
        if not missing:
            break
        _load_assets(known, Asset.id.in_(sorted(missing)))
    for pair, ids in known.by_key.items():
        ends = dict.fromkeys(_end_of(known, id_) for id_ in ids)
        known.by_key[pair] = [id_ for id_ in ends if id_ in known.assets]


def _end_of(known: Known, id_: str) -> str:
    for _ in range(5):
        id_ = known.merged.get(id_, id_)
    return id_


def _load_assets(known: Known, which: ColumnElement[bool]) -> None:
    columns = [getattr(Asset, name) for name in COMPARED]
    found = db.session.execute(
        select(
            Asset.id,
            Asset.scope_id,
            Asset.serial_key,
            Asset.room_id,
            Asset.asset_type_id,
            Asset.merged_into,
            *columns,
        ).where(which, Asset.deleted_at.is_(None))
    )
    for id_, school_id, serial, room_id, type_id, merged_into, *values in found:
        if id_ in known.assets or id_ in known.merged:
            continue
        fields = dict(zip(COMPARED, map(_wire, values), strict=True))
        if merged_into is None:
            known.assets[id_] = Held(id_, school_id, serial, room_id, type_id, fields)
        else:
            known.merged[id_] = merged_into
        _file(known, "serial", serial, id_)
        _file(known, "mdm_id", _text(fields["mdm_id"]).lower(), id_)
        _file(known, "mac", "".join(c for c in _text(fields["mac"]).upper() if c.isalnum()), id_)


def _file(known: Known, name: str, key: str | None, id_: str) -> None:
    if key:
        known.by_key.setdefault((name, key), []).append(id_)


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _wire(value: object) -> Value | None:
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, str | int) else None


def _mac_forms(key: str) -> list[str]:
    """Return the spellings of a MAC address that a person or another tool may have stored."""
    pairs = [key[n : n + 2] for n in range(0, 12, 2)]
    upper = [key, ":".join(pairs), "-".join(pairs)]
    return [*upper, *(form.lower() for form in upper)]
