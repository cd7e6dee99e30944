"""The sweep: jobs that a dead Redis or worker dropped are queued again, daily jobs once a day."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from flask import Flask
from redis import RedisError
from sqlalchemy import delete, select, update

from server.core.clock import now_ms
from server.core.database import db
from server.core.jobs import Job
from server.core.queue import Ticket, Wake, enqueue, tell
from server.core.unit import unit_of_work

# A row younger than this may still be on its way to RQ, or not have had its first heartbeat.
GRACE_MS = 5_000
# How many waiting jobs one sweep tells RQ of; the next sweep takes the next ones.
BATCH = 500
DAY_MS = 24 * 3600 * 1000
# Finished jobs are shown for a week, then forgotten; failed ones stay until somebody looks.
KEPT_MS = 7 * DAY_MS

log = logging.getLogger(__name__)


class Sweep:
    """Looks for dropped jobs. It remembers suspects: a job is dead after two looks, not one."""

    def __init__(self, app: Flask, daily: Iterable[str] = ()) -> None:
        self.app = app
        self.daily = tuple(daily)
        self.suspects: frozenset[str] = frozenset()

    def look(self, organisation_ids: Iterable[str]) -> int:
        """Queue again what was dropped, in every organisation; return how many jobs."""
        wake: Wake | None = self.app.extensions.get("wake")
        if wake is None:
            return 0
        try:
            waiting = wake.waiting()
            suspects: set[str] = set()
            told = 0
            for organisation_id in organisation_ids:
                self._start_daily(organisation_id)
                suspects |= self._requeue_dead(wake, organisation_id)
                told += self._tell_again(organisation_id, waiting)
        except RedisError as fault:
            log.warning("Redis cannot be reached (%s); the next sweep tries again", fault)
            return 0
        self.suspects = frozenset(suspects)
        return told

    def _start_daily(self, organisation_id: str) -> None:
        """Queue what each day asks for once, at the first look of the UTC day, and tidy up."""
        now = now_ms()
        today = now - now % DAY_MS
        with unit_of_work(organisation_id, self.app):
            recent = set(
                db.session.scalars(
                    select(Job.name).where(Job.name.in_(self.daily), Job.queued_at >= today)
                )
            )
            due = [name for name in self.daily if name not in recent]
            for name in due:
                enqueue(name, {}, queue="heavy")
            if due:
                db.session.execute(
                    delete(Job).where(
                        Job.organisation_id == organisation_id,
                        Job.state == "done",
                        Job.finished_at < now - KEPT_MS,
                    )
                )

    def _requeue_dead(self, wake: Wake, organisation_id: str) -> set[str]:
        """Put back running jobs without a heartbeat in two looks; return the new suspects."""
        with unit_of_work(organisation_id, self.app):
            running = list(
                db.session.scalars(
                    select(Job.id).where(
                        Job.state == "running", Job.started_at < now_ms() - GRACE_MS
                    )
                )
            )
            silent = set(running) - wake.beating(running)
            dead = silent & self.suspects
            if dead:
                log.warning("%d jobs lost their worker and are queued again", len(dead))
                db.session.execute(
                    update(Job)
                    .where(
                        Job.organisation_id == organisation_id,
                        Job.id.in_(dead),
                        Job.state == "running",
                    )
                    .values(state="queued")
                    .execution_options(synchronize_session=False)
                )
        return silent - dead

    def _tell_again(self, organisation_id: str, waiting: frozenset[str]) -> int:
        with unit_of_work(organisation_id, self.app):
            rows = db.session.execute(
                select(Job.id, Job.queue)
                .where(Job.state == "queued", Job.queued_at < now_ms() - GRACE_MS)
                .order_by(Job.queued_at)
                .limit(BATCH)
            ).all()
        tickets = [
            Ticket(organisation_id, row.id, row.queue) for row in rows if row.id not in waiting
        ]
        if tickets:
            log.info("%d waiting jobs told again", len(tickets))
            tell(self.app, tickets)
        return len(tickets)
