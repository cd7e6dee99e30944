"""Every night: the digests are proved and old tombstones collected. Both go on after a cut."""

from __future__ import annotations

from sqlalchemy import select

from server.core.clock import now_ms
from server.core.database import db
from server.core.jobs import Job
from server.core.queue import JobContext
from server.core.scopes import Scope
from server.exchange import digests, tombstones
from server.exchange.models import SyncTombstone
from server.exchange.transaction import snapshot


def check_digests(job: JobContext) -> dict[str, int]:
    """Compare every scope's digest with its rows; the comparing itself locks nothing."""
    scope_ids, done, wrong = _scopes(job), _done_before(job), 0
    for number, scope_id in enumerate(scope_ids[done:], done + 1):
        with snapshot() as connection:
            found = digests.sum_scope(connection, job.organisation_id, scope_id)
        with job.chunk():
            if found is not None and not found.is_right:
                wrong += digests.correct_scope(
                    db.session.connection(), job.organisation_id, scope_id
                )
            job.progress(number, len(scope_ids))
    return {"scopes": len(scope_ids), "wrong": wrong}


def collect_tombstones(job: JobContext) -> dict[str, int]:
    """Remove old tombstones, some of one scope at a time."""
    before = now_ms() - tombstones.HORIZON_MS
    with job.chunk():
        owing = sorted(
            db.session.scalars(
                select(SyncTombstone.scope_id)
                .where(SyncTombstone.organisation_id == job.organisation_id)
                .distinct()
            )
        )
    removed = 0
    for number, scope_id in enumerate(owing, 1):
        more = True
        while more:
            with job.chunk():
                connection = db.session.connection()
                some, more = tombstones.collect_chunk(
                    connection, job.organisation_id, scope_id, before
                )
                removed += some
                job.progress(number, len(owing))
    return {"removed": removed}


def _scopes(job: JobContext) -> list[str]:
    with job.chunk():
        mine = Scope.organisation_id == job.organisation_id
        return list(db.session.scalars(select(Scope.id).where(mine).order_by(Scope.id)))


def _done_before(job: JobContext) -> int:
    """Return how far an earlier try of this job came, so that the next one goes on there."""
    with job.chunk():
        key = (Job.organisation_id == job.organisation_id, Job.id == job.id)
        return db.session.scalar(select(Job.done).where(*key)) or 0
