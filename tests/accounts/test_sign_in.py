"""Signing in with a password: sessions, rotation, time limits, failures in words."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from server.accounts.models import AuditEvent, Identity, Membership, SignedIn, User
from server.accounts.rules import ABSOLUTE, HOUR, IDLE, MINUTE
from server.accounts.services import create_organisation, grant_membership
from server.core.database import db
from server.core.unit import unit_of_work
from tests.accounts.conftest import EMAIL, JSON, PASSWORD, Now, Place, sign_in


def cookie_of(client: FlaskClient, name: str = "walkround") -> str:
    cookie = client.get_cookie(name)
    return cookie.value if cookie else ""


def test_the_session_says_who_is_signed_in(client: FlaskClient, place: Place) -> None:
    answer = sign_in(client)
    assert answer.status_code == 200
    assert answer.json == client.get("/api/session").json
    assert answer.json["user"] == {"id": place.user_id, "name": "Trust IT", "email": EMAIL}
    assert answer.json["organisation"]["kind"] == "trust"
    assert answer.json["roles"] == ["trust_it"]


def test_only_the_hash_of_a_session_is_kept(client: FlaskClient, place: Place) -> None:
    sign_in(client)
    secret = cookie_of(client)
    assert len(secret) >= 43
    with unit_of_work(None, place.app):
        kept = bytes(db.session.scalars(select(SignedIn.id_hash)).one())
    assert kept == hashlib.sha256(secret.encode()).digest()


def test_signing_in_rotates_the_session(client: FlaskClient, place: Place) -> None:
    sign_in(client)
    old = cookie_of(client)
    sign_in(client)
    assert cookie_of(client) != old
    client.set_cookie("walkround", old)
    assert client.get("/api/session").status_code == 401


def test_the_cookie_is_plain_on_loopback_http_and_host_bound_on_https(
    client: FlaskClient, place: Place
) -> None:
    plain = sign_in(client).headers["Set-Cookie"]
    assert plain.startswith("walkround=")
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    bound = sign_in(client, base_url="https://localhost").headers["Set-Cookie"]
    assert bound.startswith("__Host-walkround=")
    assert "Secure" in bound
    assert "Path=/" in bound
    assert "Domain" not in bound


def test_a_session_ends_after_twelve_idle_hours(
    client: FlaskClient, place: Place, now: Now
) -> None:
    sign_in(client)
    now.at += IDLE - 1
    assert client.get("/api/session").status_code == 200, "each use starts the twelve hours again"
    now.at += IDLE - 1
    assert client.get("/api/session").status_code == 200
    now.at += IDLE + 1
    assert client.get("/api/session").status_code == 401


def test_a_session_ends_after_thirty_days_however_busy(
    client: FlaskClient, place: Place, now: Now
) -> None:
    sign_in(client)
    end = now.at + ABSOLUTE
    while now.at + 11 * HOUR < end:
        now.at += 11 * HOUR
        assert client.get("/api/session").status_code == 200
    now.at = end
    assert client.get("/api/session").status_code == 401


def test_sign_out_ends_the_session_and_clears_no_site_data(
    client: FlaskClient, place: Place
) -> None:
    sign_in(client)
    secret = cookie_of(client)
    answer = client.post("/api/sign-out", headers=JSON)
    assert answer.status_code == 204
    assert "Clear-Site-Data" not in answer.headers
    client.set_cookie("walkround", secret)
    assert client.get("/api/session").status_code == 401


@pytest.mark.parametrize("email", [EMAIL, "nobody@north.example"])
def test_a_wrong_password_and_an_unknown_email_read_the_same(
    client: FlaskClient, place: Place, now: Now, email: str
) -> None:
    answers = [sign_in(client, email, "not the password") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 4 + [429] * 2
    assert answers[0].json["slug"] == "sign_in_failed"
    assert answers[5].json["detail"].startswith("Too many tries did not work. Wait 1 minute")
    assert answers[5].headers["Retry-After"] == "60"


def test_a_locked_account_opens_again_after_the_wait(
    client: FlaskClient, place: Place, now: Now
) -> None:
    for _ in range(5):
        sign_in(client, password="not the password")
    assert sign_in(client).status_code == 429, "even the right password waits"
    now.at += MINUTE
    assert sign_in(client).status_code == 200
    with unit_of_work(None, place.app):
        identity = db.session.scalars(select(Identity)).one()
        assert (identity.failures, identity.locked_until) == (0, None)


def test_a_disabled_person_is_out_at_once(client: FlaskClient, place: Place) -> None:
    sign_in(client)
    with unit_of_work(None, place.app):
        db.session.execute(update(User).values(disabled_at=1))
    assert client.get("/api/session").status_code == 401
    assert sign_in(client).status_code == 401


def test_a_person_without_membership_is_out_at_once(client: FlaskClient, place: Place) -> None:
    sign_in(client)
    with unit_of_work(place.organisation_id, place.app):
        db.session.execute(update(Membership).values(revoked_at=1))
    assert client.get("/api/session").status_code == 401


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": EMAIL}, {"password"}),
        ({"code": "K7M42QXZ", "email": EMAIL}, {"code"}),
        ({"email": 5, "password": [], "admin": True}, {"email", "password", "admin"}),
    ],
)
def test_all_faults_of_a_sign_in_are_named_at_once(
    client: FlaskClient, place: Place, body: dict[str, object], fields: set[str]
) -> None:
    answer = client.post("/api/sign-in", json=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert set(answer.json["fields"]) == fields


def test_signing_in_and_lock_outs_are_in_the_audit_log(client: FlaskClient, place: Place) -> None:
    sign_in(client)
    for _ in range(5):
        sign_in(client, password="not the password")
    with unit_of_work(place.organisation_id, place.app):
        events = db.session.execute(select(AuditEvent.n, AuditEvent.event).order_by(AuditEvent.n))
        names = [(row.n, row.event) for row in events]
    assert [n for n, _ in names] == list(range(1, len(names) + 1))
    assert [event for _, event in names][-2:] == ["sign_in.password", "sign_in.locked"]
    assert PASSWORD not in str(names)


def test_a_person_of_two_organisations_switches_and_sees_only_one(
    client: FlaskClient, place: Place
) -> None:
    with unit_of_work(None, place.app):
        other = create_organisation("Another Trust", "trust")
        third = create_organisation("Third Trust", "trust")
    with unit_of_work(other, place.app):
        grant_membership(place.user_id, "leader", "organisation", other)
    sign_in(client)
    session = client.get("/api/session").json
    assert {found["id"] for found in session["organisations"]} == {place.organisation_id, other}
    away = (
        other if session["organisation"]["id"] == place.organisation_id else place.organisation_id
    )
    path = "/api/session/organisation"
    old = cookie_of(client)
    answer = client.post(path, json={"organisation_id": away}, headers=JSON)
    assert answer.status_code == 200
    assert client.get("/api/session").json["organisation"]["id"] == away
    assert cookie_of(client) != old
    assert client.post(path, json={"organisation_id": third}, headers=JSON).status_code == 404
