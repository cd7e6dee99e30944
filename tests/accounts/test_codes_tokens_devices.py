"""Codes typed on a tablet, bearer tokens of programs, and the push-only credential of a tablet."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from server.accounts.access import Principal, allow, current
from server.accounts.models import Membership, User
from server.accounts.rules import CODE_FAILURES, CODE_LIFE, DAY, ENROLLED_FOR
from server.accounts.services import (
    add_user,
    create_organisation,
    enrol_device,
    grant_membership,
    make_sign_in_code,
    make_token,
)
from server.core.clock import new_id
from server.core.database import db
from server.core.unit import unit_of_work
from tests.accounts.conftest import EMAIL, JSON, Now, Place, sign_in

TABLET = "0d9f8a52-6a55-4b0e-9d4e-2f8d7f1f6b11"


def code_for(place: Place) -> str:
    with unit_of_work(place.organisation_id, place.app):
        return make_sign_in_code(place.user_id).code


def type_code(client: FlaskClient, code: str) -> int:
    return client.post("/api/sign-in", json={"code": code}, headers=JSON).status_code


def test_a_code_made_on_the_desk_signs_a_tablet_in_once(client: FlaskClient, place: Place) -> None:
    sign_in(client)
    made = client.post("/api/sign-in-codes", json={}, headers=JSON)
    assert made.status_code == 201
    code = made.json["code"]
    assert len(code) == 9
    assert code[4] == "-"
    tablet = place.app.test_client()
    assert type_code(tablet, code) == 200
    assert tablet.get("/api/session").json["user"]["email"] == EMAIL
    assert type_code(place.app.test_client(), code) == 401, "single use"


def test_a_code_may_be_typed_carelessly(client: FlaskClient, place: Place) -> None:
    code = code_for(place)
    typed = code.lower().replace("0", "o").replace("1", "l")
    assert type_code(client, f" {typed[:4]} - {typed[4:]} ") == 200


def test_a_code_ends_after_ten_minutes(client: FlaskClient, place: Place, now: Now) -> None:
    code = code_for(place)
    now.at += CODE_LIFE
    assert type_code(client, code) == 401


def test_a_code_is_void_after_five_failures(client: FlaskClient, place: Place) -> None:
    code = code_for(place)
    other = "0000" if code[4:] != "0000" else "1111"
    for _ in range(CODE_FAILURES):
        assert type_code(client, code[:4] + other) == 401
    assert type_code(client, code) == 401


def test_wrong_codes_of_others_do_not_void_mine(client: FlaskClient, place: Place) -> None:
    code = code_for(place)
    start = "0000" if code[:4] != "0000" else "1111"
    for _ in range(CODE_FAILURES + 1):
        type_code(client, start + "ABCD")
    assert type_code(client, code) == 200


def test_guessing_codes_is_slowed_by_address(client: FlaskClient, place: Place, now: Now) -> None:
    statuses = [type_code(client, f"ABCD{n:04d}") for n in range(21)]
    assert statuses == [401] * 20 + [429]
    answer = client.post("/api/sign-in", json={"code": "ABCD1234"}, headers=JSON)
    assert answer.json["detail"].startswith("Too many tries did not work. Wait 10 minutes")
    now.at += 10 * 60_000
    assert type_code(client, code_for(place)) == 200


def test_the_organisations_it_makes_codes_for_its_people_only(
    client: FlaskClient, place: Place
) -> None:
    mine = place.add("Tess Tablet", "technician", "organisation", place.organisation_id, "")
    shared = place.add("Cons Ultant", "consultant", "organisation", place.organisation_id, "")
    with unit_of_work(None, place.app):
        other = create_organisation("South Trust", "trust")
        stranger = add_user("Stranger", "stranger@south.example")
    with unit_of_work(other, place.app):
        grant_membership(shared, "consultant", "organisation", other)
        grant_membership(stranger, "trust_it", "organisation", other)
    sign_in(client)
    for user_id, status in ((mine, 201), (shared, 403), (stranger, 404), (new_id(), 404)):
        answer = client.post("/api/sign-in-codes", json={"user_id": user_id}, headers=JSON)
        assert answer.status_code == status
    tablet = place.app.test_client()
    with unit_of_work(place.organisation_id, place.app):
        code = make_sign_in_code(mine).code
    type_code(tablet, code)
    answer = tablet.post("/api/sign-in-codes", json={"user_id": place.user_id}, headers=JSON)
    assert answer.status_code == 404, "a technician makes codes only for themselves"


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
    old = client.get_cookie("walkround").value
    answer = client.post(path, json={"organisation_id": away}, headers=JSON)
    assert answer.status_code == 200
    assert client.get("/api/session").json["organisation"]["id"] == away
    assert client.get_cookie("walkround").value != old
    assert client.post(path, json={"organisation_id": third}, headers=JSON).status_code == 404


def test_a_person_has_at_most_five_codes_at_once(
    client: FlaskClient, place: Place, now: Now
) -> None:
    codes = []
    for _ in range(6):
        now.at += 1
        codes.append(code_for(place))
    assert [type_code(place.app.test_client(), code) for code in codes] == [401] + [200] * 5


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
    parts = client.get_cookie("walkround-device").value.split(".")
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
