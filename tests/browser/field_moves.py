"""The moves of a person with the field app: open a room or a thing, grade, scan, undo."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from server.estate.models import Room
from server.estate.rules import show_tag
from tests.browser.conftest import Stand
from tests.browser.field_day import Day
from tests.browser.tablet import MINUTE, choose, sign_in

# A hand scanner: keys faster than any finger, wherever the focus is, with Enter at the end.
BURST = """(code) => {
  const at = document.activeElement ?? document.body;
  for (const key of [...code, 'Enter']) {
    at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }
}"""


def download(page: Page, stand: Stand, day: Day) -> None:
    sign_in(page, stand, "consultant", "/field/")
    fetch_visit(page, day)


def fetch_visit(page: Page, day: Day) -> None:
    visit = page.get_by_role("listitem").filter(has_text=day.school)
    visit.get_by_role("button", name="Download").first.click()
    ready = page.get_by_role("link", name=re.compile(f"{day.school}.*Ready without signal"))
    expect(ready).to_be_visible(timeout=MINUTE)


def chip(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("link").last


def on_room(page: Page, room: Room) -> None:
    expect(page.get_by_role("heading", name=room.name, level=1)).to_be_visible()


def open_room(page: Page, room: Room) -> None:
    page.locator(f'a[href$="/rooms/{room.id}"]').first.click()
    on_room(page, room)


def to_room(page: Page, room: Room) -> None:
    """Leave this room by its own way back, and choose another once the list stands in its place."""
    page.get_by_role("banner").get_by_role("link").first.click()
    expect(page.get_by_role("main").get_by_label("Find a room or an asset")).to_be_visible()
    open_room(page, room)


def open_thing(page: Page, code: str) -> None:
    page.get_by_role("link", name=re.compile(show_tag(code))).first.click()
    expect(page.get_by_role("heading", name=show_tag(code), level=1)).to_be_visible()


def back(page: Page, room: Room) -> None:
    page.get_by_role("banner").get_by_role("link", name=re.compile("^Back to")).click()
    on_room(page, room)


def toast(page: Page, words: str) -> None:
    expect(page.locator(".toast")).to_contain_text(words)


def grade(page: Page, letter: str, words: str) -> None:
    choose(page.get_by_role("radio", name=re.compile(f"^{letter}")))
    toast(page, words)


def undo(page: Page) -> None:
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_have_count(0)


def count_the_lot(page: Page, day: Day) -> None:
    page.locator(f'a[href$="/lot/{day.lot_id}"]').click()
    page.get_by_role("textbox", name="How many B, Minor wear").fill("12")
    # Faster than the disk: neither tap may be lost, nor what was typed just before.
    more = page.get_by_role("button", name="One more D, End of life")
    place = more.bounding_box()
    more.dblclick()
    toast(page, "14 counted")
    # The first answer took nothing away above it, or the second tap would have met another button.
    assert more.bounding_box() == place
    back(page, day.lab)


def scanned(page: Page, code: str, words: str) -> None:
    row = page.get_by_role("listitem").filter(has_text=show_tag(code)).filter(has_text=words)
    expect(row.first).to_be_visible()


def type_code(page: Page, code: str, words: str) -> None:
    page.get_by_role("textbox", name=re.compile("^Tag, or the last four")).fill(code)
    page.get_by_role("button", name="Record").click()
    scanned(page, code, words)


def open_typing(page: Page) -> None:
    page.get_by_role("link", name="Scan", exact=True).first.click()
    page.get_by_role("button", name="Type a tag").click()


def close_scanner(page: Page, room: Room) -> None:
    page.get_by_role("link", name="Close the scanner").click()
    on_room(page, room)


def left_for_the_next(page: Page, room: Room) -> None:
    expect(page).not_to_have_url(re.compile(f"{room.id}$"))
    expect(page).to_have_url(re.compile("/rooms/[0-9a-f-]{36}$"))


def wedge(page: Page, code: str) -> None:
    page.evaluate(BURST, code)
