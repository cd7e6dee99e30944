"""Codes typed on a tablet: for whom they are made, used once, ten minutes long, hard to guess."""

from __future__ import annotations

from flask.testing import FlaskClient

from server.accounts.rules import CODE_FAILURES, CODE_LIFE
from server.accounts.services import (
    add_user,
    create_organisation,
    grant_membership,
    make_sign_in_code,
)
from server.core.clock import new_id
from server.core.unit import unit_of_work
from tests.accounts.conftest import EMAIL, JSON, Now, Place, sign_in


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


def test_a_person_has_at_most_five_codes_at_once(
    client: FlaskClient, place: Place, now: Now
) -> None:
    codes = []
    for _ in range(6):
        now.at += 1
        codes.append(code_for(place))
    assert [type_code(place.app.test_client(), code) for code in codes] == [401] + [200] * 5
