"""A large estate for benches, from a seed: written straight into the tables, nothing synced."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from flask import Flask
from sqlalchemy import create_engine, insert, select, text, update

from server.accounts.models import Organisation
from server.core.clock import now_ms, today
from server.core.database import db
from server.core.scopes import Scope
from server.core.unit import unit_of_work
from server.estate.models import Asset, AssetType, Room, School, Trust
from server.estate.reference import install_reference

ROOMS = 40
# type → how many of a hundred things
MIX = {
    "laptop_pupil": 40, "laptop_staff": 14, "chromebook": 10, "desktop": 10, "tablet": 6,
    "interactive_panel": 6, "projector_lamp": 2, "wireless_ap": 6, "edge_switch": 3,
    "core_switch": 1, "server": 1, "firewall": 1,
}  # fmt: skip
WINDOWS = (("10 22H2", False), ("11 23H2", True), ("11 24H2", True), ("11 25H2", True))


@dataclass(frozen=True, slots=True)
class BenchEstate:
    organisation_id: str
    trust_id: str
    school_ids: tuple[str, ...]
    asset_ids: tuple[str, ...]


def build_estate(app: Flask, schools: int, assets: int, seed: int) -> BenchEstate:
    """Write one trust with its schools, rooms and assets, bought in waves of age."""
    rng = Random(seed)  # noqa: S311  (a bench wants the same estate from the same seed)
    organisation_id, trust_id = _id(rng), _id(rng)
    school_ids = tuple(_id(rng) for _ in range(schools))
    with unit_of_work(None, app):
        db.session.add(
            Organisation(id=organisation_id, name="Bench", kind="trust", created_at=now_ms())
        )
    with unit_of_work(organisation_id, app):
        install_reference(organisation_id, _id(rng))
        db.session.add(Trust(organisation_id=organisation_id, id=trust_id, name="Bench Trust"))
        db.session.flush()
        _write_schools(organisation_id, trust_id, school_ids)
        rooms = list(_rooms(organisation_id, school_ids, rng))
        db.session.execute(insert(Room.metadata.tables["room"]), rooms)
        rows = list(_assets(organisation_id, rooms, assets, rng))
        db.session.execute(insert(Asset.metadata.tables["asset"]), rows)
    count_for_planner(app)
    return BenchEstate(organisation_id, trust_id, school_ids, tuple(str(row["id"]) for row in rows))


def count_for_planner(app: Flask) -> None:
    """Let PostgreSQL count its rows at once; in use it does so by itself within a minute.

    Only the owner of the tables can: for the app's own role ANALYZE passes them over.
    """
    url = app.extensions["settings"].owner_url
    if url.startswith("postgresql"):
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()


def _id(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _synced(organisation_id: str, id_: str, school_id: str, seq: int) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "id": id_,
        "scope_id": school_id,
        "sync_seq": seq,
        "fver": "[]",
        "wire": "{}",
    }


def _write_schools(organisation_id: str, trust_id: str, school_ids: tuple[str, ...]) -> None:
    scopes = [
        {"organisation_id": organisation_id, "id": id_, "kind": "school", "trust_id": trust_id,
         "seq": 1_000_000, "min_seq": 0, "digest": 0, "gen": 1}
        for id_ in school_ids
    ]  # fmt: skip
    db.session.execute(insert(Scope.metadata.tables["sync_scope"]), scopes)
    rows = [
        {**_synced(organisation_id, id_, id_, 1), "name": f"School {number + 1}",
         "year_start_month": 9}
        for number, id_ in enumerate(school_ids)
    ]  # fmt: skip
    table = School.metadata.tables["school"]
    db.session.execute(insert(table), rows)
    db.session.execute(
        update(table).where(table.c.organisation_id == organisation_id).values(trust_id=trust_id)
    )


def _rooms(
    organisation_id: str, school_ids: tuple[str, ...], rng: Random
) -> Iterator[dict[str, object]]:
    for school_id in school_ids:
        for number in range(ROOMS):
            yield {
                **_synced(organisation_id, _id(rng), school_id, number + 2),
                "name": f"Room {number + 1}",
                "walk_order": number,
            }


def _assets(
    organisation_id: str, rooms: list[dict[str, object]], count: int, rng: Random
) -> Iterator[dict[str, object]]:
    table = AssetType.metadata.tables["asset_type"]
    query = select(table.c.key, table.c.id).where(table.c.organisation_id == organisation_id)
    types = {str(key): str(id_) for key, id_ in db.session.execute(query)}
    keys, weights = list(MIX), list(MIX.values())
    day = today()
    for number in range(count):
        room = rooms[number % len(rooms)]
        key = rng.choices(keys, weights)[0]
        years = min(
            rng.choices((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (6, 8, 14, 9, 16, 12, 14, 9, 7, 5))[0], 9
        )
        bought = dt.date(day.year - years, rng.choice((3, 8, 9)), rng.randrange(1, 28))
        version, can_upgrade = WINDOWS[max(0, 3 - years // 2)]
        is_windows = key in {"laptop_pupil", "laptop_staff", "desktop"}
        yield {
            **_synced(organisation_id, _id(rng), str(room["scope_id"]), number + 100),
            "asset_type_id": types[key],
            "room_id": room["id"],
            "life_state": "in_use",
            "allocation": "in_room",
            "bought_on": bought if rng.random() > 0.03 else None,
            "os": "windows" if is_windows else None,
            "os_version": version if is_windows else None,
            "os_edition": "E" if is_windows else None,
            "can_upgrade": can_upgrade if is_windows else None,
            "support_end_on": None if is_windows else bought + dt.timedelta(days=3000),
            "ram_gb": 8 if is_windows else None,
            "managed": True,
            "encrypted": True,
            "condition": rng.choices("ABCD", (60, 26, 10, 4))[0],
            "condition_at": now_ms() - rng.randrange(600) * 86_400_000,
        }
