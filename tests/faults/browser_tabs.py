"""F11: two tabs at once, the service worker stopped, the page frozen as a phone freezes it."""

from __future__ import annotations

import re
from random import Random

from playwright.sync_api import Page, expect

from tests.faults.browser_bench import SAVED_MS, Bench, grade
from tests.faults.needs import pause


def two_tabs(bench: Bench, rng: Random) -> None:
    """One person in two tabs of one store: each shows what the other saved, none sends it twice."""
    first = bench.tablet.page
    second = first.context.new_page()
    second.on("pageerror", lambda error: bench.tablet.errors.append(str(error)))
    second.goto(bench.address)
    tabs = [first, second]
    for _ in range(rng.randrange(2, 6)):
        here, there = rng.sample(tabs, 2)
        here.bring_to_front()
        grade(bench, here, rng)
        _shows(bench, there)
    if rng.random() < 0.5:
        first.close()
        second.bring_to_front()
        bench.count("the first tab closed")
    else:
        second.close()
        bench.count("the second tab closed")


def _shows(bench: Bench, page: Page) -> None:
    option = page.get_by_role("radio", name=re.compile(f"^{bench.confirmed}"))
    expect(option).to_be_checked(timeout=SAVED_MS)


def stop_the_worker(bench: Bench, rng: Random) -> None:
    """The browser ends the service worker when it likes; without a server it starts again."""
    page = bench.tablet.page
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    is_away = rng.random() < 0.5
    grade(bench, page, rng)
    if is_away:
        bench.stand.server.kill()
    session.send("ServiceWorker.stopAllWorkers")
    grade(bench, page, rng)
    page.reload()
    _shows(bench, page)
    grade(bench, page, rng)
    if is_away:
        bench.stand.server.start()
    bench.count("stopped, server away" if is_away else "stopped")
    session.detach()


def hold_the_page(bench: Bench, rng: Random) -> None:
    """Freeze the page right after a tap, in the middle of what it sends; it goes on by itself."""
    page = bench.tablet.page
    session = page.context.new_cdp_session(page)
    for _ in range(rng.randrange(1, 4)):
        grade(bench, page, rng)
        pause(rng.uniform(0, 0.3))
        session.send("Page.setWebLifecycleState", {"state": "frozen"})
        harm = rng.choice(("nothing", "server killed"))
        if harm == "server killed":
            bench.stand.server.kill()
            bench.stand.server.start()
        pause(rng.uniform(0.2, 4))
        session.send("Page.setWebLifecycleState", {"state": "active"})
        bench.count(f"frozen, {harm}")
    session.detach()
