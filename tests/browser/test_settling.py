"""Two tablets differ, a change comes too late: a person settles both, and the tablets show it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect
from sqlalchemy import select

from server.audits.models import Visit
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.tenancy import across_organisations
from server.core.unit import unit_of_work
from server.estate.rules import show_tag
from server.exchange.models import SyncClient
from tests.browser.conftest import Stand
from tests.browser.field_day import Day, Thing, plan_day
from tests.browser.field_moves import back, chip, grade, open_room, open_thing
from tests.browser.film import make_film
from tests.browser.live import chromium
from tests.browser.tablet import MINUTE, Tablet, sign_in
from tests.browser.test_axe import AXE, RUN

# Where pictures of the screens go, for whoever wants to look at them; nowhere otherwise.
PICTURES = os.environ.get("WALKROUND_PICTURES")
WIDTHS = (390, 820, 1440)
ANSWERS = (("B", "Minor wear"), ("C", "Major faults"))
REASON = "Graded again on Tuesday, with the lid open"


@pytest.fixture
def tablets(playwright: Playwright, tmp_path: Path) -> Iterator[tuple[Tablet, Tablet]]:
    film = make_film(tmp_path / "film.mjpeg", [None], seconds=1)
    with (
        Tablet(playwright, tmp_path / "one", film) as one,
        Tablet(playwright, tmp_path / "two", film) as two,
    ):
        yield one, two
        assert one.errors == two.errors == []


@pytest.fixture
def desk(playwright: Playwright) -> Iterator[Browser]:
    with playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]) as browser:
        yield browser


def test_a_person_settles_what_two_tablets_and_a_late_change_leave_open(
    small_stand: Stand, tablets: tuple[Tablet, Tablet], desk: Browser
) -> None:
    day = plan_day(small_stand.app)
    pages = [at_work(tablet, small_stand, day, role) for tablet, role in roles(tablets)]
    thing, late = day.here[0], day.here[1]
    differ(pages, thing, day)
    page = desk.new_page()
    sign_in(page, small_stand, "trust_it", "/desk/")
    the_visit_lists_it(page, small_stand, day)
    looked_at(page, "conflict")
    choose_the_other(page)
    for tablet in pages:
        expect(chip(tablet)).to_contain_text("All on server", timeout=MINUTE)
        send(tablet)
        open_thing(tablet, thing.code)
        expect(tablet.get_by_role("radio", name=re.compile("^B"))).to_be_checked(timeout=MINUTE)
        back(tablet, day.lab)
    come_too_late(pages[0], page, small_stand, day, late)
    looked_at(page, "held")
    refuse(page)
    told_on_the_tablet(pages[0], late)


def test_an_edit_on_a_stale_form_shows_both_values_at_once(
    small_stand: Stand, desk: Browser
) -> None:
    """Theirs is never written over unseen: it stands beside mine, and one press takes either."""
    day = plan_day(small_stand.app)
    mine, theirs = desk.new_page(), desk.new_page()
    for page in (mine, theirs):
        sign_in(page, small_stand, "trust_it", "/desk/")
        page.goto(f"{small_stand.server.url}/desk/assets/{day.here[0].id}")
        page.get_by_role("button", name=re.compile("^Edit")).click()
    for page, state in ((theirs, "spare"), (mine, "retired")):
        page.get_by_label("State").select_option(state)
        page.get_by_role("button", name="Save").click()
    clash = mine.get_by_role("alert").filter(has_text="Somebody changed the same field")
    expect(clash.get_by_role("button", name="Keep mine: Retired")).to_be_visible()
    looked_at(mine, "stale-form")
    clash.get_by_role("button", name="Take theirs: Spare").click()
    expect(clash).to_have_count(0)
    expect(mine.get_by_label("State")).to_have_value("spare")


def test_a_visit_ends_without_a_lost_tablet_by_a_written_reason(
    small_stand: Stand, desk: Browser
) -> None:
    day = plan_day(small_stand.app)
    told = {"first_mid": 5, "last_mid": 16, "bytes": 900, "blobs": 0}
    with small_stand.app.app_context(), across_organisations():
        organisation_id = db.session.scalars(
            select(Visit.organisation_id).where(Visit.id == day.visit_id)
        ).one()
    with unit_of_work(organisation_id, small_stand.app):
        db.session.add(
            SyncClient(
                organisation_id=organisation_id, id=new_id(), device_id=new_id(), last_mid=4,
                user_id=small_stand.person("technician").user_id, last_seen=now_ms(), outbox=told,
            )
        )  # fmt: skip
    page = desk.new_page()
    sign_in(page, small_stand, "trust_it", "/desk/")
    page.goto(f"{small_stand.server.url}/desk/visits/{day.visit_id}")
    work = page.get_by_role("table", name="Work still on devices")
    expect(work.get_by_role("row").last).to_contain_text(small_stand.person("technician").name)
    expect(work.get_by_role("row").last).to_contain_text("12")
    page.get_by_text("A device is lost or broken").click()
    over = page.get_by_role("button", name="Close without them")
    over.click()
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    looked_at(page, "devices")
    page.get_by_label("Reason").fill("Dropped in the lake")
    over.click()
    expect(page.locator(".toast")).to_contain_text("The visit is closed")


def roles(tablets: tuple[Tablet, Tablet]) -> Iterator[tuple[Tablet, str]]:
    yield from zip(tablets, ("consultant", "technician"), strict=True)


def at_work(tablet: Tablet, stand: Stand, day: Day, role: str) -> Page:
    """A tablet with the visit on it, in the lab."""
    page = tablet.open()
    sign_in(page, stand, role, "/field/")
    visit = page.get_by_role("listitem").filter(has_text=day.school)
    visit.get_by_role("button", name="Download").first.click()
    ready = page.get_by_role("link", name=re.compile(f"{day.school}.*Ready without signal"))
    expect(ready).to_be_visible(timeout=MINUTE)
    ready.click()
    open_room(page, day.lab)
    return page


def differ(pages: list[Page], thing: Thing, day: Day) -> None:
    """Both grade one thing with no signal: neither has seen the other."""
    for page in pages:
        page.context.set_offline(True)
    for page, (letter, words) in zip(pages, ANSWERS, strict=True):
        open_thing(page, thing.code)
        grade(page, letter, f"Graded: {words}")
        back(page, day.lab)
    for page in pages:
        page.context.set_offline(False)
        send(page)
        expect(chip(page)).to_contain_text("All on server", timeout=MINUTE)


def send(page: Page) -> None:
    """The person comes back to the app: it asks the server anew."""
    page.evaluate("() => window.dispatchEvent(new Event('online'))")


def the_visit_lists_it(page: Page, stand: Stand, day: Day) -> None:
    """The visit cannot be closed over it, says so, and leads there."""
    page.goto(f"{stand.server.url}/desk/visits/{day.visit_id}")
    expect(page.get_by_text("1 field with two values")).to_be_visible()
    page.get_by_role("button", name="Close the visit").click()
    page.get_by_role("dialog").get_by_role("button", name="Close the visit").click()
    expect(page.locator(".toast")).to_contain_text("was not closed")
    looked_at(page, "visit")
    page.get_by_role("link", name=re.compile(": Grade$")).click()
    expect(page.get_by_role("heading", name="Grade")).to_be_visible()
    nav = page.get_by_role("navigation", name="Main")
    expect(nav.get_by_role("link", name="Needs a person 1")).to_be_visible()


def choose_the_other(page: Page) -> None:
    """By keys alone: the value that lost is picked and kept."""
    values = page.get_by_role("group", name="Your decision").get_by_role("button")
    expect(values).to_have_count(2)
    words = [values.nth(at).inner_text() for at in range(2)]
    at = next(at for at, text in enumerate(words) if "B, minor wear" in text)
    page.keyboard.press(str(at + 1))
    expect(values.nth(at)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Keep: B, minor wear").press("Enter")
    expect(page.locator(".toast")).to_contain_text("B, minor wear was kept")
    expect(page.get_by_role("heading", name=re.compile("needs a person"))).to_be_visible()


def come_too_late(tablet: Page, page: Page, stand: Stand, day: Day, thing: Thing) -> None:
    """The visit is closed while a tablet that has no signal still works in it."""
    tablet.context.set_offline(True)
    page.goto(f"{stand.server.url}/desk/visits/{day.visit_id}")
    expect(page.get_by_text("Nothing of it is open")).to_be_visible()
    open_thing(tablet, thing.code)
    grade(tablet, "D", "Graded: End of life")
    back(tablet, day.lab)
    page.get_by_role("button", name="Close the visit").click()
    page.get_by_role("dialog").get_by_role("button", name="Close the visit").click()
    expect(page.locator(".toast")).to_contain_text("The visit is closed")
    tablet.context.set_offline(False)
    send(tablet)
    expect(chip(tablet)).to_contain_text("Needs you", timeout=MINUTE)
    page.goto(f"{stand.server.url}/desk/review")
    expect(page.get_by_text("The visit was closed before this arrived.")).to_be_visible()


def refuse(page: Page) -> None:
    """A refusal asks for a reason before it goes out."""
    page.keyboard.press("r")
    save = page.get_by_role("button", name="Refuse the change")
    save.click()
    expect(page.get_by_label("Reason")).to_have_accessible_description(re.compile("Say why"))
    page.get_by_label("Reason").fill(REASON)
    save.click()
    expect(page.locator(".toast")).to_contain_text("Refused")


def told_on_the_tablet(tablet: Page, thing: Thing) -> None:
    send(tablet)
    chip(tablet).click()
    need = tablet.locator(".need")
    expect(need).to_contain_text(REASON, timeout=MINUTE)
    expect(need).to_contain_text(show_tag(thing.code))
    looked_at(tablet, "needs-you")
    need.get_by_role("button", name="Edit and send again").click()
    expect(need.get_by_role("radio", name=re.compile("^D"))).to_be_checked()
    looked_at(tablet, "resend")
    tablet.get_by_role("button", name="Leave it").click()
    need.get_by_role("button", name="I have read it").click()
    expect(need).to_have_count(0)


def looked_at(page: Page, name: str) -> None:
    """Nothing serious for axe in light and dark; and a picture of each width, if asked for."""
    size = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AXE.read_text())
        assert page.evaluate(RUN) == [], f"{name}, {scheme}"
        for width in WIDTHS if PICTURES else ():
            page.set_viewport_size(ViewportSize(width=width, height=900))
            page.wait_for_timeout(120)
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png")
    page.emulate_media(color_scheme="light")
    if size is not None:
        page.set_viewport_size(size)
