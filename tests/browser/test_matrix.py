"""The matrix is a table to the eye: figures stand under their headings, rows by their names."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright, ViewportSize

from tests.browser.conftest import Stand
from tests.browser.live import chromium
from tests.browser.tablet import ARGS, sign_in

DESK: ViewportSize = {"width": 1440, "height": 900}
# Left edges of every row's cells, the headings first; no two rows may stand on one line.
GRID = """(table) => [...table.rows].map((row) => ({
  top: Math.round(row.getBoundingClientRect().top),
  lefts: [...row.cells].map((cell) => Math.round(cell.getBoundingClientRect().left)),
}))"""


@pytest.mark.parametrize("view", ["", "?view=colours"])
def test_each_figure_stands_under_its_heading(
    playwright: Playwright, desk_stand: Stand, view: str
) -> None:
    with playwright.chromium.launch(executable_path=chromium(), args=ARGS) as browser:
        page = browser.new_context(viewport=DESK).new_page()
        sign_in(page, desk_stand, "trust_it", f"/desk/{view}")
        table = page.locator("table.matrix")
        table.get_by_role("row").nth(2).wait_for()
        heading, *rows = table.evaluate(GRID)
    assert len(heading["lefts"]) > 3
    assert rows
    for row in rows:
        assert row["lefts"] == heading["lefts"]
    tops = [row["top"] for row in (heading, *rows)]
    assert tops == sorted(set(tops))
