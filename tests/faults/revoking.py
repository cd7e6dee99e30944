"""A person who is shut out while their tablet works: nothing more is read, nothing made is lost."""

from __future__ import annotations

import time
from random import Random

from sqlalchemy import text

from server.accounts.services.devices import enrol_device
from server.accounts.services.sessions import start_session
from server.app import create_app
from server.core.clock import now_ms
from server.core.database import db
from server.core.unit import unit_of_work
from server.settings import read_settings
from tests.faults.breaks import NETWORK
from tests.faults.device import WireDevice
from tests.faults.fleet import Fleet
from tests.faults.history import of
from tests.faults.needs import pause
from tests.faults.outcome import Outcome
from tests.faults.rig import Rig, rig

WHO = "technician"
# Rights are asked at each request; one that began before the commit may still be answered.
ALLOWED_MS = 1000


def run_revocations(on: str, seed: int, *, seconds: float, least: int) -> Outcome:
    """F23: revoke in the middle of a sync, over a broken network; let back in; revoke again."""
    outcome = Outcome("F23", "revoked mid-sync", on, seed)
    started = time.monotonic()
    rng = Random(seed)
    with rig(on, rng.getrandbits(32)) as made:
        device = next(one for one in made.devices if one.who.name == WHO)
        _sign_in(made, device)
        fleet = Fleet(made, Random(rng.getrandbits(64)))
        while outcome.runs < least or time.monotonic() - started < seconds:
            made.history.note("fault", name=outcome.name, round=outcome.runs)
            made.proxy.break_by(rng.getrandbits(32), list(NETWORK), rng.choice((0, 0.3)))
            with fleet.working():
                pause(rng.uniform(0.3, 2))
                _revoke(made, device)
                pause(rng.uniform(1, 3))
                made.proxy.heal()
            fleet.come_to_rest(outcome.runs)
            outcome.runs += 1
            outcome.breaches += [str(breach) for breach in fleet.verdict()[:20]]
            if outcome.breaches:
                outcome.breaches += made.evidence(outcome.seed)
                break
            _let_back(made, device)
        outcome.longest_drain = fleet.longest_drain
        events = made.history.events
        outcome.records = sum(1 for _ in of(events, "made"))
        outcome.stalled = sum(1 for _ in of(events, "stalled"))
        held = [one for one in of(events, "acked") if one["code"] == "no_membership"]
        outcome.notes["held for a reviewer"] = len(held)
    outcome.seconds = time.monotonic() - started
    return outcome


def _sign_in(made: Rig, device: WireDevice) -> None:
    """Give the device what a tablet has: a session, and its own credential from its enrolment."""
    north = made.world.organisations["north"]
    app = create_app(read_settings(made.told))
    user = made.world.people[WHO]
    with unit_of_work(north, app):
        session = start_session(user, north)
        cookie = enrol_device(user, north, device.device_id)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    device.caller.credentials = {"Cookie": f"walkround={session}; walkround-device={cookie}"}


def _revoke(made: Rig, device: WireDevice) -> None:
    _set_revoked(made, now_ms())
    made.history.note("revoked", clients=[device.client_id], allowed_ms=ALLOWED_MS)


def _let_back(made: Rig, device: WireDevice) -> None:
    made.history.note("granted", clients=[device.client_id])
    _set_revoked(made, None)


def _set_revoked(made: Rig, at: int | None) -> None:
    query = "UPDATE membership SET revoked_at = :at WHERE user_id = :user"
    with made.engine.begin() as connection:
        connection.execute(text(query), {"at": at, "user": made.world.people[WHO]})
