"""The newest finding's condition reaches the asset, lot or system, by the one road for writes."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from server.audits.services import project_conditions
from server.core.database import db
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.models import Asset, Lot, System
from server.exchange.commit import Change, create_scope
from sync.codec import JsonValue
from tests.audits.conftest import Audit

MONDAY = 1_795_478_400_000 - 86_400_000  # within the world's visit


def project(audit: Audit, *findings: str) -> list[tuple[str, str]]:
    with unit_of_work(audit.organisation_id, audit.app):
        return project_conditions([["finding", id_] for id_ in findings])


def row(audit: Audit, model: Any, id_: str) -> Any:
    with audit.app.app_context(), as_organisation(audit.organisation_id):
        found = db.session.scalars(select(model).where(model.id == id_)).one()
        db.session.expunge(found)
        return found


def test_a_graded_finding_becomes_the_assets_condition(audit: Audit) -> None:
    panel = audit.world.assets["alder.panel"]
    finding = audit.finding("alder.panel", condition="D", seen_at=MONDAY, faults=["image"])
    assert project(audit, finding) == [("asset", panel)]
    found = row(audit, Asset, panel)
    assert (found.condition, found.condition_at) == ("D", MONDAY)
    assert found.faults == {"image": True}


def test_projecting_twice_writes_once(audit: Audit) -> None:
    finding = audit.finding("alder.panel", condition="D", seen_at=MONDAY)
    project(audit, finding)
    before = row(audit, Asset, audit.world.assets["alder.panel"]).sync_seq
    project(audit, finding)
    assert row(audit, Asset, audit.world.assets["alder.panel"]).sync_seq == before


def test_an_older_visit_synced_late_changes_nothing(audit: Audit) -> None:
    old = str(uuid.uuid4())
    with unit_of_work(audit.organisation_id, audit.app):
        create_scope("visit", old, school_id=audit.world.schools["alder"])
    values: dict[str, JsonValue] = {
        "school_id": audit.world.schools["alder"],
        "name": "Last year",
        "state": "closed",
        "starts_on": "2025-11-03",
        "ends_on": "2025-11-07",
        "checklists": [],
    }
    audit.write(Change("visit", old, old, values))
    project(audit, audit.finding("alder.panel", condition="B", seen_at=MONDAY))
    late = audit.finding("alder.panel", old, condition="D", seen_at=MONDAY + 1)
    project(audit, late)
    assert row(audit, Asset, audit.world.assets["alder.panel"]).condition == "B"


def test_undoing_a_finding_takes_its_condition_away(audit: Audit) -> None:
    finding = audit.finding("alder.panel", condition="D", faults=["image"])
    project(audit, finding)
    audit.finding("alder.panel", void=True)
    project(audit, finding)
    found = row(audit, Asset, audit.world.assets["alder.panel"])
    assert (found.condition, found.condition_at) == (None, None)
    assert not any((found.faults or {}).values())


def test_a_tablet_ten_years_ahead_does_not_date_evidence_in_the_future(audit: Audit) -> None:
    from server.core.clock import now_ms

    finding = audit.finding("alder.panel", condition="C", seen_at=MONDAY + 10 * 365 * 86_400_000)
    project(audit, finding)
    assert row(audit, Asset, audit.world.assets["alder.panel"]).condition_at <= now_ms()


def test_a_lot_takes_the_worst_grade_of_a_tenth(audit: Audit) -> None:
    headsets = audit.world.lots["alder.headsets"]
    finding = audit.finding("alder.headsets", kind="lot", count_a=10, count_b=4, count_d=2)
    project(audit, finding)
    assert row(audit, Lot, headsets).condition == "D"


def test_a_system_takes_its_grade(audit: Audit) -> None:
    project(audit, audit.finding("alder.mis", kind="system", condition="C"))
    assert row(audit, System, audit.world.systems["alder.mis"]).condition == "C"


def test_an_unknown_tag_and_other_kinds_are_left_alone(audit: Audit) -> None:
    tag = audit.finding(str(uuid.uuid4()), kind="tag", code="K7M42QXZ")
    assert project(audit, tag) == []
    with unit_of_work(audit.organisation_id, audit.app):
        assert project_conditions([["asset", audit.world.assets["alder.panel"]]]) == []


def test_a_visit_grades_nothing_outside_its_own_school(audit: Audit) -> None:
    """An open visit at alder and a closed one at birch, walked by one person."""
    panel = audit.world.assets["birch.panel"]
    audit.write(Change("visit", audit.world.visits["birch"], audit.world.visits["birch"],
                       {"state": "closed"}))  # fmt: skip
    project(audit, audit.finding("birch.panel", "birch", condition="B", seen_at=MONDAY))
    assert row(audit, Asset, panel).condition == "B"
    project(audit, audit.finding("birch.panel", condition="D", seen_at=MONDAY + 1))
    assert row(audit, Asset, panel).condition == "B"
    alder = audit.world.assets["alder.panel"]
    project(audit, audit.finding("alder.panel", "birch", condition="D", seen_at=MONDAY))
    assert row(audit, Asset, alder).condition is None
