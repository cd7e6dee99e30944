"""Bearer tokens of programs: they act without a cookie, end, and are kept as a hash only."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.accounts.rules import DAY
from server.accounts.services import make_token
from server.core.database import db
from server.core.unit import unit_of_work
from tests.accounts.conftest import EMAIL, Now, Place, sign_in


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_acts_without_cookie_and_without_our_header(
    client: FlaskClient, place: Place
) -> None:
    with unit_of_work(place.organisation_id, place.app):
        token = make_token(place.user_id, "script")
    assert client.get("/api/session", headers=bearer(token)).json["user"]["email"] == EMAIL
    made = client.post("/api/sign-in-codes", json={}, headers=bearer(token))
    assert made.status_code == 201


@pytest.mark.parametrize("token", ["", "wr_nothing", "x" * 5000, "é"])
def test_a_wrong_token_never_falls_back_to_the_cookie(
    client: FlaskClient, place: Place, token: str
) -> None:
    sign_in(client)
    answer = client.get("/api/session", headers=bearer(token))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_and_is_kept_as_a_hash_only(
    client: FlaskClient, place: Place, now: Now
) -> None:
    with unit_of_work(place.organisation_id, place.app):
        token = make_token(place.user_id, "script", expires_at=now.at + DAY)
        kept = [bytes(row) for row in db.session.scalars(select(_hashes()))]
    assert token.encode() not in kept
    assert client.get("/api/session", headers=bearer(token)).status_code == 200
    now.at += DAY
    assert client.get("/api/session", headers=bearer(token)).status_code == 401


def _hashes() -> Any:
    from server.accounts.models import ApiToken

    return ApiToken.token_hash
