"""The real app in a real Chromium: killed, out of room, its database closed, held, replaced."""

from __future__ import annotations

import contextlib
import threading
import time
from random import Random

from playwright.sync_api import Error

from tests.faults.browser_bench import Bench, bench_on, grade, rest
from tests.faults.browser_room import evict, leave_no_room
from tests.faults.browser_tabs import hold_the_page, stop_the_worker, two_tabs
from tests.faults.needs import pause
from tests.faults.outcome import Outcome

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


def run_browser(name: str, seed: int, *, seconds: float, least: int) -> Outcome:
    """F10 to F13: what the screen called saved is on the server in the end, by itself."""
    fault, once = RUNS[name]
    outcome = Outcome(fault, name, "browser", seed)
    started = time.monotonic()
    rng = Random(seed)
    with bench_on() as bench:
        while outcome.runs < least or time.monotonic() - started < seconds:
            once(bench, rng)
            outcome.runs += 1
            outcome.breaches += rest(bench, outcome)
            if outcome.breaches:
                break
        outcome.records = bench.notes.get("saved", 0)
        outcome.notes = bench.notes
    outcome.seconds = time.monotonic() - started
    return outcome


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
                grade(bench, page, rng)
    finally:
        killer.join()
    if harm != "nothing":
        if harm == "server killed":
            bench.stand.server.kill()
        bench.stand.server.start()
    bench.count(f"killed, {harm}")
    bench.tablet.forget()
    bench.tablet.open().goto(bench.address)


def _close(bench: Bench, rng: Random) -> None:
    """Close the app's database under its hands, as Safari does, and go on working."""
    page = bench.tablet.page
    grade(bench, page, rng)
    other = page.context.new_page()
    other.goto(f"{bench.stand.server.url}/healthz")
    other.evaluate(CLOSE_DATABASES)
    other.close()
    pause(rng.uniform(0, 0.5))
    try:
        grade(bench, page, rng)
        bench.count("saved on a new handle")
    except (Error, AssertionError):
        bench.count("had to be opened again")
        page.goto(bench.address)
        grade(bench, page, rng)


RUNS = {
    "browser killed": ("F10", _kill),
    "two tabs": ("F11", two_tabs),
    "worker stopped": ("F11", stop_the_worker),
    "page frozen": ("F11", hold_the_page),
    "quota": ("F12", leave_no_room),
    "storage evicted": ("F12", evict),
    "database closed": ("F13", _close),
}
