"""A tablet's own credential: its person shut out, it hands in what it holds and does no more."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from server.accounts.access import Principal, allow, current
from server.accounts.models import Membership, User
from server.accounts.rules import ENROLLED_FOR
from server.accounts.services import enrol_device
from server.core.clock import new_id
from server.core.database import db
from server.core.unit import unit_of_work
from tests.accounts.conftest import JSON, Now, Place, sign_in

TABLET = "0d9f8a52-6a55-4b0e-9d4e-2f8d7f1f6b11"


@pytest.fixture
def seen(app: Flask) -> list[Principal]:
    """Record who a push was made as."""
    found: list[Principal] = []
    push = app.view_functions.get("sync.push")
    assert push is None or callable(push)

    @allow.signed_in
    def watch() -> str:
        found.append(current())
        return ""

    for rule in app.url_map.iter_rules():
        if rule.rule == "/api/sync/v1/push":
            app.view_functions[rule.endpoint] = watch
            return found
    app.add_url_rule("/api/sync/v1/push", view_func=watch, methods=["POST"])
    return found


def with_cookie(place: Place) -> FlaskClient:
    with unit_of_work(place.organisation_id, place.app):
        value = enrol_device(place.user_id, place.organisation_id, TABLET)
    client = place.app.test_client()
    client.set_cookie("walkround-device", value)
    return client


def shut_out(place: Place) -> None:
    with unit_of_work(place.organisation_id, place.app):
        db.session.execute(update(Membership).values(revoked_at=1))


def push(client: FlaskClient) -> int:
    return client.post("/api/sync/v1/push", json={}, headers=JSON).status_code


def test_the_tablet_of_a_person_shut_out_may_push_and_nothing_else(
    place: Place, seen: list[Principal]
) -> None:
    client = with_cookie(place)
    shut_out(place)
    assert push(client) == 200
    (principal,) = seen
    assert (principal.via, principal.device_id) == ("device", TABLET)
    assert principal.grants == {}
    assert principal.roles == frozenset()
    for path in ("/api/session", "/api/visits", "/api/people"):
        assert client.get(path).status_code == 401
    assert client.post("/api/sync/v1/pull", json={}, headers=JSON).status_code == 401
    assert client.get("/api/sync/v1/push").status_code in (401, 405)


def test_the_tablet_of_a_person_shut_out_hands_in_photo_bytes(place: Place) -> None:
    client = with_cookie(place)
    data = b"not yet looked at"
    sha256 = hashlib.sha256(data).hexdigest()
    path, said = "/api/sync/v1/blobs", {"sha256": sha256, "size": len(data), "mime": "image/jpeg"}
    assert client.post(path, json=said, headers=JSON).status_code == 401, "can still sign in"
    shut_out(place)
    assert client.post(path, json=said, headers=JSON).json["state"] == "partial"
    headers = {**JSON, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert client.patch(f"{path}/{sha256}", data=data, headers=headers).status_code == 204
    assert client.head(f"{path}/{sha256}").headers["Upload-Offset"] == str(len(data))
    assert client.get(f"{path}/{sha256}").status_code == 401


def hello(client: FlaskClient, organisation_id: str) -> TestResponse:
    said = {
        "proto": 1, "client_id": new_id(), "device_id": TABLET, "app_build": "test", "sv": 1,
        "organisation_id": organisation_id, "device_now": 0, "outbox": {},
    }  # fmt: skip
    return client.post("/api/sync/v1/hello", json=said, headers=JSON)


@pytest.mark.parametrize("how", ["membership", "disabled"])
def test_the_tablet_of_a_person_shut_out_is_told_so_and_holds_nothing_more(
    place: Place, how: str
) -> None:
    client = with_cookie(place)
    assert hello(client, place.organisation_id).status_code == 401, "can still sign in"
    sign_in(client)
    assert hello(client, place.organisation_id).json["state"] == "ok"
    if how == "membership":
        shut_out(place)
    else:
        with unit_of_work(None, place.app):
            db.session.execute(update(User).values(disabled_at=1))
    answer = hello(client, place.organisation_id)
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["scopes"]) == ("revoked", [])
    assert hello(client, new_id()).status_code == 404


def test_a_person_who_can_still_sign_in_is_asked_to(place: Place, seen: list[Principal]) -> None:
    assert push(with_cookie(place)) == 401
    assert seen == []


def test_the_tablets_credential_ends_after_180_days(
    place: Place, seen: list[Principal], now: Now
) -> None:
    client = with_cookie(place)
    shut_out(place)
    now.at += ENROLLED_FOR - 1
    assert push(client) == 200
    now.at += 1
    assert push(client) == 401


@pytest.mark.parametrize("part", range(4))
def test_a_changed_credential_is_nobody(place: Place, seen: list[Principal], part: int) -> None:
    client = with_cookie(place)
    shut_out(place)
    cookie = client.get_cookie("walkround-device")
    assert cookie is not None
    parts = cookie.value.split(".")
    parts[part] = new_id() if part < 3 else "x" * 43
    client.set_cookie("walkround-device", ".".join(parts))
    assert push(client) == 401


def test_a_new_enrolment_ends_the_old_cookie(place: Place, seen: list[Principal]) -> None:
    old, new = with_cookie(place), with_cookie(place)
    shut_out(place)
    assert push(old) == 401
    assert push(new) == 200


def test_the_first_signed_in_hello_enrols_a_tablet_and_the_next_leaves_it(
    client: FlaskClient, place: Place
) -> None:
    sign_in(client)
    first = hello(client, place.organisation_id)
    assert first.status_code == 200
    (cookie,) = first.headers.getlist("Set-Cookie")
    assert cookie.startswith("walkround-device=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    second = hello(client, place.organisation_id)
    assert second.headers.getlist("Set-Cookie") == []
