"""After a restore somebody at the desk sees who is not back, puts values back and leaves others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from sqlalchemy import select

from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.models import Asset
from server.exchange.models import SyncClient, SyncLost
from server.exchange.restore import note_restored
from tests.browser.conftest import Stand
from tests.browser.field_day import Day, plan_day
from tests.browser.live import chromium
from tests.browser.tablet import sign_in
from tests.browser.test_settling import looked_at

LIST = re.compile("^What the restore took back")


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    with playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]) as browser:
        yield made_page(browser)


def made_page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1440, "height": 900})


def test_trust_it_puts_back_what_a_restore_took(small_stand: Stand, page: Page) -> None:
    day = plan_day(small_stand.app)
    take_back(small_stand, day)
    sign_in(page, small_stand, "trust_it", "/desk/")
    way = page.get_by_role("navigation", name="Main").get_by_role("link", name="After a restore")
    expect(way).to_contain_text("5")
    way.click()
    the_tablets_are_named(page, small_stand)
    open_entry(page, "2 tablets are not back")
    looked_at(page, "restored-devices")
    a_value_is_put_back(page)
    a_record_is_left_out(page)
    a_removal_is_done_again(page)
    expect(way).to_contain_text("2")
    expect(page.get_by_role("heading", name="2 tablets are not back")).to_be_visible()


def test_where_nothing_was_restored_the_page_says_so(small_stand: Stand, page: Page) -> None:
    sign_in(page, small_stand, "trust_it", "/desk/")
    expect(page.get_by_role("link", name="Needs a person")).to_be_visible()
    expect(page.get_by_role("link", name="After a restore")).to_have_count(0)
    page.goto(f"{small_stand.server.url}/desk/restored")
    expect(page.get_by_role("heading", name="Nothing is missing")).to_be_visible()
    expect(page.get_by_text("No backup was brought back here")).to_be_visible()
    looked_at(page, "restored-empty")
    page.route("**/api/lost?*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def take_back(stand: Stand, day: Day) -> None:
    """As after a restore: two tablets not back, and three records that a third one told of."""
    with stand.app.app_context():
        first, second = (thing.id for thing in day.here[:2])
    people = {role: stand.person(role) for role in ("technician", "consultant")}
    organisation_id = organisation_of(stand, first)
    teller = new_id()
    with unit_of_work(organisation_id, stand.app):
        asset = db.session.scalars(select(Asset).where(Asset.id == first)).one()
        scope_id, type_id, room_id = asset.scope_id, asset.asset_type_id, asset.room_id
        note_restored(organisation_id, {})
        long_ago = now_ms() - 3_600_000
        for role, last_mid, seen in (
            ("technician", 4, long_ago), ("consultant", 4, now_ms() + 1000),
        ):  # fmt: skip
            db.session.add(client(organisation_id, people[role].user_id, last_mid, seen))
        db.session.add(client(organisation_id, people["consultant"].user_id, 16, now_ms(), teller))
        gone, values = new_id(), {"asset_type_id": type_id, "room_id": room_id, "name": "Trolley 4"}
        for id_, field, value, mid in (
            (first, "serial", "5CG1234ABC", 7),
            (first, "serial", "5CG1234ABD", 9),
            (first, "allocation", "cart", 7),
            (second, "deleted", True, 0),
            *((gone, field, value, 1) for field, value in values.items()),
        ):
            db.session.add(
                SyncLost(
                    organisation_id=organisation_id, kind="asset", id=id_, field=field,
                    by_client="" if field == "deleted" else teller, by_mid=mid,
                    scope_id=scope_id, value=value, told_by=teller, told_at=long_ago + mid,
                )
            )  # fmt: skip


def organisation_of(stand: Stand, asset_id: str) -> str:
    from server.core.tenancy import across_organisations

    with stand.app.app_context(), across_organisations():
        found: str = db.session.scalars(
            select(Asset.organisation_id).where(Asset.id == asset_id)
        ).one()
        return found


def client(
    organisation_id: str, user_id: str, last_mid: int, seen: int, id_: str | None = None
) -> SyncClient:
    return SyncClient(
        organisation_id=organisation_id, id=id_ or new_id(), device_id=new_id(), user_id=user_id,
        last_mid=last_mid, last_seen=seen,
        outbox={"first_mid": 5, "last_mid": 16, "bytes": 900, "blobs": 0},
    )  # fmt: skip


def the_tablets_are_named(page: Page, stand: Stand) -> None:
    expect(page.get_by_role("heading", name="2 tablets are not back")).to_be_visible()
    rows = page.get_by_role("table", name="Tablets that are not back").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text(stand.person("technician").name)
    expect(rows.nth(1)).to_contain_text("Not heard of since")
    expect(rows.nth(2)).to_contain_text(stand.person("consultant").name)
    expect(rows.nth(2)).to_contain_text("Holds 12 changes the server lacks")


def open_entry(page: Page, words: str) -> None:
    """Open the last entry with these words: what was told last is at the end."""
    entry = page.get_by_role("region", name=LIST).get_by_role("link").filter(has_text=words)
    entry.last.click()


def a_value_is_put_back(page: Page) -> None:
    open_entry(page, "3 values")
    serials = page.get_by_role("checkbox", name=re.compile("5CG1234AB"))
    expect(serials.nth(0)).not_to_be_checked()
    expect(serials.nth(1)).to_be_checked()
    serials.nth(0).check()
    expect(serials.nth(1)).not_to_be_checked()
    save = page.get_by_role("button", name="Choose first")
    expect(save).to_have_attribute("aria-disabled", "true")
    page.get_by_role("heading", name="What is missing").click()
    page.keyboard.press("p")
    looked_at(page, "restored-values")
    page.get_by_role("button", name="Put back 2 values").click()
    expect(page.locator(".toast")).to_contain_text("Put back")


def a_record_is_left_out(page: Page) -> None:
    open_entry(page, "Trolley 4")
    expect(page.get_by_text("This is not on the server any more")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Leave it out.*Nothing is written")).click()
    leave = page.get_by_role("button", name="Leave it out", exact=True)
    leave.click()
    expect(page.get_by_role("alert")).to_contain_text("Say why it is left out")
    looked_at(page, "restored-leave")
    page.get_by_label("Reason").fill("Counted again on Friday")
    leave.click()
    expect(page.locator(".toast")).to_contain_text("Left out")


def a_removal_is_done_again(page: Page) -> None:
    open_entry(page, "It was removed")
    page.get_by_role("button", name=re.compile("^Put it back")).click()
    page.get_by_role("button", name="Remove it again").click()
    expect(page.locator(".toast")).to_contain_text("Put back")
