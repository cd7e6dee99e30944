"""Every field action works with the server dead, after a cold start; each row is right after it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from server.core.tenancy import across_organisations
from server.estate.rules import show_tag
from tests.browser.conftest import Stand
from tests.browser.field_day import Day, Thing, mistype, plan_day
from tests.browser.field_moves import (
    back,
    chip,
    close_scanner,
    count_the_lot,
    download,
    grade,
    left_for_the_next,
    open_room,
    open_thing,
    open_typing,
    scanned,
    to_room,
    toast,
    type_code,
    undo,
    wedge,
)
from tests.browser.field_rows import (
    CAPTION,
    NOTE,
    REASON,
    ROOM_NOTE,
    SPARE,
    additions_are_right,
    answers_are_right,
    findings_by_subject,
    nothing_else_was_written,
    photos_are_right,
    rooms_are_right,
    scans_are_right,
    seen_in,
)
from tests.browser.film import frame
from tests.browser.tablet import MINUTE, PHOTOS_ON_DEVICE, Tablet, choose, icon_address


def test_every_field_action_works_with_the_server_dead(
    small_stand: Stand, tablet: Tablet, tmp_path: Path
) -> None:
    day = plan_day(small_stand.app)
    page = tablet.open()
    download(page, small_stand, day)
    small_stand.server.kill()
    page = tablet.open_from_icon(small_stand.server.url + icon_address())
    page.get_by_role("link", name=re.compile(day.school)).first.click()
    open_room(page, day.lab)
    grade_each(page, day)
    answer_about_one(page, day.here[3], picture(tmp_path, 90))
    take_back(page, day)
    count_the_lot(page, day)
    scan_by_hand(page, day)
    answer_strays(page, day)
    answer_unknown(page, day)
    add_without_tag(page, day)
    grade_the_set(page, day)
    answer_about_room(page, day, picture(tmp_path, 180))
    grade_a_service(page, day)
    close_rooms(page, day)
    held = page.evaluate(PHOTOS_ON_DEVICE)
    expect(chip(page)).to_contain_text("Saved on this tablet")
    small_stand.server.start()
    expect(chip(page)).to_contain_text("All on server", timeout=MINUTE)
    with small_stand.app.app_context(), across_organisations():
        findings = findings_by_subject(day)
        answers_are_right(day, findings)
        photos_are_right(day, findings, {one["computed"]: one["size"] for one in held})
        scans_are_right(day, findings)
        additions_are_right(day, findings)
        rooms_are_right(day, findings)
        nothing_else_was_written(day)


def test_a_lost_sign_in_asks_for_one_and_keeps_what_is_entered(
    small_stand: Stand, tablet: Tablet
) -> None:
    day = plan_day(small_stand.app)
    page = tablet.open()
    download(page, small_stand, day)
    page.get_by_role("link", name=re.compile(day.school)).first.click()
    open_room(page, day.lab)
    page.context.clear_cookies()
    open_thing(page, day.here[0].code)
    page.get_by_role("button", name="It is here").click()
    banner = page.get_by_role("status").filter(has_text="Sign in to send")
    expect(banner).to_contain_text(re.compile(r"\d+ changes? (is|are) safe on this tablet"))
    expect(chip(page)).to_contain_text("Saved on this tablet")
    banner.get_by_role("link", name="Sign in").click()
    person = small_stand.person("consultant")
    page.get_by_role("textbox", name="E-mail").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(person.password)
    page.get_by_role("button", name="Sign in").first.click()
    expect(page.get_by_role("heading", name=show_tag(day.here[0].code), level=1)).to_be_visible()
    expect(chip(page)).to_contain_text("All on server", timeout=MINUTE)
    expect(banner).to_have_count(0)
    with small_stand.app.app_context(), across_organisations():
        assert seen_in(findings_by_subject(day)[day.here[0].id], day.lab.id)


def picture(folder: Path, turned: int) -> Path:
    """Return a photo that the tablet's own camera app took before."""
    path = folder / f"before-{turned}.jpg"
    frame(None).rotate(turned, expand=True).save(path, "JPEG")
    return path


GRADES = (("A", "Good"), ("B", "Minor wear"), ("C", "Major faults"), ("D", "End of life"))


def grade_each(page: Page, day: Day) -> None:
    for thing, (letter, words) in zip(day.here, GRADES, strict=False):
        open_thing(page, thing.code)
        grade(page, letter, f"Graded: {words}")
        back(page, day.lab)


def answer_about_one(page: Page, thing: Thing, before: Path) -> None:
    """A fault, a note, a photo by camera, one from a file, and a caption."""
    open_thing(page, thing.code)
    faults = page.get_by_role("group", name="What is wrong?")
    choose(faults.get_by_role("checkbox").first)
    toast(page, "marked as faulty")
    page.get_by_label("Note", exact=True).fill(NOTE)
    page.get_by_role("link", name="Add a photo").first.click()
    captions = page.get_by_role("textbox", name="What does it show?")
    page.get_by_role("button", name="Take photo").click()
    expect(captions).to_have_count(1, timeout=20_000)
    page.locator("input[type=file]").set_input_files(before)
    expect(captions).to_have_count(2, timeout=20_000)
    captions.first.fill(CAPTION)
    page.get_by_role("link", name="Done", exact=True).click()
    expect(page.get_by_label("Note", exact=True)).to_have_value(NOTE)
    page.get_by_role("banner").get_by_role("link", name=re.compile("^Back to")).click()


def take_back(page: Page, day: Day) -> None:
    """One is marked by tap and stays; one grade and one mark are undone from the toast."""
    stays, undone = day.here[4], day.here[5]
    open_thing(page, stays.code)
    page.get_by_role("button", name="It is here").click()
    toast(page, "Marked as found here")
    grade(page, "C", "Graded: Major faults")
    undo(page)
    expect(page.get_by_role("radio", name=re.compile("^C"))).not_to_be_checked()
    back(page, day.lab)
    open_thing(page, undone.code)
    page.get_by_role("button", name="It is here").click()
    toast(page, "Marked as found here")
    undo(page)
    expect(page.get_by_role("button", name="It is here")).to_be_visible()
    back(page, day.lab)


def scan_by_hand(page: Page, day: Day) -> None:
    """A wedge scanner, typed codes (one undone, one picked by its end), a wrong character."""
    wedge(page, day.here[6].code)
    scanned(page, day.here[6].code, "Found here")
    close_scanner(page, day.lab)
    open_typing(page)
    type_code(page, day.here[7].code, "Found here")
    type_code(page, day.here[9].code, "Found here")
    page.get_by_role("button", name="Undo last").click()
    scanned(page, day.here[9].code, "Undone")
    picked = show_tag(day.here[10].code)
    page.get_by_role("textbox", name=re.compile("^Tag, or the last four")).fill(picked[-4:])
    likely = page.get_by_role("list", name="Things that fit")
    likely.get_by_role("button", name=re.compile(picked)).click()
    scanned(page, day.here[10].code, "Found here")
    box = page.get_by_role("textbox", name=re.compile("^Tag, or the last four"))
    box.fill(mistype(day.here[8].code))
    expect(page.get_by_text(re.compile("^One character is wrong"))).to_be_visible()
    expect(page.get_by_role("button", name="Record")).to_be_disabled()
    box.press("Enter")
    box.fill("")
    close_scanner(page, day.lab)
    wedge(page, mistype(day.here[8].code))
    scanned(page, mistype(day.here[8].code), "nothing was recorded")
    close_scanner(page, day.lab)


ANSWERS = ("Going back", "On loan", "Belongs here")


def answer_strays(page: Page, day: Day) -> None:
    open_typing(page)
    for thing, button in zip(day.strays, ANSWERS, strict=True):
        type_code(page, thing.code, "Wrong room")
        row = page.get_by_role("listitem").filter(has_text=show_tag(thing.code))
        row.get_by_role("button", name=button).click()
        expect(row.get_by_role("button")).to_have_count(0)


def answer_unknown(page: Page, day: Day) -> None:
    """A blank label added in the flow, one saved for later, and one of somebody else's."""
    added, later = day.blanks
    type_code(page, added, "Unknown tag")
    row = page.get_by_role("listitem").filter(has_text=show_tag(added))
    row.get_by_role("link", name="Add it now").click()
    page.get_by_label("What is it?").select_option(label="Visualiser")
    page.get_by_role("contentinfo").get_by_role("button", name="Add it").click()
    scanned(page, added, "Added")
    page.get_by_role("button", name="Type a tag").click()
    type_code(page, later, "Unknown tag")
    row = page.get_by_role("listitem").filter(has_text=show_tag(later))
    row.get_by_role("button", name="Save for later").click()
    scanned(page, later, "Saved for later")
    type_code(page, day.foreign, "Not ours")
    close_scanner(page, day.lab)


def add_without_tag(page: Page, day: Day) -> None:
    page.get_by_role("link", name="Add a device without a tag").click()
    page.get_by_label("What is it?").select_option(label="Visualiser")
    page.get_by_label("Name, if it has one").fill(SPARE)
    page.get_by_role("contentinfo").get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name=SPARE, level=1)).to_be_visible()
    back(page, day.lab)


def grade_the_set(page: Page, day: Day) -> None:
    to_room(page, day.set_room)
    page.locator('a[href*="/set/"]').click()
    grade(page, "B", f"{len(day.set_parts)} parts graded B")
    back(page, day.set_room)


def answer_about_room(page: Page, day: Day, view: Path) -> None:
    page.locator('a[href$="/about"]').first.click()
    first = page.get_by_role("radiogroup").first
    choose(first.get_by_role("radio", name="No", exact=True))
    page.get_by_label("Note", exact=True).fill(ROOM_NOTE)
    page.get_by_role("link", name="Add a photo").first.click()
    page.locator("input[type=file]").set_input_files(view)
    caption = page.get_by_role("textbox", name="What does it show?")
    expect(caption).to_have_count(1, timeout=20_000)
    page.get_by_role("link", name="Done", exact=True).click()
    back(page, day.set_room)


def grade_a_service(page: Page, day: Day) -> None:
    """A service stands in no room to walk: an answer of the team is changed."""
    to_room(page, day.whole_school)
    page.locator(f'a[href$="/system/{day.service_id}"]').click()
    grade(page, "D", "Graded: End of life")
    back(page, day.whole_school)


def close_rooms(page: Page, day: Day) -> None:
    """Empty; no way in; left with things unseen; opened again; and done, on to the next."""
    to_room(page, day.empty_room)
    page.get_by_role("button", name="Close as empty").click()
    expect(page.get_by_text("Closed as empty").first).to_be_visible()
    to_room(page, day.locked_room)
    page.get_by_role("button", name="Done, next room").click()
    page.get_by_role("dialog").get_by_role("button", name="No access").click()
    page.get_by_label("Why could nobody go in?").fill(REASON)
    page.get_by_role("button", name="Close, no access").click()
    left_for_the_next(page, day.locked_room)
    to_room(page, day.left_room)
    page.get_by_role("button", name="Done, next room").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Close, .* not seen")).click()
    left_for_the_next(page, day.left_room)
    to_room(page, day.again_room)
    page.get_by_role("button", name="Done, next room").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Close, .* not seen")).click()
    left_for_the_next(page, day.again_room)
    to_room(page, day.again_room)
    page.get_by_role("button", name="Open again").click()
    toast(page, "Room open again")
    to_room(page, day.seen_room)
    for thing in day.seen_things:
        open_thing(page, thing.code)
        page.get_by_role("button", name="It is here").click()
        toast(page, "Marked as found here")
        back(page, day.seen_room)
    page.get_by_role("button", name="Done, next room").click()
    left_for_the_next(page, day.seen_room)
