"""Every page, in light and dark, has nothing serious that axe can find.

Pages are named by their pattern, with each kind and tab spelt out; tests/guards/test_pages.py
fails when one of the app's is missing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from sqlalchemy import select

from server.accounts.models import User
from server.audits.models import SUBJECT_KINDS, Finding, Visit
from server.core.database import db
from server.core.queue import enqueue
from server.core.tenancy import across_organisations
from server.core.unit import unit_of_work
from server.estate.models import Asset, Lot, Room, System
from server.planning.models import Plan
from server.run.first_steps import page as first_steps
from tests.browser.conftest import Stand
from tests.browser.live import chromium

AXE = Path(__file__).parents[2] / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  });
  return found.violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A page that found nothing to show is no examination of it.
LOST = re.compile("not on this tablet|no such page|not found", re.IGNORECASE)
DESK = (
    *("/desk/", "/desk/schools/:id", "/desk/schools/:id/assets", "/desk/schools/:id/findings"),
    *("/desk/assets", "/desk/assets/:id", "/desk/lots/:id", "/desk/systems/:id"),
    *("/desk/findings/:asset", "/desk/findings/:lot", "/desk/findings/:system", "/desk/visits"),
    *("/desk/visits/new", "/desk/visits/:id", "/desk/plans", "/desk/plans/new", "/desk/plans/:id"),
    *("/desk/review", "/desk/labels", "/desk/people", "/desk/unsent", "/desk/jobs/:id"),
    "/desk/restored",
)
ROOM = "/field/visits/:visit/rooms/:room"
FIELD = (
    *("/field", "/field/install", "/field/sync", "/field/visits/:visit"),
    *("/field/visits/:visit/scan", ROOM, f"{ROOM}/scan", f"{ROOM}/add", f"{ROOM}/about"),
    *(f"{ROOM}/asset/:id", f"{ROOM}/lot/:id", f"{ROOM}/system/:id"),
    *(f"{ROOM}/asset/:id/photo", f"{ROOM}/lot/:id/photo", f"{ROOM}/system/:id/photo"),
)
SERVER = {"sign_in": "/sign-in", "problem": "/nothing-is-here", "first_steps": ""}


@pytest.fixture(scope="module")
def ids(desk_stand: Stand) -> dict[str, str]:
    """One record of each kind, by the word before its id in an address."""
    app = desk_stand.app
    with app.app_context(), across_organisations():
        visit = db.session.scalars(select(Visit).where(Visit.state == "open").limit(1)).one()
        organisation_id, school_id = visit.organisation_id, visit.school_id
        email = desk_stand.person("trust_it").email
        actor_id = db.session.scalars(select(User.id).where(User.email == email)).one()
        found = {"visit": visit.id, "schools": school_id, "visits": visit.id}
        for kind, model in (("asset", Asset), ("lot", Lot), ("system", System)):
            thing = db.session.execute(
                select(model.id, model.room_id)
                .join(Room, Room.id == model.room_id)
                .where(model.scope_id == school_id)
                .order_by(Room.builtin.is_not(None), model.id)
                .limit(1)
            ).one()
            found[f"{kind}s"], found[f"room of {kind}"] = thing
            seen = db.session.execute(
                select(Finding.id, Finding.visit_id, Finding.subject_id)
                .where(Finding.organisation_id == organisation_id, Finding.subject_kind == kind)
                .limit(1)
            ).one()
            found[f"finding of {kind}"] = f"{seen.id}?visit={seen.visit_id}&subject={seen[2]}"
    with unit_of_work(organisation_id, app):
        # No Redis is told: it stands in the list as waiting, until the sweep finds it.
        found["jobs"] = enqueue("ratings.nightly", {}, actor_id=actor_id)
    return found


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with playwright.chromium.launch(
        executable_path=chromium(),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking",
              "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
    ) as started:  # fmt: skip
        yield started


@pytest.fixture(scope="module")
def desk(browser: Browser, desk_stand: Stand, ids: dict[str, str]) -> Page:
    page = signed_in(browser, desk_stand, "trust_it", "/desk/", width=1440, height=900)
    ids["plans"] = make_plan(page, desk_stand)
    return page


@pytest.fixture(scope="module")
def field(browser: Browser, desk_stand: Stand) -> Page:
    page = signed_in(browser, desk_stand, "consultant", "/field/", width=820, height=1180)
    page.get_by_role("button", name=re.compile("Download")).first.click()
    ready = page.get_by_text(re.compile("Ready without signal"))
    expect(ready.first).to_be_visible(timeout=60_000)
    return page


def signed_in(
    browser: Browser, stand: Stand, role: str, onward: str, *, width: int, height: int
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, bypass_csp=True, permissions=["camera"]
    )
    page = context.new_page()
    person = stand.person(role)
    page.goto(f"{stand.server.url}/sign-in?next={onward}")
    page.locator("#email").fill(person.email)
    page.locator("#password").fill(person.password)
    page.locator("#password").press("Enter")
    page.wait_for_url(f"**{onward}*")
    return page


def make_plan(page: Page, stand: Stand) -> str:
    """Make a plan as the desk does and wait until the heavy worker has solved it."""
    school = page.request.get(f"{stand.server.url}/api/schools").json()["items"][0]
    owner = {"trust_id": school["trust_id"]} if school["trust_id"] else {"school_id": school["id"]}
    body = {**owner, "name": "Refresh", "starts_on": "2027-09-01", "years": 3, "uplift": 0}
    answer = page.request.post(
        f"{stand.server.url}/api/plans", data={**body, "limits": []}, headers={"X-Walkround": "1"}
    )
    assert answer.ok, answer.text()
    plan_id: str = answer.json()["id"]
    with stand.app.app_context(), across_organisations():
        assert db.session.scalars(select(Plan.id).where(Plan.id == plan_id)).one()
    return plan_id


def address(pattern: str, ids: Mapping[str, str]) -> str:
    """Put real ids into a pattern: the word before ``:id`` says of what, ``:asset`` a finding's."""
    kind = next((one for one in SUBJECT_KINDS if f":{one}" in pattern or f"/{one}/" in pattern), "")
    words = pattern.replace(f"/{kind}/:id", f"/{kind}/{ids.get(f'{kind}s')}") if kind else pattern
    words = words.replace(f"findings/:{kind}", f"findings/{ids.get(f'finding of {kind}')}")
    words = words.replace(":visit", ids["visit"])
    words = words.replace(":room", ids[f"room of {kind or 'asset'}"])
    return re.sub(r"/(\w+)/:id", lambda found: f"/{found[1]}/{ids[found[1]]}", words)


def examine(page: Page) -> list[str]:
    """Return what axe finds in both themes, once the page shows what it is about."""
    page.get_by_role("heading", level=1).first.wait_for(timeout=20_000)
    page.wait_for_load_state("networkidle")
    page.add_script_tag(path=AXE)
    faults: list[str] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        faults += [f"{scheme}: {fault}" for fault in page.evaluate(RUN)]
    return faults


def is_found(page: Page) -> None:
    """The page shows its record: it neither failed to read it nor says that it has none."""
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name=LOST)).to_have_count(0)
    expect(page.locator("section.state[role=alert]")).to_have_count(0)


@pytest.mark.parametrize("pattern", DESK)
def test_a_desk_page_has_nothing_serious(
    desk: Page, desk_stand: Stand, ids: dict[str, str], pattern: str
) -> None:
    desk.goto(desk_stand.server.url + address(pattern, ids))
    is_found(desk)
    assert examine(desk) == []


@pytest.mark.parametrize("pattern", FIELD)
def test_a_field_page_has_nothing_serious(
    field: Page, desk_stand: Stand, ids: dict[str, str], pattern: str
) -> None:
    field.goto(desk_stand.server.url + address(pattern, ids))
    is_found(field)
    assert examine(field) == []


@pytest.mark.parametrize("name", SERVER)
def test_a_page_of_the_server_has_nothing_serious(
    browser: Browser, desk_stand: Stand, name: str
) -> None:
    page = browser.new_context(bypass_csp=True).new_page()
    if name == "first_steps":
        page.set_content(first_steps("https://192.0.2.1:8000"))
    else:
        page.goto(desk_stand.server.url + SERVER[name])
    assert examine(page) == []
