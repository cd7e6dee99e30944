"""The worker: which function runs which job, and the process that RQ wakes.

``python -m server.worker quick`` runs short jobs one after another in one process, and the sweep.
``python -m server.worker heavy`` forks for each job, so that its memory and time limits hold.
"""

from __future__ import annotations

import importlib
import logging
import sys
import threading
from collections.abc import Callable
from functools import cache

from flask import Flask
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import select

from server.core.database import db
from server.core.memory import keep_loaded
from server.core.queue import Wake
from server.core.runner import JobFunction, run_job
from server.core.sweep import Sweep
from server.core.unit import unit_of_work

# event → job: the name a feature enqueues → where its function is.
JOBS = {
    "exchange.digests": "server.exchange.jobs:check_digests",
    "exchange.tombstones": "server.exchange.jobs:collect_tombstones",
    "ratings.rate_changed": "server.ratings.jobs:rate_changed",
    "ratings.nightly": "server.ratings.jobs:nightly",
    "ratings.rebuild": "server.ratings.jobs:rebuild",
    "planning.solve": "server.planning.jobs:solve",
    "audits.photo_check": "server.audits.jobs:photo_check",
    "estate.import_apply": "server.estate.jobs:import_apply",
}
# What time alone changes or shows: queued once a day for every organisation, by the sweep.
DAILY = ("ratings.nightly", "exchange.digests", "exchange.tombstones")
# Each queue and the worker that consumes it (guard: every queue has one).
WORKERS: dict[str, Callable[..., Worker | SimpleWorker]] = {"quick": SimpleWorker, "heavy": Worker}
SWEEP_EVERY = 5.0

log = logging.getLogger(__name__)


def find(name: str) -> JobFunction:
    """Return a job's function by its name."""
    module, _, function = JOBS[name].partition(":")
    found: JobFunction = getattr(importlib.import_module(module), function)
    return found


@cache
def worker_app() -> Flask:
    """Build this worker process's application, once."""
    from server.app import create_app
    from server.settings import read_settings

    return create_app(read_settings())


def run(organisation_id: str, job_id: str) -> str | None:
    """Run one job: the function that RQ calls, with ids only."""
    return run_job(worker_app(), organisation_id, job_id, find)


def organisation_ids(app: Flask) -> list[str]:
    """Return every organisation: what a sweeper loops over, setting each."""
    from server.accounts.models import Organisation

    with unit_of_work(None, app):
        return list(db.session.scalars(select(Organisation.id)))


def run_waiting(app: Flask, limit: int = 1000) -> int:
    """Run queued jobs here and now, oldest first, until none is left: commands and tests."""
    from server.core.jobs import Job

    ran = 0
    while ran < limit:
        before = ran
        for organisation_id in organisation_ids(app):
            with unit_of_work(organisation_id, app):
                query = select(Job.id).where(Job.state == "queued").order_by(Job.queued_at)
                waiting = list(db.session.scalars(query.limit(limit - ran)))
            for job_id in waiting:
                run_job(app, organisation_id, job_id, find)
                ran += 1
        if ran == before:
            break
    return ran


def _sweep_for_ever(app: Flask, over: threading.Event) -> None:
    sweep = Sweep(app, DAILY)
    while not over.wait(SWEEP_EVERY):
        try:
            sweep.look(organisation_ids(app))
        except Exception:  # the process edge: a busy database must not end the sweep
            log.exception("the sweep failed; it goes on")


def main(queue: str) -> int:
    """Consume one queue until told to stop."""
    logging.basicConfig(level=logging.WARNING, format=f"%(asctime)s {queue}: %(message)s")
    app = worker_app()
    wake: Wake | None = app.extensions["wake"]
    if wake is None:
        log.error("REDIS_URL is empty: `walkround run` starts an embedded Redis and the workers")
        return 2
    keep_loaded()
    over = threading.Event()
    if queue == "quick":
        threading.Thread(target=_sweep_for_ever, args=(app, over), daemon=True).start()
    worker = WORKERS[queue](
        [wake.queues[queue]], connection=wake.connection, serializer=JSONSerializer
    )
    worker.work(logging_level="WARNING")
    over.set()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
