"""The register of schools: matched by URN alone, trusts optional, nobody's name is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.core.database import db
from server.core.problems import Problem
from server.core.scopes import Scope
from server.core.tenancy import as_organisation
from server.estate.imports import Report, import_gias
from server.estate.models import ImportRun, Room, School, Trust
from tests.estate.lists import csv_text

OURS = "0d3bd1c6-6a0e-4f5f-9c5a-0d6a6ad3a001"
HEADERS = (
    "URN", "EstablishmentName", "EstablishmentTypeGroup (name)", "EstablishmentStatus (name)",
    "CloseDate", "PhaseOfEducation (name)", "NumberOfPupils", "Trusts (code)", "Trusts (name)",
    "Postcode", "HeadFirstName", "HeadLastName", "UPRN",
)  # fmt: skip


def school(urn: str, name: str, **more: str) -> Sequence[str]:
    cells = {
        "URN": urn,
        "EstablishmentName": name,
        "EstablishmentTypeGroup (name)": "Academies",
        "EstablishmentStatus (name)": "Open",
        "CloseDate": "",
        "PhaseOfEducation (name)": "Primary",
        "NumberOfPupils": "210",
        "Trusts (code)": "16999",
        "Trusts (name)": "Hazel Trust",
        "Postcode": "AB1 2CD",
        "HeadFirstName": "Secretname",
        "HeadLastName": "Secretfamily",
        "UPRN": "5.00E+06",
    }
    named = {"trust": "Trusts (code)", "status": "EstablishmentStatus (name)"}
    cells |= {named.get(key, key): value for key, value in more.items()}
    return tuple(cells.values())


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "cp1252") -> Path:
    path.write_bytes(csv_text(rows, HEADERS).encode(encoding))
    return path


def run(app: Flask, path: Path, **options: object) -> Report:
    report = import_gias(app, OURS, path, apply=True, **options)  # type: ignore[arg-type]
    assert sum(report.counts.values()) == report.rows
    return report


def schools(app: Flask) -> dict[str, School]:
    with app.app_context(), as_organisation(OURS):
        found = {str(row.urn): row for row in db.session.scalars(select(School))}
        db.session.expunge_all()
        return found


def test_schools_come_with_their_trust_and_their_built_in_rooms(app: Flask, tmp_path: Path) -> None:
    rows = [
        school("100001", "St Léa’s"),
        school("100002", "Oak"),
        school("100003", "Elm", trust="0", **{"EstablishmentTypeGroup (name)": "Local authority"}),
    ]
    assert run(app, write(tmp_path / "g.csv", rows)).counts["new"] == 3
    found = schools(app)
    assert found["100001"].name == "St Léa’s"
    assert found["100001"].trust_id == found["100002"].trust_id is not None
    assert (found["100003"].trust_id, found["100003"].year_start_month) == (None, 4)
    assert found["100001"].year_start_month == 9
    with app.app_context(), as_organisation(OURS):
        assert db.session.scalars(select(Trust.name)).all() == ["Hazel Trust"]
        assert db.session.scalar(select(func.count()).select_from(Room)) == 6


def test_a_head_is_never_kept(app: Flask, tmp_path: Path) -> None:
    report = run(app, write(tmp_path / "g.csv", [school("100001", "Oak")]))
    assert report.personal == ("HeadFirstName", "HeadLastName")
    with app.app_context(), as_organisation(OURS):
        kept = str(list(db.session.scalars(select(School.wire))))
        kept += str(list(db.session.scalars(select(ImportRun.report))))
    assert "Secret" not in kept + str(report)


def test_the_register_again_updates_and_never_doubles(app: Flask, tmp_path: Path) -> None:
    run(app, write(tmp_path / "a.csv", [school("100001", "Oak")]))
    report = run(app, write(tmp_path / "b.csv", [school("100001", "Oak Academy")]))
    assert (report.counts["new"], report.counts["matched"]) == (0, 1)
    assert [found.name for found in schools(app).values()] == ["Oak Academy"]
    assert "updates name" in report.details[0][2]


def test_a_school_that_joins_a_trust_is_seen_by_it(app: Flask, tmp_path: Path) -> None:
    run(app, write(tmp_path / "a.csv", [school("100001", "Oak", trust="0")]))
    assert schools(app)["100001"].trust_id is None
    run(app, write(tmp_path / "b.csv", [school("100001", "Oak")]))
    joined = schools(app)["100001"]
    with app.app_context(), as_organisation(OURS):
        scope = db.session.scalar(select(Scope.trust_id).where(Scope.id == joined.id))
        assert scope == joined.trust_id is not None


def test_rows_that_are_no_open_school_say_why(app: Flask, tmp_path: Path) -> None:
    rows = [
        school("100001", "Oak"),
        school("100001", "Oak again"),
        school("5.00E+06", "Damaged"),
        school("100002", ""),
        school("100003", "Gone", status="Closed", CloseDate="31-08-2024"),
    ]
    report = run(app, write(tmp_path / "g.csv", rows))
    assert [(n, fate, words) for n, fate, words in report.details[1:]] == [
        (3, "conflicting", "URN 100001 is on row 2 too"),
        (4, "junk", "“5.00E+06” is not a URN of six digits"),
        (5, "junk", "URN 100002 has no name"),
        (6, "junk", "Gone was closed on 31-08-2024"),
    ]
    assert list(schools(app)) == ["100001"]


def test_a_part_of_the_register_is_chosen_by_urn_or_trust(app: Flask, tmp_path: Path) -> None:
    rows = [school(f"10000{n}", f"School {n}", trust=str(16990 + n % 2)) for n in range(6)]
    path = write(tmp_path / "g.csv", rows)
    assert run(app, path, urns=["100001"]).rows == 1
    assert run(app, path, trust="16990").rows == 3
    assert set(schools(app)) == {"100001", "100000", "100002", "100004"}


def test_a_dry_run_writes_nothing(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "g.csv", [school("100001", "Oak")], "utf-16")
    report = import_gias(app, OURS, path)
    assert report.counts["new"] == 1
    assert report.how == "UTF-16, separated by commas"
    assert schools(app) == {}
    with app.app_context(), as_organisation(OURS):
        assert db.session.scalar(select(func.count()).select_from(Trust)) == 0


def test_another_list_is_not_taken_for_the_register(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("Serial,Type\nA1234,Laptop\n")
    with pytest.raises(Problem) as caught:
        import_gias(app, OURS, path)
    assert "no column URN" in caught.value.detail
