"""A tablet sends what names no place there is: at the desk a person says of which school it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Playwright, expect

from server.core.clock import new_id, now_ms
from sync.ids import natural_id
from tests.browser.conftest import Stand
from tests.browser.field_day import Day, plan_day
from tests.browser.live import chromium
from tests.browser.tablet import sign_in
from tests.browser.test_settling import looked_at

HEADERS = {"X-Walkround": "1"}
SYNC = "/api/sync/v1"


@dataclass
class Sender:
    """A tablet's client over the stand's own database."""

    http: FlaskClient
    organisation_id: str
    client_id: str
    epoch: str

    def decisions(self) -> list[dict[str, object]]:
        said = {
            "client_id": self.client_id, "server_epoch": self.epoch, "scopes": {}, "decided": 0,
        }  # fmt: skip
        answer = self.http.post(f"{SYNC}/pull", json=said, headers=HEADERS)
        return list(answer.json["decisions"])

    def push(self, *ops: dict[str, Any]) -> list[tuple[str, str]]:
        header = {
            "client_id": self.client_id, "server_epoch": self.epoch, "device_now": now_ms(),
            "first_mid": 1, "n": len(ops),
        }  # fmt: skip
        body = "\n".join(json.dumps(line) for line in (header, *ops)) + "\n"
        answer = self.http.post(
            f"{SYNC}/push", data=body, content_type="application/x-ndjson", headers=HEADERS
        )
        return [(found["status"], found["code"]) for found in answer.json["results"]]


@pytest.fixture
def sender(small_stand: Stand) -> Sender:
    http = small_stand.app.test_client()
    person = small_stand.person("technician")
    said = {"email": person.email, "password": person.password}
    session = http.post("/api/sign-in", json=said, headers=HEADERS).json
    hello = {
        "proto": 1, "client_id": new_id(), "device_id": new_id(), "app_build": "test", "sv": 1,
        "organisation_id": session["organisation"]["id"], "device_now": now_ms(), "outbox": {},
    }  # fmt: skip
    epoch = http.post(f"{SYNC}/hello", json=hello, headers=HEADERS).json["server_epoch"]
    return Sender(http, session["organisation"]["id"], str(hello["client_id"]), epoch)


@pytest.fixture
def desk(playwright: Playwright) -> Iterator[Page]:
    with playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]) as browser:
        yield browser.new_page()


def findings_of_a_lost_visit(sender: Sender, day: Day) -> list[dict[str, Any]]:
    visit = new_id()
    lines = []
    for mid, thing in enumerate(day.here[:2], 1):
        key = {"visit_id": visit, "subject_kind": "asset", "subject_id": thing.id}
        id_ = natural_id("finding", sender.organisation_id, visit, "asset", thing.id)
        said = {**key, "seen": True, "condition": "D", "note": "Cracked along the hinge"}
        lines.append({
            "mid": mid, "sv": 1, "kind": "finding", "id": id_, "scope": visit, "at": now_ms(),
            "mono": ["s", mid], "set": said, "base": {},
        })  # fmt: skip
    return lines


def test_work_that_names_no_place_is_given_one_or_refused_by_keys_alone(
    small_stand: Stand, sender: Sender, desk: Page
) -> None:
    day = plan_day(small_stand.app)
    lines = findings_of_a_lost_visit(sender, day)
    # Two visits were lost: one finding of each.
    lost = new_id()
    other = natural_id("finding", sender.organisation_id, lost, "asset", day.here[1].id)
    lines[1] |= {"id": other, "scope": lost, "set": {**lines[1]["set"], "visit_id": lost}}
    assert sender.push(*lines) == [("held", "no_membership")] * 2
    sign_in(desk, small_stand, "trust_it", "/desk/")
    desk.goto(f"{small_stand.server.url}/desk/review")
    expect(desk.get_by_text("It names no school or visit that is known here.")).to_be_visible()
    looked_at(desk, "nowhere")
    accept(desk, day)
    refuse(desk)
    told = [(one["outcome"], one["reason"]) for one in sender.decisions()]
    assert told == [("accepted", ""), ("refused", "Nobody walked there")]
    desk.goto(f"{small_stand.server.url}/desk/visits/{lines[0]['scope']}")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Visit found on a tablet")


def accept(page: Page, day: Day) -> None:
    page.keyboard.press("a")
    school = page.locator(".matter").get_by_label("School")
    expect(school).to_be_focused()
    page.get_by_role("button", name="Accept the change").press("Enter")
    expect(school).to_be_focused()
    expect(school).to_have_accessible_description(re.compile("Choose the school it belongs to"))
    looked_at(page, "nowhere-school")
    school.focus()  # a picture of a narrow page takes the keyboard away
    page.keyboard.type(day.school)
    expect(school.locator("option:checked")).to_have_text(day.school)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Accept the change")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Accepted")


def refuse(page: Page) -> None:
    expect(page.get_by_role("link", name=re.compile("no place"))).to_have_count(1)
    page.keyboard.press("r")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Nobody walked there")
    looked_at(page, "nowhere-refuse")
    page.get_by_label("Reason").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("Refused")
    expect(page.get_by_text("Nothing needs a person")).to_be_visible()
