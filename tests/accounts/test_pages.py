"""The sign-in page: without scripts, by form; where it leads; what its policy allows."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.accounts.services import make_sign_in_code
from server.core.unit import unit_of_work
from tests.accounts.conftest import EMAIL, PASSWORD, Place

FORM = {"way": "password", "email": EMAIL, "password": PASSWORD}
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}


def post(client: FlaskClient, data: dict[str, str]) -> TestResponse:
    return client.post("/sign-in", data=data, headers=SAME_SITE)


def test_the_form_signs_in_and_leads_to_the_desk(client: FlaskClient, place: Place) -> None:
    answer = post(client, FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    assert client.get("/api/session").status_code == 200
    again = client.get("/sign-in")
    assert (again.status_code, again.headers["Location"]) == (303, "/desk/")


def test_a_code_leads_a_technician_to_the_field(client: FlaskClient, place: Place) -> None:
    place.add("Tess Tablet", "technician", "organisation", place.organisation_id, PASSWORD)
    with unit_of_work(place.organisation_id, place.app):
        from sqlalchemy import select

        from server.accounts.models import User
        from server.core.database import db

        user_id = db.session.scalars(select(User.id).where(User.name == "Tess Tablet")).one()
        code = make_sign_in_code(user_id).code
    answer = post(client, {"way": "code", "code": code})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/field/")


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/desk/visits?open=1", "/desk/visits?open=1"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("/\\evil.example", "/desk/"),
        ("/\t/evil.example", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("desk", "/desk/"),
        ("/a\r\nSet-Cookie: x=1", "/desk/"),
    ],
)
def test_next_leads_only_to_paths_of_this_site(
    client: FlaskClient, place: Place, asked: str, led: str
) -> None:
    answer = post(client, {**FORM, "next": asked})
    assert answer.headers["Location"] == led
    assert client.get("/sign-in", query_string={"next": asked}).headers["Location"] == led


def test_a_failure_is_said_on_the_page_and_the_password_is_not_sent_back(
    client: FlaskClient, place: Place
) -> None:
    answer = post(client, {**FORM, "password": "not the password"})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "The e-mail or password is not right" in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert "not the password" not in answer.text


def test_empty_fields_are_named_beside_themselves(client: FlaskClient, place: Place) -> None:
    answer = post(client, {"way": "password", "email": " ", "password": ""})
    assert answer.status_code == 422
    assert "Type your e-mail." in answer.text
    assert 'aria-describedby="password-wrong"' in answer.text
    assert "Type the code." in post(client, {"way": "code"}).text


def test_what_was_typed_is_shown_as_text(client: FlaskClient, place: Place) -> None:
    answer = post(client, {**FORM, "email": '"><script>alert(1)</script>', "next": '"><script>'})
    assert "<script>alert" not in answer.text
    assert '"><script>' not in answer.text


def test_the_page_runs_only_its_own_script(client: FlaskClient, place: Place) -> None:
    answers = [client.get("/sign-in") for _ in range(2)]
    nonces = []
    for answer in answers:
        csp = answer.headers["Content-Security-Policy"]
        (nonce,) = re.findall(r"script-src 'nonce-([^']+)'", csp)
        assert re.findall(r"<script([^>]*)>", answer.text) == [f' nonce="{nonce}"']
        assert " style=" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


def test_the_pages_styles_are_the_apps_own_tokens(client: FlaskClient, place: Place) -> None:
    tokens = client.get("/pages/tokens.css")
    assert (tokens.status_code, tokens.mimetype) == (200, "text/css")
    assert "--accent" in tokens.text
    used = set(re.findall(r"var\((--[\w-]+)", client.get("/pages/pages.css").text))
    assert {name for name in used if f"{name}:" not in tokens.text} == set()
    same = client.get("/pages/tokens.css", headers={"If-None-Match": tokens.headers["ETag"]})
    assert same.status_code == 304
    assert client.get("/pages/other.css").status_code == 404


def test_signing_out_ends_the_session_and_leads_back(client: FlaskClient, place: Place) -> None:
    post(client, FORM)
    answer = client.post("/sign-out", headers=SAME_SITE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "Clear-Site-Data" not in answer.headers
    assert client.get("/api/session").status_code == 401
