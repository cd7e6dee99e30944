"""Whatever shape a query has, it sees and touches the rows of its own organisation alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Executable, delete, exists, func, literal, select, union, update
from sqlalchemy.orm import aliased

from server.accounts.models import User
from server.audits.models import Visit
from server.core.database import db
from server.core.tenancy import OrganisationNotSetError, across_organisations
from server.core.types import IdType
from server.core.unit import unit_of_work
from tests.world import World

Query = Callable[[str], Executable]


def _aliased(visit_id: str) -> Executable:
    alias = aliased(Visit)
    return select(alias.id).where(alias.id == visit_id)


def _cte(visit_id: str) -> Executable:
    cte = select(Visit.id.label("id")).where(Visit.id == visit_id).cte()
    return select(cte.c.id)


def _subquery(visit_id: str) -> Executable:
    found = select(Visit.id.label("id")).where(Visit.id == visit_id).subquery()
    return select(User.id).join(found, found.c.id != User.id)


def _union(visit_id: str) -> Executable:
    one = select(Visit.id.label("id")).where(Visit.id == visit_id)
    found = union(one, one).subquery()
    return select(found.c.id)


def _counted(visit_id: str) -> Executable:
    """Count without naming a column of the table: nothing at all, or one row for each."""
    counted = select(func.count()).select_from(Visit).where(Visit.id == visit_id)
    return select(literal(1)).where(counted.scalar_subquery() > 0)


# Each finds a row if, and only if, the visit is within its sight.
SHAPES: dict[str, Query] = {
    "plain": lambda v: select(Visit.id).where(Visit.id == v),
    "aliased": _aliased,
    "exists": lambda v: select(User.id).where(exists(select(Visit.id).where(Visit.id == v))),
    "exists of a condition": lambda v: select(User.id).where(exists().where(Visit.id == v)),
    "in": lambda v: select(User.id).where(literal(v, IdType()).in_(select(Visit.id))),
    "scalar column": lambda v: select(User.id).where(
        select(Visit.id).where(Visit.id == v).scalar_subquery().is_not(None)
    ),
    "count": _counted,
    "join": lambda v: select(User.id).join(Visit, Visit.id == v),
    "outer join": lambda v: (
        select(User.id).outerjoin(Visit, Visit.id == v).where(Visit.id.is_not(None))
    ),
    "two tables": lambda v: select(User.id).where(Visit.id == v, Visit.id != User.id),
    "common table": _cte,
    "joined subquery": _subquery,
    "union": _union,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_query_of_any_shape_sees_its_own_organisation_alone(world: World, shape: str) -> None:
    query = SHAPES[shape]
    with unit_of_work(world.organisations["north"], world.app):
        assert db.session.execute(query(world.visits["alder"])).first() is not None
        assert db.session.execute(query(world.visits["dover"])).first() is None
        with across_organisations():
            assert db.session.execute(query(world.visits["dover"])).first() is not None


@pytest.mark.parametrize("shape", SHAPES)
def test_a_query_of_any_shape_is_refused_without_an_organisation(world: World, shape: str) -> None:
    with unit_of_work(None, world.app), pytest.raises(OrganisationNotSetError):
        db.session.execute(SHAPES[shape](world.visits["alder"]))


def test_a_bulk_update_or_delete_touches_its_own_organisation_alone(world: World) -> None:
    of_visit = exists(select(Visit.id).where(Visit.id == world.visits["dover"]))
    statements = (
        update(Visit).values(name="Taken"),
        update(User).where(of_visit).values(name="Taken"),
        update(User)
        .values(name=select(Visit.name).where(Visit.id == world.visits["dover"]).scalar_subquery())
        .where(User.id == world.people["technician"], of_visit),
        delete(User).where(of_visit),
    )
    for statement in statements:
        with unit_of_work(world.organisations["north"], world.app):
            db.session.execute(statement)
    with unit_of_work(world.organisations["south"], world.app):
        assert "Taken" not in set(db.session.scalars(select(Visit.name)))
    with unit_of_work(None, world.app):
        names = set(db.session.scalars(select(User.name)))
        assert names
        assert "Taken" not in names
