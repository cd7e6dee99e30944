"""A browser that drops its database under the page: the next answer is saved, or said not to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from server.core.database import db
from server.demo.build import DemoSize
from tests.browser.conftest import Stand, environment, make_stand
from tests.browser.field_day import Day, plan_day
from tests.browser.field_moves import chip, download, grade, open_room, open_thing
from tests.browser.film import make_film
from tests.browser.tablet import MINUTE, Tablet, choose

# Keeps every connection that the page opens, so that the test can cut them as a browser does.
HOLD = """
globalThis.testConnections = [];
const { open } = IDBFactory.prototype;
IDBFactory.prototype.open = function (...args) {
  const request = open.apply(this, args);
  request.addEventListener('success', () => globalThis.testConnections.push(request.result));
  return request;
};
"""
CUT = "() => { for (const db of globalThis.testConnections.splice(0)) db.close(); }"
# Safari's: the server of its databases is gone, and every transaction says so.
LOSE = """() => {
  const { transaction } = IDBDatabase.prototype;
  globalThis.testMend = () => { IDBDatabase.prototype.transaction = transaction; };
  IDBDatabase.prototype.transaction = () => {
    throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
  };
}"""
MEND = "() => globalThis.testMend()"


@pytest.fixture
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    size = DemoSize(schools=2, rooms=20, assets=120)
    made = make_stand(tmp_path, environment("sqlite", request, "dead"), size)
    made.server.start()
    yield made
    made.server.stop()
    with made.app.app_context():
        db.engine.dispose()


@pytest.fixture
def tablet(playwright: Playwright, tmp_path: Path) -> Iterator[Tablet]:
    film = make_film(tmp_path / "film.mjpeg", [None], seconds=1)
    with Tablet(playwright, tmp_path / "tablet", film) as one:
        yield one
        assert one.errors == []


def begin(stand: Stand, tablet: Tablet, day: Day) -> Page:
    page = tablet.open()
    page.add_init_script(HOLD)
    download(page, stand, day)
    page.get_by_role("link", name=re.compile(day.school)).first.click()
    open_room(page, day.lab)
    open_thing(page, day.here[0].code)
    stand.server.kill()
    return page


def is_chosen(page: Page, letter: str) -> None:
    expect(page.get_by_role("radio", name=re.compile(f"^{letter}"))).to_be_checked()


def test_a_connection_closed_by_the_browser_is_opened_again(stand: Stand, tablet: Tablet) -> None:
    page = begin(stand, tablet, plan_day(stand.app))
    page.evaluate(CUT)
    grade(page, "D", "End of life")
    page.reload()
    is_chosen(page, "D")
    stand.server.start()
    expect(chip(page)).to_contain_text("All on server", timeout=MINUTE)


def test_what_cannot_be_written_stays_on_the_screen_and_is_never_called_saved(
    stand: Stand, tablet: Tablet
) -> None:
    page = begin(stand, tablet, plan_day(stand.app))
    grade(page, "B", "Graded")
    expect(page.locator(".toast")).to_have_count(0, timeout=MINUTE)
    page.evaluate(LOSE)
    choose(page.get_by_role("radio", name=re.compile("^D")))
    failed = page.get_by_text("Not saved to this tablet")
    expect(failed).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    page.evaluate(MEND)
    page.get_by_role("button", name="Try again").first.click()
    expect(failed).to_have_count(0)
    page.reload()
    is_chosen(page, "D")
