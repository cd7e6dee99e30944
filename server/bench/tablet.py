"""Bench of a tablet: a real Chromium on a visit of 5,000 assets, with the server stopped."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from server.audits.models import Visit
from server.bench.film import make_film
from server.bench.running import Running
from server.bench.tablet_pages import COLD_START, FRAMES, KEYS, SAVES, SCANS
from server.bench.tablet_pull import app_on, change_meanwhile, pull_figures
from server.core.database import db
from server.core.figures import Figure, percentile
from server.core.tenancy import across_organisations
from server.demo.build import DemoSize, build
from server.demo.people import SignIn
from server.estate.models import Asset, Room, Tag
from server.shell import DIST

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

ASSETS = 5_000
COLD_STARTS = 7
SAVED = 40
EDITS = 1_000
SCANNED = 12
QUERIES = ("classroom", "panel", "laptop", "projector", "visualiser")
THROTTLE = 4
PATIENCE_MS = 120_000
VIEW = {"width": 820, "height": 1180}
OTHER_DATABASES = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BLOB_URL"}
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


@dataclass(frozen=True, slots=True)
class Estate:
    """Who walks which visit, and where: a room with a thing, and tags that are in the school."""

    person: SignIn
    visit_id: str
    room_id: str
    asset_id: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tablet:
    """One browser profile that outlives its browser; the camera shows one film."""

    playwright: Playwright
    folder: Path
    url: str

    @contextmanager
    def browser(self) -> Iterator[BrowserContext]:
        film = self.folder / "film.mjpeg"
        context = self.playwright.chromium.launch_persistent_context(
            str(self.folder / "profile"),
            executable_path=shutil.which("chromium"),
            args=[
                *CHROMIUM_ARGS,
                f"--use-file-for-fake-video-capture={film}",
            ],
            viewport={"width": VIEW["width"], "height": VIEW["height"]},
            has_touch=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield context
        finally:
            context.close()


def tablet_figures(seed: int) -> Iterator[Figure]:
    """Yield what the browser measures; say on stderr what is missing when it cannot."""
    missing = _missing()
    if missing:
        click.echo(f"Not measured: start, save, search and scan. {missing}", err=True)
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="walkround-bench-") as name:
        folder = Path(name)
        estate = _build(folder, seed)
        make_film(folder / "film.mjpeg", estate.codes, shown=1.6, empty=1.2)
        with sync_playwright() as playwright:
            server = Running(folder, env=_sqlite_environment())
            tablet = Tablet(playwright, folder, server.url)
            try:
                yield from _download(tablet, estate)
                yield from _pull(tablet, estate)
            finally:
                server.stop()
            yield from _measure(tablet, estate)


def _missing() -> str:
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is missing: install the dev requirements."
    if shutil.which("chromium") is None:
        return "Chromium is missing: apt-get install chromium."
    if not (DIST / "field.html").exists():
        return "The app is not built: make build."
    return ""


def _sqlite_environment() -> dict[str, str]:
    """Return the environment without other servers: the browser sees no difference."""
    return {name: value for name, value in os.environ.items() if name not in OTHER_DATABASES}


def _build(folder: Path, seed: int) -> Estate:
    app = app_on(folder)
    report = build(app, DemoSize(schools=1, rooms=80, assets=ASSETS, seed=seed))
    person = next(one for one in report.sign_ins if one.role == "consultant")
    with app.app_context(), across_organisations():
        visit_id, school_id = db.session.execute(
            select(Visit.id, Visit.school_id).where(Visit.state == "open").limit(1)
        ).one()
        rows = db.session.execute(
            select(Asset.id, Room.id, Tag.code)
            .join(Tag, Tag.asset_id == Asset.id)
            .join(Room, Room.id == Asset.room_id)
            .where(
                Asset.scope_id == school_id,
                Asset.allocation == "in_room",
                Asset.set_id.is_(None),
                Room.builtin.is_(None),
                Tag.code.regexp_match("^[0-9A-Z]{8}$"),
            )
            .order_by(Room.walk_order.desc(), Asset.id)
            .limit(SCANNED + 1)
        ).all()
        db.session.remove()
        db.engine.dispose()
    (asset_id, room_id, _), *others = rows
    return Estate(person, visit_id, room_id, asset_id, tuple(row.code for row in others))


def _download(tablet: Tablet, estate: Estate) -> Iterator[Figure]:
    """Fetch the visit: 5,000 assets with their tags and findings, over 10,000 records."""
    with tablet.browser() as context:
        page = context.pages[0]
        page.goto(f"{tablet.url}/sign-in?next=/field/")
        page.get_by_role("textbox", name="E-mail").fill(estate.person.email)
        page.get_by_role("textbox", name="Password").fill(estate.person.password)
        page.get_by_role("button", name="Sign in").first.click()
        button = page.get_by_role("button", name=re.compile("Download")).first
        button.wait_for()
        slow = _slow_down(page)
        page.evaluate(FRAMES)
        started = time.monotonic()
        button.click()
        page.get_by_role("link", name=re.compile("Ready without signal")).first.wait_for()
        took = time.monotonic() - started
        longest = float(page.evaluate("() => globalThis.benchLongest"))
        yield Figure(f"download of a visit of 5,000 assets, {slow}", took, "s")
        yield Figure(f"longest frame of that download, {slow}", longest, "ms", target=100)


def _slow_down(page: Page) -> str:
    """Slow the page's processor down; return how figures say that."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    return f"{THROTTLE}x slower CPU"


def _pull(tablet: Tablet, estate: Estate) -> Iterator[Figure]:
    """Fetch what another client changed while this tablet was away."""
    change_meanwhile(tablet.folder, estate.room_id)
    with tablet.browser() as context:
        visit = f"{tablet.url}/field/visits/{estate.visit_id}"
        yield from pull_figures(context, visit, _slow_down)


def _measure(tablet: Tablet, estate: Estate) -> Iterator[Figure]:
    visit = f"{tablet.url}/field/visits/{estate.visit_id}"
    room = f"{visit}/rooms/{estate.room_id}"
    starts = [_cold_start(tablet, visit) for _ in range(COLD_STARTS)]
    name = f"offline start to 5,000 assets, {THROTTLE}x slower CPU, p50"
    yield Figure(name, percentile(starts, 0.5), "s", target=1)
    yield Figure("slowest of those starts", max(starts), "s")
    with tablet.browser() as context:
        page = context.pages[0]
        page.goto(f"{room}/asset/{estate.asset_id}")
        page.locator(".grade").first.wait_for()
        saves = _numbers(page.evaluate(SAVES, [SAVED, 150]))
        yield Figure("saving a finding p50", percentile(saves, 0.5), "ms")
        yield Figure("saving a finding p95", percentile(saves, 0.95), "ms", target=50)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        many = sum(_numbers(page.evaluate(SAVES, [EDITS, 0]))) / 1000
        yield Figure(f"1,000 edits, {THROTTLE}x slower CPU", many, "s", target=20)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        page.goto(visit)
        keys = _type(page)
        yield Figure("search key to painted p50", percentile(keys, 0.5), "ms")
        yield Figure("search key to painted p95", percentile(keys, 0.95), "ms", target=80)
        page.goto(f"{room}/scan")
        page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
        scans = [time / 1000 for time in _numbers(page.evaluate(SCANS, SCANNED))]
        yield Figure("scan of a clear QR, frame to card p50", percentile(scans, 0.5), "s", target=1)
        yield Figure("slowest of those scans", max(scans), "s")


def _cold_start(tablet: Tablet, visit: str) -> float:
    """Start a browser, slow it down and open the visit: nothing is in its memory."""
    with tablet.browser() as context:
        page = context.pages[0]
        page.add_init_script(COLD_START)
        _slow_down(page)
        page.goto(visit, wait_until="commit")
        return float(page.evaluate("() => globalThis.benchPainted")) / 1000


def _type(page: Page) -> list[float]:
    box = page.get_by_role("searchbox")
    box.wait_for()
    page.wait_for_timeout(1000)
    page.evaluate(KEYS)
    for query in QUERIES:
        box.fill("")
        box.press_sequentially(query, delay=120)
    page.wait_for_timeout(500)
    return _numbers(page.evaluate("() => globalThis.benchKeys"))


def _numbers(found: object) -> list[float]:
    """Return the page's list of times; an empty one is a fault, never a good figure."""
    if not isinstance(found, list) or not found:
        raise RuntimeError("the page measured nothing")
    return [float(one) for one in found]
