"""One person, two organisations, one tablet: each keeps its work, and a way leads to both."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from server.accounts.models import Membership
from server.accounts.services import create_organisation, grant_membership
from server.core.database import db
from server.core.tenancy import across_organisations
from server.core.unit import unit_of_work
from server.estate.reference import install_reference
from server.exchange.models import SyncOp
from tests.browser.conftest import Stand
from tests.browser.field_day import Day, plan_day
from tests.browser.field_moves import grade, open_room, open_thing
from tests.browser.tablet import MINUTE, Tablet, sign_in
from tests.browser.test_settling import looked_at, send

# By name it comes after the demo's, so a plain sign-in leads to the demo's.
OTHER = "Zennor Learning Trust"


@dataclass
class Two:
    """The demo's organisation, where the day's visit is, and a second one of the same person."""

    stand: Stand
    day: Day
    home: str
    user_id: str

    def shut_out(self) -> None:
        with unit_of_work(self.home, self.stand.app):
            db.session.execute(
                update(Membership).where(Membership.user_id == self.user_id).values(revoked_at=1)
            )

    def taken(self) -> dict[str, int]:
        """How many changes of this person's tablet the demo's ledger has, by status."""
        with self.stand.app.app_context(), across_organisations():
            rows = db.session.execute(
                select(SyncOp.status, func.count())
                .where(SyncOp.actor_id == self.user_id, SyncOp.organisation_id == self.home)
                .where(~SyncOp.client_id.startswith("server:"))
                .group_by(SyncOp.status)
            )
            return {str(status): int(count) for status, count in rows}


@pytest.fixture
def two(small_stand: Stand) -> Two:
    day = plan_day(small_stand.app)
    user_id = small_stand.person("consultant").user_id
    app = small_stand.app
    with app.app_context(), across_organisations():
        home = db.session.scalars(
            select(Membership.organisation_id).where(Membership.user_id == user_id).limit(1)
        ).one()
    with unit_of_work(None, app):
        other = create_organisation(OTHER, "trust")
    with unit_of_work(other, app):
        install_reference(other, user_id)
        grant_membership(user_id, "consultant", "organisation", other)
    return Two(small_stand, day, home, user_id)


def unsent_work(tablet: Tablet, two: Two) -> Page:
    """A grade given without signal, and then another organisation signed in to."""
    page = tablet.open()
    sign_in(page, two.stand, "consultant", "/field/")
    visit = page.get_by_role("listitem").filter(has_text=two.day.school)
    visit.get_by_role("button", name="Download").first.click()
    ready = page.get_by_role("link", name=re.compile(f"{two.day.school}.*Ready without signal"))
    expect(ready).to_be_visible(timeout=MINUTE)
    ready.click()
    open_room(page, two.day.lab)
    expect(page.get_by_role("link", name=re.compile("All on server"))).to_be_visible(timeout=MINUTE)
    page.context.set_offline(True)
    open_thing(page, two.day.here[0].code)
    grade(page, "C", "Graded: Major faults")
    return page


def enter(page: Page, name: str) -> None:
    page.goto(page.url.split("/field/")[0] + "/field/sync")
    page.get_by_role("button", name=f"Change to {name}").press("Enter")
    page.wait_for_url(re.compile("/field/$"), timeout=MINUTE)
    page.goto(page.url + "sync")
    expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text("Sign out")


def test_there_and_back(two: Two, tablet: Tablet) -> None:
    page = unsent_work(tablet, two)
    # The desk, in another tab, changes to the other organisation: the tablet's page is told.
    page.context.set_offline(False)
    page.route("**/api/sync/v1/push", lambda route: route.abort())
    enter(page, OTHER)
    page.unroute("**/api/sync/v1/push")
    page.goto(f"{two.stand.server.url}/field/")
    expect(page.get_by_text(re.compile("work for another organisation"))).to_be_visible()
    looked_at(page, "two-home")
    page.get_by_role("link", name="See").click()
    row = page.get_by_role("listitem").filter(has_text="on this tablet only")
    expect(row).to_have_count(1)
    looked_at(page, "two-sync")
    assert two.taken() == {}
    row.get_by_role("button", name=re.compile("^Change to")).press("Enter")
    page.wait_for_url(re.compile("/field/$"), timeout=MINUTE)
    send(page)
    expect(page.get_by_role("link", name=re.compile("All on server"))).to_be_visible(timeout=MINUTE)
    assert set(two.taken()) == {"applied"}


def test_shut_out_hands_in(two: Two, tablet: Tablet) -> None:
    page = unsent_work(tablet, two)
    page.context.set_offline(False)
    page.route("**/api/sync/v1/push", lambda route: route.abort())
    enter(page, OTHER)
    two.shut_out()
    page.reload()
    left = page.get_by_role("listitem").filter(has_text="You have no place there any more")
    expect(left).to_be_visible(timeout=MINUTE)
    looked_at(page, "two-left")
    page.unroute("**/api/sync/v1/push")
    left.get_by_role("button", name=re.compile("^Send what is left")).press("Enter")
    expect(left).to_have_count(0, timeout=MINUTE)
    assert set(two.taken()) == {"held"}
    expect(page.get_by_text(OTHER, exact=True)).to_be_visible()


def test_a_sign_in_leads_there(two: Two, tablet: Tablet) -> None:
    page = unsent_work(tablet, two)
    page.context.set_offline(False)
    page.route("**/api/sync/v1/push", lambda route: route.abort())
    enter(page, OTHER)
    page.context.clear_cookies(name="walkround")
    page.unroute("**/api/sync/v1/push")
    page.goto(f"{two.stand.server.url}/field/sync")
    page.get_by_role("button", name=re.compile("^Change to")).press("Enter")
    person = two.stand.person("consultant")
    page.get_by_role("textbox", name="E-mail").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(re.compile("/field/"), timeout=MINUTE)
    expect(page.get_by_role("link", name=re.compile("All on server"))).to_be_visible(timeout=MINUTE)
    send(page)
    expect(page.get_by_text(re.compile("work for another"))).to_have_count(0)
    assert set(two.taken()) == {"applied"}
