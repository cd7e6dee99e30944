"""What sync/README.md lists is what the code has: kinds, routes, limits, codes, problems, ids."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from server.accounts.access import Access, access_of
from server.accounts.api.boundary import DEVICE_PATHS, DEVICE_PREFIX
from server.accounts.rules import DAY, ENROLLED_FOR
from server.core import security
from server.core.problems import CATALOGUE
from server.exchange import lost, receive, send, tombstones, unsent_file, uploads
from server.exchange.api import fetch, push
from sync import codec, op, releases
from sync.batch import HELD, REJECTED, WORST
from sync.ids import NAMESPACE
from tests.guards.source import files, read
from tests.guards.sync_page import kinds_text

PREFIX = "/api/sync/v1"
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
UNITS = {"KiB": 1024, "MiB": 1024 * 1024}


def page() -> str:
    return read("sync/README.md")


def rows(head: str) -> list[list[str]]:
    """Return the cells of the table that begins with this row."""
    lines = page().partition(f"\n{head}\n")[2].splitlines()[1:]
    assert lines, f"no table begins with {head}"
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_the_kinds_are_those_that_are_declared() -> None:
    assert f"\n```\n{kinds_text()}\n```\n" in page(), "python -m tests.guards.sync_page prints them"


def test_the_codes_are_those_that_are_given() -> None:
    written = {(code.strip("`"), status) for code, status, _ in rows("| code | status | when |")}
    given = {(code, "held") for code in HELD} | {(code, "rejected") for code in REJECTED}
    assert written == given
    assert all(f"`{status}`" in page() for status in WORST)


@pytest.mark.only("sqlite")
def test_the_routes_are_those_that_answer_and_let_in_whom_they_say(app: Flask) -> None:
    answering = {
        f"{method} {VARIABLE.sub(_braced, rule.rule)}": _who(
            access_of(app.view_functions[rule.endpoint]), rule.rule
        )
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {
        route.strip("`").replace(" ", f" {PREFIX}"): frozenset(who.split(", "))
        for route, who, _ in rows("| route | who | |")
    }
    assert written == answering


def _braced(variable: re.Match[str]) -> str:
    return f"{{{variable[1]}}}"


def _who(access: Access | None, path: str) -> frozenset[str]:
    assert access is not None
    people = {"anybody signed in"} if access.rule == "signed_in" else access.roles
    is_for_tablets = path in DEVICE_PATHS or path.startswith(DEVICE_PREFIX)
    return frozenset(people) | ({"the device's credential"} if is_for_tablets else set())


def test_the_limits_are_those_that_are_held() -> None:
    caps = dict(security.BODY_CAPS)
    held = {
        "ops in a push": receive.MAX_OPS,
        "lines of a push, unzipped": receive.MAX_BYTES,
        "header of a push": push.HEADER_BYTES,
        "ops in a group": op.GROUP_OPS,
        "lines of a group": op.GROUP_BYTES,
        "fields that an op sets, and that its base names": op.MAX_FIELDS,
        "characters of a name in a base": op.MAX_NAME,
        "levels of brackets": codec.MAX_DEPTH,
        "rows of a pull": send.PAGE,
        "scopes of a pull": fetch.MAX_SCOPES,
        "body of any other request": caps[f"{PREFIX}/"],
        "body of a recovery list": caps[f"{PREFIX}/recovery"],
        "items of a recovery list": lost.MOST,
        "value in a recovery list": lost.LONGEST,
        "chunk": uploads.MAX_CHUNK,
        "photo": uploads.MAX_BYTES,
        "export, as it is sent": caps[f"{PREFIX}/unsent"],
        "changes of an export, unzipped": unsent_file.MAX_CHANGES,
        "files of an export": unsent_file.MAX_PHOTOS,
        "days until a tombstone may go": tombstones.HORIZON_MS // DAY,
        "days of a device's credential": ENROLLED_FOR // DAY,
        "months in which a schema version may fetch": releases.KEPT_MONTHS,
    }
    assert {what: _number(most) for what, most in rows("| limit | at most |")} == held


def _number(text: str) -> int:
    number, _, unit = text.partition(" ")
    return int(number) * UNITS[unit] if unit else int(number)


def test_each_problem_has_the_status_that_is_written() -> None:
    found = re.findall(r"\b(\d{3}) `(\w+)`", page())
    assert {("409", "fork"), ("403", "client_taken")} <= set(found)
    assert {(int(status), slug) for status, slug in found} <= {
        (status, slug) for slug, (status, _) in CATALOGUE.items()
    }


def test_the_names_it_rests_on_are_there() -> None:
    assert f"`{NAMESPACE}`" in page()
    cases = set(re.findall(r"`(?:cases/)?(\w+\.json)`", page()))
    assert {f"sync/cases/{name}" for name in cases} == set(files("sync/cases/*.json"))
