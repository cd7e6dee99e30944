"""The demo looks like a real estate: every colour, category and outcome; kit in waves."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.accounts.models import Organisation
from server.audits.models import RESOLUTIONS, WALK_STATES, Finding, Photo, RoomWalk, Visit
from server.core.database import db
from server.core.scopes import Scope
from server.core.tenancy import across_organisations
from server.core.unit import unit_of_work
from server.demo.build import DemoExistsError, DemoSize, build
from server.estate.categories import CATEGORIES
from server.estate.models import Asset, AssetType, School
from server.exchange.models import SyncOp
from server.planning.models import Plan, PlanLine
from server.ratings.models import RAGS, Rating, RatingCell


def test_demo_shows_every_colour_category_condition_and_scan_outcome(demo: Flask) -> None:
    with demo.app_context(), across_organisations():
        rated = db.session.execute(select(Rating.rag, Rating.category).distinct()).all()
        assert {rag for rag, _ in rated} == set(RAGS)
        assert {category for _, category in rated} == set(CATEGORIES)
        assert set(db.session.scalars(select(Finding.resolution).distinct())) == set(RESOLUTIONS)
        assert set(db.session.scalars(select(Finding.condition).distinct())) >= set("ABCD")
        assert set(db.session.scalars(select(RoomWalk.state).distinct())) >= {
            state for state in WALK_STATES if state != "started"
        }
        assert set(db.session.scalars(select(Visit.state).distinct())) == {
            "open",
            "closed",
            "signed_off",
        }
        photos = db.session.scalars(select(func.count()).select_from(Photo)).one()
        assert photos > 10


def test_devices_were_bought_in_waves_and_not_evenly(demo: Flask) -> None:
    with demo.app_context(), across_organisations():
        days = db.session.scalars(
            select(Asset.bought_on)
            .join(AssetType, Asset.asset_type_id == AssetType.id)
            .where(AssetType.key.in_(("laptop_pupil", "chromebook", "tablet")))
        ).all()
    months = Counter((day.year, day.month) for day in days if day is not None)
    span = max(months)[0] - min(months)[0]
    assert span >= 4
    # Bought evenly, seven years would fill eighty months; waves fill a few.
    assert len(months) <= 12
    assert sum(count for _, count in months.most_common(4)) > len(days) * 0.6


def test_demo_has_a_trust_of_three_a_lone_school_and_another_organisation(demo: Flask) -> None:
    with demo.app_context(), across_organisations():
        schools = db.session.execute(select(School.organisation_id, School.trust_id)).all()
        organisations = db.session.scalars(select(Organisation.id)).all()
    per_organisation = Counter(organisation for organisation, _ in schools)
    assert sorted(per_organisation.values()) == [1, 4]
    assert len(organisations) == 2
    in_trust = [trust for _, trust in schools if trust is not None]
    assert len(in_trust) == 3
    assert len(set(in_trust)) == 1


def test_demo_is_about_two_thousand_assets_with_one_school_of_eighty_rooms(demo: Flask) -> None:
    with demo.app_context(), across_organisations():
        assets = db.session.scalar(select(func.count()).select_from(Asset))
        rooms = db.session.execute(
            select(func.count(RatingCell.room_id.distinct())).group_by(RatingCell.school_id)
        ).scalars()
        assert assets is not None
        assert 1800 <= assets <= 2400
        assert max(rooms) >= 60


def test_every_synced_row_of_the_demo_has_its_place_in_the_ledger(demo: Flask) -> None:
    """Written through the one road: as many records as creating entries, none refused."""
    with demo.app_context(), across_organisations():
        refused = db.session.scalar(
            select(func.count()).select_from(SyncOp).where(SyncOp.status != "applied")
        )
        assets = db.session.scalar(select(func.count()).select_from(Asset))
        ledger = db.session.scalar(
            select(func.count(SyncOp.record_id.distinct())).where(SyncOp.kind == "asset")
        )
        heads = dict(
            db.session.execute(select(Scope.id, Scope.seq).where(Scope.kind == "school")).all()
        )
        highest = dict(
            db.session.execute(
                select(Asset.scope_id, func.max(Asset.sync_seq)).group_by(Asset.scope_id)
            ).all()
        )
    assert refused == 0
    assert ledger == assets
    assert all(heads[school] >= seq for school, seq in highest.items())


def test_the_same_seed_makes_the_same_world(app: Flask) -> None:
    build(app, DemoSize(schools=1, rooms=20, assets=60, seed=3))
    with app.app_context(), across_organisations():
        serials = set(db.session.scalars(select(Asset.serial)))
    from random import Random

    from server.demo.estate import SchoolSpec, plan_school

    spec = SchoolSpec("Aldermoor Academy", "Secondary", 20, 60, None, "900001", 9, 900)
    again = plan_school("00000000-0000-0000-0000-000000000000", spec, 0, Random("900001 0"))
    drawn = {asset.fields["serial"] for asset in again.assets}
    assert len(drawn & serials) > len(drawn) * 0.9


def test_a_second_demo_is_refused_in_words_and_changes_nothing(app: Flask) -> None:
    build(app, DemoSize(schools=1, rooms=20, assets=60))
    with pytest.raises(DemoExistsError, match="already here"):
        build(app, DemoSize(schools=1, rooms=20, assets=60))


def test_demo_sign_ins_are_private_and_work(app: Flask) -> None:
    report = build(app, DemoSize(schools=2, rooms=20, assets=60))
    path = app.extensions["settings"].data / "demo-sign-ins.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    consultant = next(one for one in report.sign_ins if one.role == "consultant")
    answer = app.test_client().post(
        "/api/sign-in",
        json={"email": consultant.email, "password": consultant.password},
        headers={"X-Walkround": "1"},
    )
    assert answer.status_code in {200, 204}
    with unit_of_work(app=app), across_organisations():
        assert consultant.password not in " ".join(
            db.session.scalars(select(Organisation.name)).all()
        )


def test_demo_has_a_plan_that_its_worker_solves(demo: Flask, run_jobs: Callable[[], int]) -> None:
    run_jobs()
    with demo.app_context(), across_organisations():
        plan = db.session.scalars(select(Plan)).one()
        planned = db.session.scalar(select(func.sum(PlanLine.total_pence)))
    assert plan.state == "ready"
    assert planned is not None
    assert planned > 0
