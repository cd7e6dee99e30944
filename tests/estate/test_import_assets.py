"""A list of kit: identifiers decide the one fate of every row; run again, it adds nothing."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.core.database import db
from server.core.problems import Problem
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.imports import Report, import_assets
from server.estate.models import Asset, ImportRun, Room, Tag
from server.estate.reference import install_reference
from server.estate.services.labels import issue_codes
from server.estate.services.schools import NewSchool, create_school, room_change
from server.exchange.commit import Change, commit_changes
from server.exchange.models import SyncOp
from sync.ids import natural_id
from tests.estate.lists import HEADERS, csv_text, laptop, write_csv, write_xlsx

OURS = "0d3bd1c6-6a0e-4f5f-9c5a-0d6a6ad3a001"
THEIRS = "0d3bd1c6-6a0e-4f5f-9c5a-0d6a6ad3a002"
ROOM = "0d3bd1c6-6a0e-4f5f-9c5a-0d6a6ad3a010"
URN, SISTER = "100001", "100002"


@pytest.fixture
def estate(app: Flask) -> Flask:
    with unit_of_work(OURS, app):
        install_reference(OURS, str(uuid.uuid4()))
        school = create_school(NewSchool("Ash High", urn=URN), origin=str(uuid.uuid4()))
        create_school(NewSchool("Beech", urn=SISTER), origin=str(uuid.uuid4()))
        change = room_change(school, ROOM, None, {"name": "ICT1", "walk_order": 3})
        commit_changes([change], origin=str(uuid.uuid4()), actor_id=None, grants=None)
    return app


def run(app: Flask, path: Path, urn: str = URN, *, apply: bool = True) -> Report:
    report = import_assets(app, OURS, urn, path, apply=apply)
    assert sum(report.counts.values()) == report.rows
    return report


def fates(report: Report) -> tuple[int, int, int, int]:
    """Return new, matched, conflicting, junk."""
    counts = report.counts
    return counts["new"], counts["matched"], counts["conflicting"], counts["junk"]


def assets(app: Flask) -> list[Asset]:
    with app.app_context(), as_organisation(OURS):
        return list(db.session.scalars(select(Asset).order_by(Asset.serial)))


def ops(app: Flask) -> int:
    with app.app_context(), as_organisation(OURS):
        return db.session.scalar(select(func.count()).select_from(SyncOp)) or 0


def test_a_dry_run_tells_and_writes_nothing(estate: Flask, tmp_path: Path) -> None:
    before = ops(estate)
    report = run(estate, write_csv(tmp_path / "a.csv", [laptop(1), laptop(2)]), apply=False)
    assert fates(report) == (2, 0, 0, 0)
    assert "nothing has been written" in str(report)
    assert ops(estate) == before
    assert assets(estate) == []


def test_new_rows_become_assets_with_their_fields(estate: Flask, tmp_path: Path) -> None:
    rows = [laptop(1, Room="ict1", Asset_tag="old-0017"), laptop(2, Room="Nowhere")]
    run(estate, write_csv(tmp_path / "a.csv", rows))
    first, second = assets(estate)
    assert (first.room_id, first.serial_key, str(first.bought_on)) == (
        ROOM,
        "9QW00001",
        "2021-09-03",
    )
    assert first.name == "Dell Latitude 3190"
    assert first.product_id == natural_id("product", OURS, "dell latitude 3190")
    assert second.custom == {"list_room": "Nowhere"}
    with estate.app_context(), as_organisation(OURS):
        tag = db.session.scalars(select(Tag)).one()
        assert (tag.code, tag.asset_id) == ("OLD-0017", first.id)
        builtin = db.session.scalar(select(Room.builtin).where(Room.id == second.room_id))
        assert builtin == "unplaced"


def test_the_same_list_again_writes_nothing_at_all(estate: Flask, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [laptop(n, Asset_tag=f"T-{n:04}") for n in range(30)])
    run(estate, path)
    before = ops(estate)
    assert fates(run(estate, path)) == (0, 30, 0, 0)
    assert ops(estate) == before
    assert len(assets(estate)) == 30


def test_a_changed_list_updates_and_never_doubles(estate: Flask, tmp_path: Path) -> None:
    run(estate, write_csv(tmp_path / "a.csv", [laptop(1), laptop(2)]))
    path = write_csv(tmp_path / "b.csv", [laptop(1, Purchase_date="2022-01-31"), laptop(3)])
    report = run(estate, path)
    assert fates(report) == (1, 1, 0, 0)
    assert [str(asset.bought_on) for asset in assets(estate)] == [
        "2022-01-31",
        "2021-09-03",
        "2021-09-03",
    ]


def test_a_list_never_moves_an_asset_that_a_person_placed(estate: Flask, tmp_path: Path) -> None:
    run(estate, write_csv(tmp_path / "a.csv", [laptop(1, Room="ICT1")]))
    report = run(estate, write_csv(tmp_path / "b.csv", [laptop(1, Room="Whole school")]))
    assert assets(estate)[0].room_id == ROOM
    assert "stays in the room where it is" in report.details[0][2]


def test_rows_without_identifiers_are_known_again_and_counted_apart(
    estate: Flask, tmp_path: Path
) -> None:
    projector = laptop(0, Serial_number="N/A", Type="Projector", Model="EB-585W")
    path = write_csv(tmp_path / "a.csv", [projector, projector, laptop(1)])
    assert fates(run(estate, path)) == (3, 0, 0, 0)
    assert fates(run(estate, path)) == (0, 3, 0, 0)
    assert len(assets(estate)) == 3


def test_nothing_is_matched_by_name(estate: Flask, tmp_path: Path) -> None:
    headers = ("Name", "Type", "Serial")
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(csv_text([("LAP-01", "Laptop", "AAAA1111")], headers))
    two.write_text(csv_text([("LAP-01", "Laptop", "BBBB2222")], headers))
    run(estate, one)
    assert fates(run(estate, two)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "junk", ["To be filled by O.E.M.", "Default string", "0", "System Serial Number"]
)
def test_a_junk_serial_never_joins_two_assets(estate: Flask, tmp_path: Path, junk: str) -> None:
    rows = [laptop(0, Serial_number=junk, Asset_tag=f"A-{n}00") for n in range(3)]
    assert fates(run(estate, write_csv(tmp_path / "a.csv", rows))) == (3, 0, 0, 0)
    assert [asset.serial_key for asset in assets(estate)] == [None, None, None]


def test_identifiers_that_a_spreadsheet_rounded_are_junk_with_words(
    estate: Flask, tmp_path: Path
) -> None:
    rows = [laptop(0, Serial_number="5.00E+06"), laptop(0, Serial_number="5.00E+06")]
    report = run(estate, write_csv(tmp_path / "a.csv", rows))
    assert fates(report) == (0, 0, 0, 2)
    assert "export the list again with this column as text" in report.details[0][2]
    assert assets(estate) == []


def test_junk_rows_say_why(estate: Flask, tmp_path: Path) -> None:
    rows = [HEADERS, (*laptop(1), "extra"), laptop(2, Type="Widget", Manufacturer="", Model="")]
    report = run(estate, write_csv(tmp_path / "a.csv", rows))
    assert fates(report) == (0, 0, 0, 3)
    assert [words for _, _, words in report.details] == [
        "the row of headers again",
        "more cells than the 7 columns that have a header",
        "no asset type is known for “Widget”",
    ]


def test_two_rows_of_one_serial_conflict(estate: Flask, tmp_path: Path) -> None:
    report = run(estate, write_csv(tmp_path / "a.csv", [laptop(1), laptop(1, Model="Other")]))
    assert fates(report) == (1, 0, 1, 0)
    assert report.details[-1] == (3, "conflicting", "the same serial as row 2")


def test_serial_and_tag_of_two_different_assets_conflict(estate: Flask, tmp_path: Path) -> None:
    rows = [laptop(1, Asset_tag="TAG-1"), laptop(2, Asset_tag="TAG-2")]
    run(estate, write_csv(tmp_path / "a.csv", rows))
    report = run(estate, write_csv(tmp_path / "b.csv", [laptop(1, Asset_tag="TAG-2")]))
    assert fates(report) == (0, 0, 1, 0)
    assert "two different assets" in report.details[0][2]


def test_a_tag_on_an_asset_with_another_serial_conflicts(estate: Flask, tmp_path: Path) -> None:
    run(estate, write_csv(tmp_path / "a.csv", [laptop(1, Asset_tag="TAG-1")]))
    report = run(estate, write_csv(tmp_path / "b.csv", [laptop(7, Asset_tag="TAG-1")]))
    assert report.details[0][2] == (
        "the tag is on an asset whose serial is 9QW00001, the list says 9QW00007"
    )


def test_an_asset_of_a_sister_school_conflicts(estate: Flask, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [laptop(1)])
    run(estate, path)
    report = run(estate, path, SISTER)
    assert report.details[0][2] == "the serial is registered at another school"
    assert len(assets(estate)) == 1


def test_a_tag_of_another_organisation_conflicts(estate: Flask, tmp_path: Path) -> None:
    with unit_of_work(THEIRS, estate):
        code = issue_codes(1).codes[0]
    report = run(estate, write_csv(tmp_path / "a.csv", [laptop(1, Asset_tag=code)]))
    assert fates(report) == (0, 0, 1, 0)
    assert "belongs to another organisation" in report.details[0][2]


def test_a_dock_lends_its_mac_to_several_laptops(estate: Flask, tmp_path: Path) -> None:
    headers = ("Serial", "MAC address", "Type")
    mac = "00:1a:2b:3c:4d:5e"
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(csv_text([("AAAA1111", mac, "Laptop"), ("BBBB2222", mac, "Laptop")], headers))
    two.write_text(csv_text([("CCCC3333", mac, "Laptop")], headers))
    assert fates(run(estate, one)) == (2, 0, 0, 0)
    assert fates(run(estate, two)) == (1, 0, 0, 0)


def test_mdm_id_then_mac_match_where_there_is_no_serial(estate: Flask, tmp_path: Path) -> None:
    headers = ("Device ID", "MAC address", "Device type", "OS version", "OS")
    said = ("6F1D2C1E-9B0A", "001A2B3C4D5E", "Laptop")
    one, two, three = (tmp_path / f"{n}.csv" for n in range(3))
    one.write_text(csv_text([(*said, "10.0.19045.1", "Windows")], headers))
    two.write_text(csv_text([(said[0], "", "Laptop", "10.0.22631.9", "Windows")], headers))
    three.write_text(csv_text([("", said[1], "Laptop", "10.0.26100.2", "Windows")], headers))
    assert fates(run(estate, one)) == (1, 0, 0, 0)
    assert fates(run(estate, two)) == (0, 1, 0, 0)
    assert assets(estate)[0].os_version == "11 23H2"
    assert fates(run(estate, three)) == (0, 1, 0, 0)
    assert assets(estate)[0].os_version == "11 24H2"


def test_columns_about_people_are_dropped_and_said(estate: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [("AAAA1111", "Laptop", "someone@example.org", "A Person", "Shelf 3")]
    path.write_text(csv_text(rows, ("Serial", "Type", "User email", "Assigned to", "Shelf")))
    report = run(estate, path)
    assert report.personal == ("User email", "Assigned to")
    assert report.unused == ("Shelf",)
    with estate.app_context(), as_organisation(OURS):
        kept = str(list(db.session.scalars(select(Asset.wire))))
        kept += str(list(db.session.scalars(select(ImportRun.report))))
    assert "example.org" not in kept
    assert "A Person" not in kept


def test_two_columns_of_one_name_are_refused_and_nothing_is_done(
    estate: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([("A1111", "B2222", "Laptop")], ("Serial", "serial ", "Type")))
    with pytest.raises(Problem) as caught:
        run(estate, path)
    assert "Two columns are called “Serial”" in caught.value.detail
    assert assets(estate) == []


def test_a_workbook_imports_like_a_csv(estate: Flask, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADERS, laptop(1), laptop(2)])
    assert fates(run(estate, path)) == (2, 0, 0, 0)


def test_an_unknown_school_is_said(estate: Flask, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        run(estate, write_csv(tmp_path / "a.csv", [laptop(1)]), "999999")
    assert "URN 999999" in caught.value.detail


def test_identifiers_of_a_merged_asset_name_what_it_was_merged_into(
    estate: Flask, tmp_path: Path
) -> None:
    run(estate, write_csv(tmp_path / "a.csv", [laptop(1), laptop(2)]))
    gone, kept = assets(estate)
    with unit_of_work(OURS, estate):
        merge = Change("asset", gone.id, gone.scope_id, {"merged_into": kept.id})
        commit_changes([merge], origin=str(uuid.uuid4()), actor_id=None, grants=None)
    path = write_csv(tmp_path / "b.csv", [laptop(1, Purchase_date="2020-01-01")])
    assert fates(run(estate, path)) == (0, 1, 0, 0)
    assert [str(asset.bought_on) for asset in assets(estate)] == ["2021-09-03", "2020-01-01"]
