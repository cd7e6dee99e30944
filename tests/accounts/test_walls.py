"""The walls of every request: same site, host, size, types; and the headers of every answer."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from server.core.security import SMALL_BODY, body_cap
from tests.accounts.conftest import EMAIL, JSON, PASSWORD, Place, sign_in

BODY = {"email": EMAIL, "password": PASSWORD}
OURS = {"X-Walkround": "1"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Walkround": "0"},
        {**OURS, "Sec-Fetch-Site": "cross-site"},
        {**OURS, "Sec-Fetch-Site": "same-site"},
        {**OURS, "Origin": "https://evil.example"},
        {**OURS, "Origin": "http://localhost:9"},
        {**OURS, "Origin": "null"},
        {**OURS, "Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_change_that_another_site_could_cause_is_refused(
    client: FlaskClient, place: Place, headers: dict[str, str]
) -> None:
    answer = client.post("/api/sign-in", json=BODY, headers=headers)
    assert answer.status_code == 403
    assert answer.json["slug"] == "not_same_site"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        OURS,
        {**OURS, "Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {**OURS, "Origin": "http://localhost"},
    ],
)
def test_our_own_page_may_change_things(
    client: FlaskClient, place: Place, headers: dict[str, str]
) -> None:
    assert client.post("/api/sign-in", json=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_that_a_form_could_send_is_refused(
    client: FlaskClient, place: Place, kind: str
) -> None:
    answer = client.post("/api/sign-in", data=b"{}", content_type=kind, headers=OURS)
    assert answer.status_code == 415
    assert answer.json["slug"] == "wrong_type"


def test_a_form_from_another_site_neither_signs_in_nor_out(
    client: FlaskClient, place: Place
) -> None:
    sign_in(client)
    for path in ("/sign-in", "/sign-out"):
        answer = client.post(path, data=BODY, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert client.get("/api/session").status_code == 200


@pytest.mark.parametrize("path", ["/api/sign-out", "/sign-out", "/api/sign-in-codes"])
def test_nothing_changes_on_get(client: FlaskClient, place: Place, path: str) -> None:
    sign_in(client)
    assert client.get(path).status_code in (404, 405)
    assert client.get("/api/session").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "169.254.169.254", "10.0.0.5", ""]
)
def test_a_name_that_is_not_ours_is_refused(client: FlaskClient, place: Place, host: str) -> None:
    answer = client.get("/healthz", headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_our_own_names_are_answered(client: FlaskClient, place: Place, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_on_the_local_network_our_addresses_and_names_are_answered(
    client: FlaskClient, place: Place
) -> None:
    place.app.config["LAN"] = True
    place.app.config["HOSTS"] = frozenset({"desk.local"})
    for host, status in (("192.168.1.20:8000", 200), ("desk.local", 200), ("evil.example", 400)):
        assert client.get("/healthz", headers={"Host": host}).status_code == status
    secure = client.get("/healthz", base_url="https://desk.local")
    assert "Strict-Transport-Security" not in secure.headers


def test_every_answer_carries_the_headers(client: FlaskClient, place: Place) -> None:
    for path in ("/healthz", "/api/session", "/sign-in", "/nothing", "/api/nothing"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Permissions-Policy"].startswith("camera=(self), ")
        assert "microphone=()" in headers["Permissions-Policy"]
        csp = headers["Content-Security-Policy"]
        assert csp.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in csp
        assert "unsafe-inline" not in csp
        assert "Strict-Transport-Security" not in headers, "only on https"


def test_the_apps_pages_may_run_only_our_own_scripts(client: FlaskClient, place: Place) -> None:
    csp = client.get("/healthz").headers["Content-Security-Policy"]
    assert csp == (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        "img-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    )


def test_https_is_remembered_for_a_year(client: FlaskClient, place: Place) -> None:
    headers = client.get("/healthz", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_what_a_signed_in_person_reads_is_never_stored(client: FlaskClient, place: Place) -> None:
    sign_in(client)
    for path in ("/api/session", "/api/people", "/api/visits", "/api/nothing"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_body_over_the_cap_of_its_route_is_refused(client: FlaskClient, place: Place) -> None:
    large = {"email": "a" * 20_000, "password": "b"}
    answer = client.post("/api/sign-in", json=large, headers=OURS)
    assert answer.status_code == 413
    assert answer.json["slug"] == "too_large"


def test_a_body_of_unknown_length_is_read_no_further_than_the_cap(
    client: FlaskClient, place: Place
) -> None:
    body = io.BytesIO(b'{"email": "' + b"a" * 400_000)
    answer = client.post(
        "/api/sign-in",
        input_stream=body,
        content_type="application/json",
        headers={**OURS, "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 400
    assert answer.json["slug"] == "bad_request"
    assert body.tell() <= body_cap("/api/sign-in")


def test_pushes_and_photo_chunks_have_room_and_the_rest_is_small() -> None:
    assert body_cap("/api/sync/v1/push") >= 1024 * 1024
    assert body_cap("/api/sync/v1/blobs/0a") >= 4 * 1024 * 1024
    assert body_cap("/api/visits") == SMALL_BODY


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[" * 15_000,
        b'{"email": 1e999}',
        b"\xff\xfe",
        b'{"email": ' + b"9" * 10_000 + b"}",
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    ],
)
def test_json_made_to_break_a_reader_is_refused(
    client: FlaskClient, place: Place, data: bytes
) -> None:
    headers = {**OURS, "Content-Type": "application/json"}
    answer = client.post("/api/sign-in-codes", data=data, headers=headers)
    signed_in = sign_in(client)
    assert signed_in.status_code == 200
    answer = client.post("/api/sign-in-codes", data=data, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_a_fault_of_ours_shows_no_trace(place: Place) -> None:
    from server.accounts.access import allow

    @allow.anyone
    def broken() -> str:
        raise RuntimeError("password=hunter2 at line 7")

    place.app.add_url_rule("/api/broken", view_func=broken)
    answer = place.app.test_client().get("/api/broken")
    assert answer.status_code == 500
    assert answer.json["slug"] == "server_error"
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


def test_a_person_gets_a_page_and_a_program_gets_json(client: FlaskClient, place: Place) -> None:
    page = client.get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "There is nothing here that you may see" in page.text
    program = client.get("/nothing")
    assert (program.status_code, program.mimetype) == (404, "application/problem+json")
    assert client.get("/api/nothing", headers={"Accept": "text/html"}).json["slug"] == "not_found"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient, place: Place) -> None:
    answer = client.delete("/api/sign-in", headers=JSON)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
