"""The thread, from tap to pound, through a killed server and a killed browser."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, ViewportSize, expect
from sqlalchemy import func, select

from server.audits.models import Finding, Photo
from server.core.blobs import FolderBlobs
from server.core.database import db
from server.core.tenancy import across_organisations
from server.estate.models import Asset, Tag
from server.estate.rules import show_tag
from server.exchange.models import Blob, SyncOp
from tests.browser.conftest import Stand
from tests.browser.desk_plan import (
    PlanForm,
    follow_to_the_photo,
    make_plan,
    open_line,
    plan_year,
    planned_years,
    see_it_wait,
    see_whole_photo,
    solve_again,
    wait_until_solved,
    years_keep_their_limits,
)
from tests.browser.film import make_film
from tests.browser.live import chromium
from tests.browser.tablet import (
    ARGS,
    MINUTE,
    PHOTOS_ON_DEVICE,
    Tablet,
    choose,
    icon_address,
    sign_in,
    until,
)
from tests.browser.thread_places import Places, find_places

DESK: ViewportSize = {"width": 1440, "height": 900}


def scanned(page: Page, code: str, words: str) -> None:
    """Wait until the scan sheet lists this code with these words."""
    row = page.get_by_role("listitem").filter(has_text=show_tag(code)).filter(has_text=words)
    expect(row.first).to_be_visible(timeout=30_000)


def test_a_scanned_tag_becomes_a_pound_in_the_plan(
    stand: Stand, playwright: Playwright, tmp_path: Path
) -> None:
    at = find_places(stand.app)
    film = make_film(
        tmp_path / "film.mjpeg", [at.display_code, at.stray_code, at.blank_code], seconds=4
    )
    with playwright.chromium.launch(executable_path=chromium(), args=ARGS) as browser:
        page = browser.new_page(viewport=DESK)
        plan = trust_it_makes_a_plan(page, stand, at)
    with Tablet(playwright, tmp_path / "profile", film) as tablet:
        page = tablet.open()
        download_visit(tablet, page, stand, at)
        stand.server.kill()
        page = tablet.open_from_icon(stand.server.url + icon_address())
        walk_the_room(page, at)
        tablet.wait_for_sign_in_on_disk()
        tablet.kill()
        page = tablet.open()
        photo = everything_is_still_there(page, stand, at)
        stand.server.start()
        everything_drains(page)
        assert tablet.errors == []
    rows_are_right(stand, at, photo)
    with playwright.chromium.launch(executable_path=chromium(), args=ARGS) as browser:
        page = browser.new_page(viewport=DESK)
        desk_turns_red(page, stand, at)
        plan_takes_it_in_year_one(page, stand, at, plan)


def trust_it_makes_a_plan(page: Page, stand: Stand, at: Places) -> str:
    """Fill in the form, watch the job, see the years; the display is not in the first of them."""
    form = PlanForm("Recommended", years=3, limit=250_000, school=at.school, last_limit=180_000)
    sign_in(page, stand, "trust_it", "/desk/")
    with stand.server.worker_held("heavy"):
        make_plan(page, form)
        see_it_wait(page)
    wait_until_solved(page)
    years_keep_their_limits(page, form)
    plan = page.url.partition("?")[0]
    assert plan_year(1) not in planned_years(page, stand, at.display_id)
    return plan


def download_visit(tablet: Tablet, page: Page, stand: Stand, at: Places) -> None:
    sign_in(page, stand, "consultant", "/field/")
    expect(page.get_by_role("heading", name="My visits")).to_be_visible()
    assert tablet.install_faults(page) == []
    page.get_by_role("button", name=re.compile(f"Download.*{at.school}|{at.school}.*Download")).or_(
        page.get_by_role("listitem")
        .filter(has_text=at.school)
        .get_by_role("button", name="Download")
    ).first.click()
    ready = page.get_by_role("link", name=re.compile(f"{at.school}.*Ready without signal"))
    expect(ready).to_be_visible(timeout=MINUTE)


def walk_the_room(page: Page, at: Places) -> None:
    """With the server dead since before this page was opened: three scans, a grade, a photo."""
    page.get_by_role("link", name=re.compile(at.school)).first.click()
    page.get_by_role("link", name=re.compile(rf"\b{at.room}\b")).first.click()
    expect(page.get_by_role("heading", name=at.room, level=1)).to_be_visible()
    page.get_by_role("link", name="Scan", exact=True).first.click()
    scanned(page, at.display_code, "Found here")
    scanned(page, at.stray_code, "Wrong room")
    page.get_by_role("listitem").filter(has_text=show_tag(at.stray_code)).get_by_role(
        "button", name="Belongs here"
    ).first.click()
    scanned(page, at.blank_code, "Unknown tag")
    page.get_by_role("listitem").filter(has_text=show_tag(at.blank_code)).get_by_text(
        "Add it now"
    ).first.click()
    page.get_by_label("What is it?").select_option(label="Visualiser")
    page.get_by_role("contentinfo").get_by_role("button", name="Add it").click()
    scanned(page, at.blank_code, "Added")
    page.get_by_role("link", name="Close the scanner").click()
    page.get_by_role("link", name=re.compile(show_tag(at.display_code))).first.click()
    choose(page.get_by_role("radio", name=re.compile("^D")))
    page.get_by_role("link", name="Add a photo").first.click()
    page.get_by_role("button", name="Take photo").click()
    expect(page.get_by_role("textbox", name="What does it show?")).to_be_visible(timeout=20_000)


def everything_is_still_there(page: Page, stand: Stand, at: Places) -> str:
    """After SIGKILL and a cold start without a server: each answer, and the photo's own bytes."""
    page.goto(f"{stand.server.url}/field/visits/{at.visit_id}/rooms/{at.room_id}")
    expect(
        page.get_by_role("link", name=re.compile(show_tag(at.display_code))).first
    ).to_contain_text("Red")
    expect(page.get_by_role("link", name=re.compile(show_tag(at.stray_code))).first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile(show_tag(at.blank_code))).first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Saved on this tablet")).first).to_be_visible()
    photos = page.evaluate(PHOTOS_ON_DEVICE)
    assert len(photos) == 1
    assert photos[0]["sha256"] == photos[0]["computed"]
    assert photos[0]["size"] > 1000
    return str(photos[0]["sha256"])


def everything_drains(page: Page) -> None:
    """No tap: the tablet notices by itself that the server is back."""
    chip = page.get_by_role("banner").get_by_role("link").last
    expect(chip).to_contain_text("All on server", timeout=2 * MINUTE)


def rows_are_right(stand: Stand, at: Places, photo: str) -> None:
    """Row by row: what was tapped is what the server holds, once."""
    until(lambda: photo_is_checked(stand, photo), "the photo's bytes were never checked")
    with stand.app.app_context(), across_organisations():
        findings = {
            finding.subject_id: finding
            for finding in db.session.scalars(
                select(Finding).where(Finding.visit_id == at.visit_id)
            )
        }
        graded = findings[at.display_id]
        assert (graded.seen, graded.condition, graded.seen_room_id) == (True, "D", at.room_id)
        moved = db.session.scalars(select(Asset).where(Asset.id == at.stray_id)).one()
        assert moved.room_id == at.room_id
        assert findings[at.stray_id].resolution == "belongs_here"
        tag = db.session.scalars(select(Tag).where(Tag.code == at.blank_code)).one()
        added = db.session.scalars(select(Asset).where(Asset.id == tag.asset_id)).one()
        assert added.room_id == at.room_id
        assert findings[added.id].seen is True
        record = db.session.scalars(select(Photo).where(Photo.sha256 == photo)).one()
        assert record.owner_id == graded.id
        blob = db.session.scalars(select(Blob).where(Blob.sha256 == photo)).one()
        kept = FolderBlobs(stand.app.extensions["settings"].blobs).read(blob.organisation_id, photo)
        assert kept is not None
        assert hashlib.sha256(kept).hexdigest() == photo
        assert len(kept) == blob.size == record.size
        refused = db.session.scalar(
            select(func.count()).select_from(SyncOp).where(SyncOp.status != "applied")
        )
        assert refused == 0


def photo_is_checked(stand: Stand, photo: str) -> bool:
    with stand.app.app_context(), across_organisations():
        return (
            db.session.scalars(select(Photo.state).where(Photo.sha256 == photo)).one() == "stored"
        )


def desk_turns_red(page: Page, stand: Stand, at: Places) -> None:
    """Trust IT sees the cell red; the photo is two clicks away: the cell, then its evidence."""
    sign_in(page, stand, "trust_it", "/desk/")
    cell = page.get_by_role(
        "link", name=re.compile(rf"{at.room}, classroom av: red", re.IGNORECASE)
    ).or_(
        page.get_by_role("button", name=re.compile(rf"{at.room}, classroom av: red", re.IGNORECASE))
    )

    def look() -> bool:
        page.goto(f"{stand.server.url}/desk/schools/{at.school_id}")
        page.get_by_role("table").first.wait_for()
        return cell.first.is_visible()

    until(look, "the cell never turned red")
    cell.first.click()
    page.get_by_role("button", name=re.compile("^Photo of")).first.click()
    see_whole_photo(page, page.get_by_role("dialog").locator("img").first)


def plan_takes_it_in_year_one(page: Page, stand: Stand, at: Places, plan: str) -> None:
    """Solved again, the trust's plan replaces the broken display first, and says why to the end."""
    page.goto(plan)
    solve_again(page)
    assert planned_years(page, stand, at.display_id) == [plan_year(1)]
    open_line(page, at.display_code)
    follow_to_the_photo(page, at.display_id, at.room, at.display_code)
