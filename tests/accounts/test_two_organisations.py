"""A person of two organisations: signs in where work waits; shut out of one, hands in to it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from server.accounts.models import Membership
from server.accounts.services import add_user, create_organisation, grant_membership
from server.core.clock import new_id
from server.core.database import db
from server.core.unit import unit_of_work
from tests.accounts.conftest import JSON, PASSWORD, Place, sign_in
from tests.accounts.test_pages import FORM, post

TABLET = "0d9f8a52-6a55-4b0e-9d4e-2f8d7f1f6b11"
SYNC = "/api/sync/v1"


@dataclass
class Two:
    """Their two organisations: ``first`` by name is where a plain sign-in leads."""

    place: Place
    first: str
    second: str

    def shut_out_of(self, organisation_id: str) -> None:
        with unit_of_work(organisation_id, self.place.app):
            db.session.execute(
                update(Membership)
                .where(Membership.organisation_id == organisation_id)
                .values(revoked_at=1)
            )


@pytest.fixture
def two(place: Place) -> Two:
    with unit_of_work(None, place.app):
        second = create_organisation("West Learning Trust", "trust")
    with unit_of_work(second, place.app):
        grant_membership(place.user_id, "trust_it", "organisation", second)
    return Two(place, place.organisation_id, second)


def hello(client: FlaskClient, organisation_id: str, client_id: str) -> TestResponse:
    said = {
        "proto": 1, "client_id": client_id, "device_id": TABLET, "app_build": "test", "sv": 1,
        "organisation_id": organisation_id, "device_now": 0, "outbox": {},
    }  # fmt: skip
    headers = {**JSON, "X-Walkround-Organisation": organisation_id}
    return client.post(f"{SYNC}/hello", json=said, headers=headers)


def push(client: FlaskClient, organisation_id: str, client_id: str, epoch: str) -> TestResponse:
    header = {
        "client_id": client_id, "server_epoch": epoch, "device_now": 0, "first_mid": 1, "n": 1,
        "organisation_id": organisation_id,
    }  # fmt: skip
    op = {
        "mid": 1, "sv": 1, "kind": "asset", "id": new_id(), "scope": new_id(), "at": 1,
        "mono": ["s", 1], "set": {"name": "Kept"}, "base": {},
    }  # fmt: skip
    body = f"{json.dumps(header)}\n{json.dumps(op)}\n"
    return client.post(
        f"{SYNC}/push", data=body, content_type="application/x-ndjson",
        headers={**JSON, "X-Walkround-Organisation": organisation_id},
    )  # fmt: skip


def switch(client: FlaskClient, organisation_id: str) -> int:
    said = {"organisation_id": organisation_id}
    return client.post("/api/session/organisation", json=said, headers=JSON).status_code


@pytest.fixture
def tablet(client: FlaskClient, two: Two) -> FlaskClient:
    """Enrolled in both, signed in to the second."""
    sign_in(client)
    assert hello(client, two.first, new_id()).status_code == 200
    assert switch(client, two.second) == 200
    assert hello(client, two.second, new_id()).status_code == 200
    return client


def test_signed_in_to_one_a_tablet_hands_in_to_the_other_that_shut_its_person_out(
    tablet: FlaskClient, two: Two
) -> None:
    mine = new_id()
    assert hello(tablet, two.first, mine).status_code == 404, "can still sign in there"
    two.shut_out_of(two.first)
    told = hello(tablet, two.first, mine)
    assert (told.status_code, told.json["state"], told.json["scopes"]) == (200, "revoked", [])
    sent = push(tablet, two.first, mine, told.json["server_epoch"])
    assert [one["code"] for one in sent.json["results"]] == ["no_membership"]
    assert hello(tablet, two.second, new_id()).json["state"] == "ok"
    assert tablet.get("/api/session").json["organisation"]["id"] == two.second


def test_its_photos_go_the_same_way(tablet: FlaskClient, two: Two) -> None:
    two.shut_out_of(two.first)
    data = b"not yet looked at"
    sha256 = hashlib.sha256(data).hexdigest()
    named = {**JSON, "X-Walkround-Organisation": two.first}
    said = {"sha256": sha256, "size": len(data), "mime": "image/jpeg"}
    said["organisation_id"] = two.first
    path = f"{SYNC}/blobs"
    assert tablet.post(path, json=said, headers=named).json["state"] == "partial"
    chunk = {**named, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert tablet.patch(f"{path}/{sha256}", data=data, headers=chunk).status_code == 204
    answer = tablet.head(f"{path}/{sha256}", headers=JSON)
    assert answer.status_code == 404, "it was not for the organisation of the session"


def test_the_name_of_an_organisation_opens_nothing_else(tablet: FlaskClient, two: Two) -> None:
    two.shut_out_of(two.first)
    named = {**JSON, "X-Walkround-Organisation": two.first}
    assert tablet.get("/api/session", headers=named).json["organisation"]["id"] == two.second
    said = {"client_id": new_id(), "server_epoch": "", "scopes": {}, "organisation_id": two.first}
    assert tablet.post(f"{SYNC}/pull", json=said, headers=named).status_code == 404
    stranger = two.place.app.test_client()
    sign_in(stranger)
    assert hello(stranger, two.first, new_id()).status_code == 404, "no credential, no way in"


def test_the_credential_of_somebody_else_does_not_speak_for_who_is_signed_in(
    tablet: FlaskClient, two: Two
) -> None:
    with unit_of_work(two.second, two.place.app):
        other = add_user("Tess Tablet", "tess@west.example", PASSWORD)
        grant_membership(other, "technician", "organisation", two.second)
    two.shut_out_of(two.first)
    assert sign_in(tablet, "tess@west.example").status_code == 200
    assert hello(tablet, two.first, new_id()).status_code == 404


def test_a_sign_in_may_name_the_organisation_whose_work_waits(
    client: FlaskClient, two: Two
) -> None:
    page = client.get(f"/sign-in?next=/field/&organisation={two.second}").text
    assert re.search(rf'name="organisation" value="{two.second}"', page)
    assert post(client, {**FORM, "organisation": two.second}).status_code == 303
    assert client.get("/api/session").json["organisation"]["id"] == two.second
    shown = client.get(f"/sign-in?next=/field/&organisation={two.first}")
    assert shown.status_code == 200, "signed in to another one, the form is shown"
    assert client.get(f"/sign-in?organisation={two.second}").status_code == 303


def test_an_organisation_that_is_not_theirs_is_no_way_in(client: FlaskClient, two: Two) -> None:
    with unit_of_work(None, two.place.app):
        foreign = create_organisation("East Learning Trust", "trust")
    for named in (foreign, new_id(), "x'"):
        assert post(client, {**FORM, "organisation": named}).status_code == 303
        assert client.get("/api/session").json["organisation"]["id"] == two.first


def test_the_cookie_keeps_a_few_credentials_and_none_twice(
    client: FlaskClient, place: Place
) -> None:
    sign_in(client)
    homes = [place.organisation_id]
    for n in range(8):
        with unit_of_work(None, place.app):
            homes.append(create_organisation(f"Trust {n}", "trust"))
        with unit_of_work(homes[-1], place.app):
            grant_membership(place.user_id, "trust_it", "organisation", homes[-1])
    for home in (*homes, *homes[-2:]):
        assert switch(client, home) == 200
        assert hello(client, home, new_id()).status_code == 200
    cookie = client.get_cookie("walkround-device")
    assert cookie is not None
    kept = [value.split(".")[0] for value in cookie.value.split("~")]
    assert kept == list(reversed(homes[-6:]))
    assert len(cookie.value) < 1500
