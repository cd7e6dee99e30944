"""The moves of trust IT with a plan: make it in the form, wait for it, follow a line to a photo."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from server.core.clock import today
from server.estate.rules import show_tag
from tests.browser.conftest import Stand
from tests.browser.tablet import MINUTE

POUNDS = re.compile(r"£([\d,]+)")


@dataclass(frozen=True)
class PlanForm:
    """What trust IT fills in: pounds for every school and year; one school's last may differ."""

    name: str
    years: int
    limit: int
    school: str = ""
    last_limit: int = 0


def plan_year(number: int) -> str:
    """Return the label of a year of a plan that starts in the school year that runs now."""
    start = today().year - (today().month < 9) + number - 1
    return f"{start}/{(start + 1) % 100:02}"


def first_day() -> str:
    return dt.date(int(plan_year(1)[:4]), 9, 1).isoformat()


def make_plan(page: Page, form: PlanForm) -> None:
    """Fill in the desk's form for a trust and send it; the plan's own page opens."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Planner").click()
    page.get_by_role("link", name="New plan").click()
    page.get_by_role("heading", name="New plan", level=1).wait_for()
    whose = page.get_by_role("combobox", name="For")
    expect(whose).to_have_value(re.compile("^trust:"))
    expect(page.get_by_label("First day")).to_have_value(first_day())
    page.get_by_role("textbox", name="Name").fill(form.name)
    page.get_by_role("textbox", name="Prices rise each year").fill("3")
    page.get_by_role("button", name=f"{form.years} years").click()
    page.get_by_role("textbox", name="The same for every school and year").fill(str(form.limit))
    page.get_by_role("button", name="Fill every year").click()
    limits = page.get_by_role("table", name=re.compile("^Yearly capital limit"))
    expect(limits.get_by_role("columnheader")).to_have_count(1 + form.years)
    expect(limits.get_by_role("row").last.get_by_role("cell")).to_have_text(
        [f"{schools_in(limits) * form.limit:,}"] * form.years
    )
    if form.school:
        change_last_limit(limits, form)
    page.get_by_role("button", name="Make and solve the plan").click()
    page.wait_for_url(re.compile(r"/desk/plans/[0-9a-f-]{36}"))
    expect(page.get_by_role("heading", name=form.name, level=1)).to_be_visible()


def schools_in(limits: Locator) -> int:
    return limits.get_by_role("row").count() - 2  # the heads and the sums


def change_last_limit(limits: Locator, form: PlanForm) -> None:
    """Give one school another amount in the last year; the sum below follows."""
    name = f"Limit of {form.school} in {plan_year(form.years)}, pounds"
    amount = limits.get_by_role("textbox", name=name)
    expect(amount).to_have_value(str(form.limit))
    amount.fill(str(form.last_limit))
    total = (schools_in(limits) - 1) * form.limit + form.last_limit
    last = limits.get_by_role("row").last.get_by_role("cell").last
    expect(last).to_have_text(f"{total:,}")


def see_it_wait(page: Page) -> None:
    """While no worker has the job, the page says so, with a bar, and does not ask for it twice."""
    status = page.get_by_role("main").get_by_role("status")
    expect(status).to_contain_text("Waiting for its turn")
    expect(status.get_by_role("progressbar")).to_be_visible()
    expect(solve_button(page)).to_have_attribute("aria-disabled", "true")


def wait_until_solved(page: Page) -> None:
    expect(solve_button(page)).to_have_text(re.compile("^Solve again"), timeout=MINUTE)
    expect(page.get_by_text(re.compile("^Not yet in the total")).first).to_be_visible()


def solve_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^(Solve again|Solving)"))


def solve_again(page: Page) -> None:
    """Press the button and follow the job to its end."""
    solve_button(page).click()
    expect(solve_button(page)).to_have_text(re.compile("^Solving"))
    wait_until_solved(page)


def years_keep_their_limits(page: Page, form: PlanForm) -> None:
    """One column a year, each with a total that is not over its limit and adds up to its bars."""
    table = planner(page)
    for number in range(1, form.years + 1):
        label = plan_year(number)
        expect(table.get_by_role("columnheader", name=label, exact=True)).to_be_visible()
        bullet = table.get_by_role("img", name=f"{label}: ")
        said = bullet.get_attribute("aria-label")
        assert said is not None
        total, limit = (int(found.replace(",", "")) for found in POUNDS.findall(said))
        assert 0 < total <= limit, said
        assert limit % form.limit == (form.last_limit if number == form.years else 0), said


def planner(page: Page) -> Locator:
    return page.get_by_role("table", name="What is replaced in which year, by type and school")


def planned_years(page: Page, stand: Stand, asset_id: str) -> list[str]:
    """Return the years of the plan's lines for one asset, as its page on the desk says them."""
    page.goto(f"{stand.server.url}/desk/assets/{asset_id}")
    part = planned(page)
    lines = part.get_by_role("link")
    none = part.get_by_text("No line of the newest plan replaces it.")
    expect(lines.first.or_(none)).to_be_visible()
    return [line.partition(":")[0] for line in lines.all_inner_texts()]


def planned(page: Page) -> Locator:
    heading = page.get_by_role("heading", name="In the plan", level=2)
    return page.get_by_role("main").locator("section").filter(has=heading)


def open_line(page: Page, code: str) -> None:
    """From the asset's page to its line in the first year: how much it costs, what it replaces."""
    lines = planned(page).get_by_role("link", name=re.compile("panel", re.IGNORECASE))
    lines.filter(has_text=f"{plan_year(1)}: ").click()
    line = page.get_by_role("region", name="One line of the plan")
    price = line.get_by_text(f"in {plan_year(1)}").filter(has_text=POUNDS)
    expect(price.first).to_be_visible()
    expect(line.get_by_role("heading", name=f"Why {plan_year(1)}")).to_be_visible()
    expect(planner(page).get_by_role("button", pressed=True)).to_have_count(1)
    line.get_by_role("link", name=show_tag(code)).click()


def follow_to_the_photo(page: Page, asset_id: str, room: str, code: str) -> None:
    """From the line's asset to its room, to what was seen of it, to the photo at full size."""
    expect(page).to_have_url(re.compile(f"/desk/assets/{asset_id}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(show_tag(code))
    page.get_by_role("link", name=room, exact=True).click()
    reasons = page.get_by_role("region", name="Reasons of this cell")
    expect(reasons).to_contain_text(room)
    reasons.get_by_role("link", name=re.compile(show_tag(code))).click()
    expect(page).to_have_url(re.compile(f"/desk/assets/{asset_id}$"))
    page.get_by_role("listitem").filter(
        has=page.get_by_role("button", name=re.compile("^Photo"))
    ).get_by_role("link", name=re.compile("^D")).first.click()
    expect(page).to_have_url(re.compile("/desk/findings/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finding")
    shown = page.get_by_role("main").locator("button.stage img")
    see_whole_photo(page, shown)


def see_whole_photo(page: Page, shown: Locator) -> None:
    """Wait until a picture has arrived, larger than any thumbnail."""
    expect(shown).to_be_visible()
    page.wait_for_function("image => image.naturalWidth > 320", arg=shown.element_handle())
