"""The request boundary: what succeeds is saved whole, what fails leaves nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.access import allow
from server.accounts.models import Organisation
from server.core.clock import now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.unit import unit_of_work

ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"
View = Callable[[], str | tuple[str, int]]


def add(organisation_id: str) -> None:
    db.session.add(
        Organisation(id=organisation_id, name="Alder", kind="school", created_at=now_ms())
    )
    db.session.flush()


def saved(app: Flask) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Organisation.id)))


def route(app: Flask, view: View, *methods: str) -> None:
    path = f"/test/{view.__name__}"
    app.add_url_rule(path, view_func=allow.anyone(view), methods=list(methods))


@pytest.fixture
def routes(app: Flask) -> Flask:
    def succeed() -> str:
        add(ONE)
        return "saved"

    def refuse() -> tuple[str, int]:
        add(ONE)
        return "no", 422

    def break_down() -> str:
        add(ONE)
        raise Problem("conflict")

    def twice() -> str:
        add(ONE)
        db.session.expunge_all()
        add(ONE)
        return "never"

    views: tuple[View, ...] = (succeed, refuse, break_down, twice)
    for view in views:
        route(app, view, "POST")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def test_a_successful_request_is_saved(routes: Flask) -> None:
    assert routes.test_client().post("/test/succeed").status_code == 200
    assert saved(routes) == {ONE}


@pytest.mark.parametrize("path", ["refuse", "break_down", "twice"])
def test_a_failed_request_leaves_nothing(routes: Flask, path: str) -> None:
    assert routes.test_client().post(f"/test/{path}").status_code >= 400
    assert saved(routes) == set()


def test_a_unit_of_work_that_fails_leaves_nothing(app: Flask) -> None:
    with pytest.raises(Problem), unit_of_work(None, app):
        add(ONE)
        raise Problem("conflict")
    with unit_of_work(None, app):
        add(TWO)
    assert saved(app) == {TWO}


@pytest.mark.only("sqlite")
def test_a_writing_request_takes_the_sqlite_lock_before_it_reads(routes: Flask) -> None:
    """Two writers that both read first would otherwise fail one of them with a stale snapshot."""
    statements: list[str] = []

    def peek() -> str:
        connection = db.session.connection().connection.dbapi_connection
        assert connection is not None
        connection.set_trace_callback(statements.append)
        return "seen"

    def read() -> str:
        db.session.execute(select(Organisation.id))
        return "read"

    route(routes, peek, "POST")
    route(routes, read, "GET", "POST")
    client = routes.test_client()
    client.post("/test/peek")
    client.post("/test/read")
    client.get("/test/read")
    begins = [statement for statement in statements if statement.startswith("BEGIN")]
    assert begins == ["BEGIN IMMEDIATE", "BEGIN"]
