"""A tablet: a real Chromium with its own profile and a fake camera, killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import psutil
from playwright.sync_api import (
    BrowserContext,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
)

from tests.browser.live import chromium

if TYPE_CHECKING:  # the fixtures there give tablets
    from tests.browser.conftest import Stand

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
TABLET: ViewportSize = {"width": 820, "height": 1180}
MINUTE = 60_000

# What this tablet holds of its photos: each hash, and the hash of the bytes under it.
PHOTOS_ON_DEVICE = """async () => {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('walkround:')) continue;
    const db = await new Promise((done, no) => {
      const open = indexedDB.open(name);
      open.onsuccess = () => done(open.result);
      open.onerror = () => no(open.error);
    });
    const all = (store) => new Promise((done, no) => {
      const ask = db.transaction(store).objectStore(store).getAll();
      ask.onsuccess = () => done(ask.result);
      ask.onerror = () => no(ask.error);
    });
    const keys = (store) => new Promise((done, no) => {
      const ask = db.transaction(store).objectStore(store).getAllKeys();
      ask.onsuccess = () => done(ask.result);
      ask.onerror = () => no(ask.error);
    });
    if (db.objectStoreNames.contains('blobs')) {
      const names = await keys('bytes');
      const chunks = await all('bytes');
      for (const blob of await all('blobs')) {
        const pairs = names.map((key, i) => [key, chunks[i]]);
        const mine = pairs.filter(([key]) => key[0] === blob.sha256);
        mine.sort((a, b) => a[0][1] - b[0][1]);
        const bytes = await new Blob(mine.map(([, chunk]) => chunk)).arrayBuffer();
        const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        const hex = [...sum].map((one) => one.toString(16).padStart(2, '0')).join('');
        found.push({ sha256: blob.sha256, computed: hex, size: bytes.byteLength });
      }
    }
    db.close();
  }
  return found;
}"""


class Tablet:
    """One browser profile. ``kill`` is SIGKILL: nothing is flushed, no handler runs."""

    def __init__(self, playwright: Playwright, profile: Path, film: Path) -> None:
        self._playwright = playwright
        self._profile = profile
        self._film = film
        # Chromium's own temporary files, which a killed one leaves. Its socket allows a short path.
        self._temporary = tempfile.mkdtemp(prefix="t-")
        self._context: BrowserContext | None = None
        self.errors: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._context is not None:
            self._context.close()
        shutil.rmtree(self._temporary, ignore_errors=True)

    @property
    def page(self) -> Page:
        assert self._context is not None
        return self._context.pages[0]

    def forget(self) -> None:
        """Let go of a browser that was killed from another thread."""
        self._context = None

    def open(self) -> Page:
        """Start the browser with this profile and return its one page."""
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self._profile),
            executable_path=chromium(),
            args=[*ARGS, f"--use-file-for-fake-video-capture={self._film}"],
            viewport=TABLET,
            has_touch=True,
            color_scheme="light",
            env={**os.environ, "TMPDIR": self._temporary},
        )
        page = self._context.pages[0]
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def close(self) -> None:
        """Close the browser as its person does."""
        assert self._context is not None
        self._context.close()
        self._context = None

    def open_from_icon(self, address: str) -> Page:
        """Close the window and open a new one at the address that the icon holds."""
        assert self._context is not None
        page = self._context.new_page()
        for old in self._context.pages[:-1]:
            old.close()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(address)
        return page

    def wait_for_sign_in_on_disk(self) -> None:
        """Wait until the browser itself has flushed its cookies: it does so every half minute.

        A person signs in long before a battery dies; a browser killed within seconds of the
        sign-in keeps every finding and asks to sign in again, which is another story.
        """
        deadline = time.monotonic() + 60
        while not self._cookies_on_disk():
            assert time.monotonic() < deadline, "the browser never wrote its cookies"
            time.sleep(0.25)

    def _cookies_on_disk(self) -> int:
        file = self._profile / "Default" / "Cookies"
        if not file.exists():
            return 0
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as found:
            try:
                return int(found.execute("SELECT count(*) FROM cookies").fetchone()[0])
            except sqlite3.OperationalError:
                return 0

    def kill(self) -> None:
        """SIGKILL every process of this profile's browser, and only those."""
        mine = f"--user-data-dir={self._profile}"
        pids = [
            process.pid
            for process in psutil.process_iter(["cmdline"])
            if mine in (process.info["cmdline"] or [])
        ]
        assert pids, "no browser of this profile is running"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(psutil.pid_exists(pid) and _alive(pid) for pid in pids):
            assert time.monotonic() < deadline, "the browser outlived SIGKILL"
            time.sleep(0.05)
        self._context = None
        for lock in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self._profile / lock).unlink(missing_ok=True)

    def install_faults(self, page: Page) -> list[str]:
        """Return what the browser says stands in the way of installing; empty = nothing."""
        assert self._context is not None
        session = self._context.new_cdp_session(page)
        answer = session.send("Page.getInstallabilityErrors")
        return [fault["errorId"] for fault in answer["installabilityErrors"]]


def sign_in(page: Page, stand: Stand, role: str, onward: str) -> None:
    person = stand.person(role)
    page.goto(f"{stand.server.url}/sign-in?next={onward}")
    page.get_by_role("textbox", name="E-mail").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(person.password)
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(f"**{onward}*")


def icon_address() -> str:
    """Return the address that the icon on the home screen opens."""
    with (Path(__file__).parents[2] / "pwa" / "dist" / "field.webmanifest").open() as manifest:
        return str(json.load(manifest)["start_url"])


def until(true: Callable[[], bool], otherwise: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)


def choose(option: Locator) -> None:
    """Tap a choice and wait until it shows as chosen: the screen says so once it is saved."""
    option.click(force=True)
    expect(option).to_be_checked()


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
