"""Running one job: claim its row, call its function, write what became of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from server.core.clock import now_ms
from server.core.database import db
from server.core.jobs import Job
from server.core.problems import Problem
from server.core.queue import JobContext, NotYetError, Wake
from server.core.room import is_away, is_full
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work

JobFunction = Callable[..., Any]
MAX_TRIES = 5
BEAT_EVERY = 4.0
BEAT_LASTS = 15

log = logging.getLogger(__name__)


def run_job(
    app: Flask, organisation_id: str, job_id: str, find: Callable[[str], JobFunction]
) -> str | None:
    """Run one queued job to its end; return its new state, or None when it was not ours to run.

    ``find`` turns a job's name into its function. A busy or lost database, or what is not here yet,
    puts the job back in the queue, at most MAX_TRIES times; a disk that is full or away does so
    until it is well again, for nobody would start it by hand. Every other fault fails it with a
    problem to read.
    """
    with app.app_context(), as_organisation(organisation_id), beating(app, job_id):
        claimed = _claim(organisation_id, job_id)
        if claimed is None:
            return None
        name, args, actor_id, tries = claimed
        try:
            result = find(name)(JobContext(job_id, organisation_id, actor_id), **args)
            _refuse_unsaved(name)
        except (OperationalError, NotYetError) as fault:
            log.warning("job %s %s cannot be done yet: %s", name, job_id, fault)
            db.session.rollback()
            state = "failed" if tries >= MAX_TRIES else "queued"
            return _end(organisation_id, job_id, state, problem=_problem_of(fault))
        except Exception as fault:  # the process edge: recorded, and the work is marked failed
            db.session.rollback()
            if is_full(fault) or is_away(fault):
                log.warning("job %s %s waits for a disk: %s", name, job_id, fault)
                waits = Problem("no_room" if is_full(fault) else "unavailable").body()
                return _end(organisation_id, job_id, "queued", problem=waits, tries=tries - 1)
            log.exception("job %s %s failed", name, job_id)
            return _end(organisation_id, job_id, "failed", problem=_problem_of(fault))
        return _end(organisation_id, job_id, "done", result=result)


def _claim(
    organisation_id: str, job_id: str
) -> tuple[str, Mapping[str, Any], str | None, int] | None:
    """Take a queued job for this process. Told twice or run elsewhere: nothing to take."""
    with unit_of_work(organisation_id):
        taken = db.session.execute(
            update(Job)
            .where(Job.organisation_id == organisation_id, Job.id == job_id, Job.state == "queued")
            .values(state="running", started_at=now_ms(), tries=Job.tries + 1)
            .returning(Job.name, Job.args, Job.actor_id, Job.tries)
            .execution_options(synchronize_session=False)
        )
        row = taken.one_or_none()
        if row is None:
            return None
        return row.name, row.args, row.actor_id, row.tries


def _refuse_unsaved(name: str) -> None:
    session = db.session
    if session.new or session.dirty or session.deleted:
        raise RuntimeError(f"job {name} left changes outside job.chunk(); they were not saved")


def _end(
    organisation_id: str,
    job_id: str,
    state: str,
    *,
    result: object = None,
    problem: Mapping[str, object] | None = None,
    tries: int | None = None,
) -> str:
    counted = {} if tries is None else {"tries": tries}
    with unit_of_work(organisation_id):
        db.session.execute(
            update(Job)
            .where(Job.organisation_id == organisation_id, Job.id == job_id)
            .values(state=state, result=result, problem=problem, finished_at=now_ms(), **counted)
            .execution_options(synchronize_session=False)
        )
    return state


def _problem_of(fault: Exception) -> dict[str, object]:
    if isinstance(fault, Problem):
        return fault.body()
    if isinstance(fault, OperationalError):
        return Problem("unavailable", "The database was busy. Start this again.").body()
    if isinstance(fault, NotYetError):
        return Problem("unavailable", str(fault)).body()
    return Problem("server_error", "The work stopped part-way. What it saved is kept.").body()


@contextmanager
def beating(app: Flask, job_id: str) -> Iterator[None]:
    """Say every few seconds that this job's process lives, so that no sweep starts it again."""
    wake: Wake | None = app.extensions.get("wake")
    if wake is None:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(wake, job_id, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(wake: Wake, job_id: str, over: threading.Event) -> None:
    while True:
        wake.try_beat(job_id, BEAT_LASTS)
        if over.wait(BEAT_EVERY):
            return
