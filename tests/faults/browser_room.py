"""F12: the browser has no room left, or takes back what it gave: the screen must say so."""

from __future__ import annotations

import io
import re
from random import Random

from PIL import Image
from playwright.sync_api import CDPSession, Error, FilePayload, Page, expect

from tests.browser.field_moves import chip, fetch_visit
from tests.browser.tablet import MINUTE
from tests.faults.browser_bench import SAVED_MS, Bench, grade, is_told

# A photo finds no room in either; a finding finds it in the first only.
ROOMS = (40_000, 0)
SIDE = 700
NO_ROOM_WORDS = "This tablet has no room"
REFUSED_WORDS = "Not saved to this tablet"
EVICTED = "indexeddb,cache_storage,service_workers,local_storage"


def leave_no_room(bench: Bench, rng: Random) -> None:
    """Let the browser hold hardly more than it holds: each refusal is told, and nothing else.

    A quota is heeded by a database that is opened afterwards, so the browser is started again.
    """
    usage = int(bench.tablet.page.evaluate("navigator.storage.estimate().then((one) => one.usage)"))
    bench.tablet.close()
    page = bench.tablet.open()
    session = page.context.new_cdp_session(page)
    _set_quota(bench, session, usage + rng.choice(ROOMS))
    page.goto(bench.address)
    _try_photo(bench, page, rng)
    _try_grade(bench, page, rng)
    _set_quota(bench, session, None)
    _take_back(bench, page, rng)


def _set_quota(bench: Bench, session: CDPSession, quota: int | None) -> None:
    said = {} if quota is None else {"quotaSize": quota}
    origin = {"origin": bench.stand.server.url}
    session.send("Storage.overrideQuotaForOrigin", {**origin, **said})


def _try_photo(bench: Bench, page: Page, rng: Random) -> None:
    page.get_by_role("link", name="Add a photo").first.click()
    captions = page.get_by_role("textbox", name="What does it show?")
    before = captions.count()
    side = (SIDE, SIDE)
    image, file = Image.frombytes("RGB", side, rng.randbytes(3 * SIDE * SIDE)), io.BytesIO()
    image.save(file, "JPEG")
    photo: FilePayload = {"name": "view.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    page.locator("input[type=file]").set_input_files(photo)
    try:
        expect(page.get_by_text("The photo was not saved")).to_be_visible(timeout=SAVED_MS)
        bench.count("photo refused")
    except AssertionError:
        if captions.count() == before:
            bench.untrue.append("a photo was refused without a word")
        bench.count("photo saved without room")
    page.get_by_role("link", name="Done", exact=True).click()


def _try_grade(bench: Bench, page: Page, rng: Random) -> None:
    try:
        grade(bench, page, rng)
        bench.count("finding saved beside it")
    except (Error, AssertionError):
        bench.count("finding refused")
        for words in (REFUSED_WORDS, NO_ROOM_WORDS):
            if page.get_by_text(words).count() == 0:
                bench.untrue.append(f"a finding was refused and the screen did not say: {words}")


def _take_back(bench: Bench, page: Page, rng: Random) -> None:
    """There is room again: what was refused is still on the screen, and is saved when asked."""
    again = page.get_by_role("button", name="Try again")
    refused = bench.attempted - {bench.confirmed}
    if again.count() and refused:
        [letter] = refused
        option = page.get_by_role("radio", name=re.compile(f"^{letter}"))
        expect(option).to_be_checked()
        try:
            again.first.click()
            is_told(bench, page, letter)
            bench.count("saved at the second try")
        except (Error, AssertionError):
            bench.count("had to be opened again")
            page.goto(bench.address)
    grade(bench, page, rng)


def evict(bench: Bench, rng: Random) -> None:
    """The browser clears all that it held of us, once it is sent: it is fetched and goes on."""
    page = bench.tablet.page
    grade(bench, page, rng)
    expect(chip(page)).to_contain_text("All on server", timeout=MINUTE)
    session = page.context.new_cdp_session(page)
    origin = bench.stand.server.url
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": EVICTED})
    session.detach()
    page.goto(f"{origin}/field/")
    fetch_visit(page, bench.day)
    page.goto(bench.address)
    option = page.get_by_role("radio", name=re.compile(f"^{bench.confirmed}"))
    expect(option).to_be_checked(timeout=SAVED_MS)
    grade(bench, page, rng)
    bench.count("fetched again")
