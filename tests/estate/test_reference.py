"""The shipped reference data covers every category, and installing it twice changes nothing."""

import uuid

from flask import Flask
from sqlalchemy import func, select

from server.core.database import db
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.categories import CATEGORIES
from server.estate.models import AssetType, Price, Product, Room, School
from server.estate.reference import asset_type_id, install_reference
from server.estate.services.schools import NewSchool, create_school, create_trust
from server.estate.shipped_products import SHIPPED_PRODUCTS
from server.estate.shipped_types import SHIPPED_TYPES
from server.exchange.models import SyncOp

ORGANISATION = "0d3bd1c6-6a0e-4f5f-9c5a-0d6a6ad3a001"


def install(app: Flask) -> int:
    with unit_of_work(ORGANISATION, app):
        return install_reference(ORGANISATION, str(uuid.uuid4()))


def test_every_category_has_a_type_and_no_key_is_used_twice() -> None:
    assert {shipped.category for shipped in SHIPPED_TYPES} == set(CATEGORIES)
    assert len({shipped.key for shipped in SHIPPED_TYPES}) == len(SHIPPED_TYPES) >= 35


def test_every_type_turns_red_after_its_planning_life() -> None:
    assert [t.key for t in SHIPPED_TYPES if t.red_years <= t.life_years] == []


def test_every_type_has_a_band_and_every_product_a_type() -> None:
    assert [t.key for t in SHIPPED_TYPES if not t.pence[0] <= t.pence[1] <= t.pence[2]] == []
    assert {p.type_key for p in SHIPPED_PRODUCTS} <= {t.key for t in SHIPPED_TYPES}
    assert len({p.key for p in SHIPPED_PRODUCTS}) == len(SHIPPED_PRODUCTS) >= 30


def test_only_what_the_school_stands_still_without_is_a_critical_service() -> None:
    found = {t.key for t in SHIPPED_TYPES if t.critical_service}
    assert found == {"server", "core_switch", "firewall", "broadband", "filtering"}


def test_installing_twice_writes_once(app: Flask) -> None:
    assert install(app) == len(SHIPPED_TYPES) + len(SHIPPED_PRODUCTS)
    assert install(app) == 0
    with app.app_context(), as_organisation(ORGANISATION):
        assert db.session.scalar(select(func.count()).select_from(Product)) == len(SHIPPED_PRODUCTS)
        assert db.session.scalar(select(func.count()).select_from(SyncOp)) == len(
            SHIPPED_TYPES
        ) + len(SHIPPED_PRODUCTS)
        laptop = asset_type_id(ORGANISATION, "laptop_staff")
        price = db.session.scalars(select(Price).where(Price.asset_type_id == laptop)).one()
        assert (price.low_pence, price.pence, price.high_pence) == (45_000, 56_000, 65_000)
        shipped = db.session.scalars(select(AssetType).where(AssetType.id == laptop)).one()
        assert shipped.required == ["support", "age"]
        assert shipped.faults[0] == "hinge"


def test_a_school_may_stand_alone_and_has_two_built_in_rooms(app: Flask) -> None:
    with unit_of_work(ORGANISATION, app):
        alone = create_school(NewSchool("Ash High"), origin=str(uuid.uuid4()))
        trust = create_trust("Elm Trust")
        member = create_school(NewSchool("Oak", trust_id=trust), origin=str(uuid.uuid4()))
    with app.app_context(), as_organisation(ORGANISATION):
        trusts = dict(db.session.execute(select(School.id, School.trust_id)).all())
        assert trusts == {alone: None, member: trust}
        rooms = db.session.execute(
            select(Room.builtin, Room.name).where(Room.scope_id == alone).order_by(Room.walk_order)
        )
        assert list(rooms) == [("whole_school", "Whole school"), ("unplaced", "Unplaced")]
