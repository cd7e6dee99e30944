"""Bench of a tablet that was away: 10,000 records changed meanwhile, and it fetches them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from server.bench.tablet_pages import FRAMES, PULLED
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.figures import Figure
from server.core.migrate import migrate
from server.core.tenancy import across_organisations
from server.core.unit import unit_of_work
from server.estate.models import Asset, Room, Tag
from server.exchange.commit import Change, commit_changes
from server.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from playwright.sync_api import BrowserContext, Page

CHANGED = 10_000
NEW_NAME = "Renamed meanwhile"
AFTERWARDS_MS = 1500


def app_on(folder: Path) -> Flask:
    """Return the bench's own app: its data in this folder, no other servers."""
    from server.app import create_app

    settings = replace(read_settings({"WALKROUND_DATA": str(folder)}), redis_url="")
    migrate(settings.owner_url)
    return create_app(settings)


def change_meanwhile(folder: Path, room_id: str) -> None:
    """Change 10,000 records of one school as another client, this room's name the last of them."""
    app = app_on(folder)
    with app.app_context(), across_organisations():
        room = db.session.execute(select(Room).where(Room.id == room_id)).scalar_one()
        organisation_id, school_id = room.organisation_id, room.scope_id
        ids = {
            kind: db.session.scalars(select(model.id).where(model.scope_id == school_id)).all()
            for kind, model in (("asset", Asset), ("tag", Tag))
        }
        db.session.remove()
    changes = [Change("asset", one, school_id, {"allocated_to": "Room"}) for one in ids["asset"]]
    changes += [Change("tag", one, school_id, {"bound_at": now_ms()}) for one in ids["tag"]]
    changes = [
        *changes[: CHANGED - 1],
        Change("room", room_id, school_id, {"name": NEW_NAME}),
    ]
    with unit_of_work(organisation_id, app):
        results = commit_changes(changes, origin=new_id(), actor_id=None, grants=None)
    with app.app_context():
        db.engine.dispose()
    if len(results) != CHANGED or any(one.status != "applied" for one in results):
        raise RuntimeError("a change of the bench was not applied")


def pull_figures(
    context: BrowserContext, visit: str, slow_down: Callable[[Page], str]
) -> Iterator[Figure]:
    """Open the visit without network, let the network come back, and wait for the new name."""
    page = context.pages[0]
    context.set_offline(True)
    page.goto(visit)
    page.locator(".row-room").first.wait_for()
    slow = slow_down(page)
    page.wait_for_timeout(AFTERWARDS_MS)
    page.evaluate(PULLED, NEW_NAME)
    page.evaluate(FRAMES)
    context.set_offline(False)
    took = float(page.evaluate("() => globalThis.benchPulled")) / 1000
    page.wait_for_timeout(AFTERWARDS_MS)
    longest = float(page.evaluate("() => globalThis.benchLongest"))
    name = f"10,000 pulled records applied and painted, {slow}"
    yield Figure(name, took, "s", target=2)
    yield Figure("longest frame of that pull", longest, "ms", target=100)
