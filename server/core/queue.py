"""Background jobs: a row in the caller's transaction, RQ told after the commit, run by a worker.

The row is the truth. Redis only wakes a worker, so a dead Redis delays a job and never loses one:
the sweep (server/core/sweep.py) tells RQ again. A job may run twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from flask import Flask, current_app
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.jobs import QUEUES, Job
from server.core.tenancy import current_organisation
from server.core.unit import unit_of_work

QueueName = Literal["quick", "heavy"]

# Named as text: the worker stands above core and core never imports it.
RUNNER = "server.worker.run"
# A heavy job longer than this is stopped by RQ; a quick one shares its process and must be short.
LIMITS = {"quick": 300, "heavy": 3600}
_UNTOLD = "walkround.untold_jobs"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What RQ is told of a job: ids only, so that nothing of a school lies in Redis."""

    organisation_id: str
    job_id: str
    queue: str


class NotYetError(Exception):
    """What a job needs is not here yet: it is tried again, a few times and some seconds apart."""


@dataclass(slots=True)
class JobContext:
    """What a job function is given: who it works for, and how it saves and shows its progress."""

    id: str
    organisation_id: str
    actor_id: str | None
    _in_chunk: bool = False

    @contextmanager
    def chunk(self) -> Iterator[None]:
        """Run the block as one unit of work, committed at its end. Keep it to 500 rows or so."""
        with unit_of_work(self.organisation_id):
            self._in_chunk = True
            try:
                yield
            finally:
                self._in_chunk = False

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show how far the job is: within a chunk in its transaction, otherwise at once."""
        if self._in_chunk:
            self._write_progress(done, total, message)
        else:
            with unit_of_work(self.organisation_id):
                self._write_progress(done, total, message)

    def _write_progress(self, done: int, total: int, message: str) -> None:
        db.session.execute(
            update(Job)
            .where(Job.organisation_id == self.organisation_id, Job.id == self.id)
            .values(done=done, total=total, message=message)
            .execution_options(synchronize_session=False)
        )


def install(app: Flask) -> None:
    """Give the app its way to wake workers. No Redis: rows wait for the sweep."""
    redis_url = app.extensions["settings"].redis_url
    app.extensions["wake"] = Wake(redis_url) if redis_url else None


def enqueue(
    name: str,
    args: Mapping[str, Any],
    *,
    queue: QueueName = "quick",
    actor_id: str | None = None,
) -> str:
    """Write a job's row in the caller's transaction and return its id; RQ hears later."""
    session = db.session()
    job_id = new_id()
    organisation_id = current_organisation()
    session.add(
        Job(
            organisation_id=organisation_id,
            id=job_id,
            name=name,
            queue=queue,
            args=dict(args),
            actor_id=actor_id,
            state="queued",
            queued_at=now_ms(),
        )
    )
    tell_after_commit(session, Ticket(organisation_id, job_id, queue))
    return job_id


def tell_after_commit(session: Session, ticket: Ticket) -> None:
    """Remember to wake a worker for a job row once the transaction that holds it is safe."""
    session.info.setdefault(_UNTOLD, []).append(ticket)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is no commit
    tickets = session.info.pop(_UNTOLD, [])
    if tickets:
        tell(current_app, tickets)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_UNTOLD, None)


def tell(app: Flask, tickets: list[Ticket]) -> bool:
    """Wake workers; return False when Redis could not be reached (the sweep will try again)."""
    wake: Wake | None = app.extensions.get("wake")
    if wake is None:
        return False
    try:
        wake.tell(tickets)
    except RedisError as fault:
        log.warning("Redis cannot be reached (%s); jobs wait for the sweep", fault)
        return False
    return True


class Wake:
    """The RQ side: one connection, one queue per class of work, JSON only."""

    def __init__(self, redis_url: str) -> None:
        self.connection = connect(redis_url)
        self.queues = {
            name: Queue(
                name,
                connection=self.connection,
                serializer=JSONSerializer,
                default_timeout=LIMITS[name],
            )
            for name in QUEUES
        }

    def tell(self, tickets: list[Ticket]) -> None:
        """Put ids on their queues in one round trip per queue."""
        for name, queue in self.queues.items():
            batch = [
                Queue.prepare_data(
                    RUNNER,
                    args=[ticket.organisation_id, ticket.job_id],
                    job_id=ticket.job_id,
                    timeout=LIMITS[name],
                    result_ttl=0,
                    failure_ttl=3600,
                )
                for ticket in tickets
                if ticket.queue == name
            ]
            if batch:
                queue.enqueue_many(batch)

    def waiting(self) -> frozenset[str]:
        """Return the ids that RQ already holds in a queue."""
        return frozenset(job for queue in self.queues.values() for job in queue.get_job_ids())

    def beat(self, job_id: str, seconds: int) -> None:
        """Say that this job's process lives; it counts as dead when the word runs out."""
        self.connection.set(_beat_key(job_id), "1", ex=seconds)

    def try_beat(self, job_id: str, seconds: int) -> None:
        """Beat, but a dead Redis is no reason to stop the job."""
        with suppress(RedisError):
            self.beat(job_id, seconds)

    def beating(self, job_ids: list[str]) -> frozenset[str]:
        """Return which of these jobs have a live process."""
        if not job_ids:
            return frozenset()
        found = self.connection.mget([_beat_key(job_id) for job_id in job_ids])
        return frozenset(job_id for job_id, beat in zip(job_ids, found, strict=True) if beat)


def connect(redis_url: str) -> Redis:
    """Open a Redis by URL, quick to give up: a request must not wait for a dead one."""
    return Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=5)


def _beat_key(job_id: str) -> str:
    return f"walkround:beat:{job_id}"
