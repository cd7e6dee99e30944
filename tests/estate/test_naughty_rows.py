"""Rows with every kind of odd text are kept or refused one by one; none stops the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.core.database import db
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.imports import import_assets
from server.estate.models import Asset, School
from tests.estate.lists import csv_text
from tests.world import World

HEADERS = (
    "Name",
    "Serial",
    "Asset tag",
    "Device ID",
    "Type",
    "Room",
    "OS",
    "OS version",
    "CPU",
    "RAM",
)
NAUGHTY = (
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'; DROP TABLE asset; --", "<script>x</script>",
    "Ω≈ç√∫˜µ≤", "田中さんにあげて", "👩\u200d👩\u200d👧", "\u202etxet desrever", "e\u0301",
    "\u00e9", "ﬀ", "ſ", "İ", "ß", "%s%n", "{{7*7}}", "../../etc/passwd", "nul\u200b", "\ufffe",
    "1e309", "0x1F", "NaN", "Infinity", "x" * 3900, "'", '"', "\\", "\\u0000", "%00", "–",
    "undefined", "true", "٠١٢٣٤٥٦٧", "5.00E+06",
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_odd_text_is_kept_as_it_is_and_stops_nothing(
    world: World, tmp_path: Path, encoding: str
) -> None:
    organisation = world.organisations["north"]
    rows = [(odd, *[f"{odd}{n}"] * 3, "Laptop", *[odd] * 5) for n, odd in enumerate(NAUGHTY)]
    rows.append(("Ordinary", "9QW4H13", "OLD-1", "abcdef-1", "Laptop", "Room1", "", "", "", ""))
    path = tmp_path / "list.csv"
    path.write_bytes(csv_text(rows, HEADERS).encode(encoding))
    school_id = world.schools["alder"]
    with unit_of_work(organisation, world.app):
        db.session.execute(update(School).where(School.id == school_id).values(urn="100001"))
    dry = import_assets(world.app, organisation, "100001", path, apply=False)
    done = import_assets(world.app, organisation, "100001", path, apply=True)
    assert dry.counts == done.counts
    assert sum(done.counts.values()) == len(rows)
    assert done.counts["new"] >= len(NAUGHTY) - 5
    with world.app.app_context(), as_organisation(organisation):
        names = set(db.session.scalars(select(Asset.name).where(Asset.scope_id == school_id)))
    assert {"=cmd|' /C calc'!A0", "田中さんにあげて", "👩\u200d👩\u200d👧", "Ordinary"} <= names
    again = import_assets(world.app, organisation, "100001", path, apply=True)
    assert [d for d in again.details if d[1] == "new"] == []
