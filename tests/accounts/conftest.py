"""An organisation with one person of each kind, for tests of signing in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.accounts import throttle
from server.accounts.services import add_user, create_organisation, grant_membership
from server.core.clock import clock
from server.core.unit import unit_of_work

PASSWORD = "copper kettle forty two"
EMAIL = "trust-it@north.example"
JSON = {"X-Walkround": "1"}


@dataclass
class Place:
    """One organisation and the people in it."""

    app: Flask
    organisation_id: str
    user_id: str

    def add(self, name: str, role: str, scope_kind: str, scope_id: str, password: str) -> str:
        with unit_of_work(self.organisation_id, self.app):
            user_id = add_user(name, f"{name.replace(' ', '.')}@north.example".lower(), password)
            grant_membership(user_id, role, scope_kind, scope_id)
        return user_id


@pytest.fixture(autouse=True)
def fresh_throttles() -> None:
    for limit in (throttle.addresses, throttle.codes, throttle.strangers):
        limit.clear()


@pytest.fixture
def place(app: Flask) -> Place:
    with unit_of_work(None, app):
        organisation_id = create_organisation("North Learning Trust", "trust")
    with unit_of_work(organisation_id, app):
        user_id = add_user("Trust IT", EMAIL, PASSWORD)
        grant_membership(user_id, "trust_it", "organisation", organisation_id)
    return Place(app, organisation_id, user_id)


class Now:
    """The clock's hands, moved by the test."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def now() -> Iterator[Now]:
    kept = clock.now_ms
    hands = Now(1_800_000_000_000)
    clock.now_ms = hands
    yield hands
    clock.now_ms = kept


def sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **kw: object
) -> TestResponse:
    return client.post(
        "/api/sign-in", json={"email": email, "password": password}, headers=JSON, **kw
    )
