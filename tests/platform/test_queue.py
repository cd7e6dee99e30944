"""Jobs: written with their cause, told after the commit, never lost, run to an end that is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from flask import Flask
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from server import worker
from server.accounts.models import Organisation
from server.core.clock import clock, now_ms
from server.core.database import db
from server.core.jobs import Job
from server.core.problems import Problem
from server.core.queue import JobContext, Wake, enqueue
from server.core.runner import MAX_TRIES, run_job
from server.core.sweep import Sweep
from server.core.unit import unit_of_work

ORGANISATION = "11111111-1111-4111-8111-111111111111"
Jobs = dict[str, Callable[..., object]]


@pytest.fixture
def organisation(app: Flask) -> str:
    with unit_of_work(None, app):
        db.session.add(
            Organisation(id=ORGANISATION, name="Alder", kind="school", created_at=now_ms())
        )
    return ORGANISATION


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """What a test puts in here is a job of its name."""
    jobs: Jobs = {}
    monkeypatch.setattr(worker, "find", jobs.__getitem__)
    return jobs


def start(app: Flask, name: str, **args: object) -> str:
    with unit_of_work(ORGANISATION, app):
        return enqueue(name, args)


def row(app: Flask, job_id: str) -> Job:
    with app.app_context(), unit_of_work(ORGANISATION):
        found = db.session.scalars(select(Job).where(Job.id == job_id)).one()
        db.session.expunge(found)
        return found


def waiting(app: Flask) -> frozenset[str]:
    wake = app.extensions["wake"]
    assert isinstance(wake, Wake)
    return wake.waiting()


class TestEnqueue:
    def test_rq_is_told_only_after_the_commit(
        self, redis_url: str, app: Flask, organisation: str
    ) -> None:
        with unit_of_work(organisation, app):
            job_id = enqueue("test.nothing", {})
            db.session.flush()
            assert waiting(app) == frozenset()
        assert waiting(app) == {job_id}

    def test_a_savepoint_is_no_commit(self, redis_url: str, app: Flask, organisation: str) -> None:
        with unit_of_work(organisation, app):
            with db.session.begin_nested():
                job_id = enqueue("test.nothing", {})
            assert waiting(app) == frozenset()
        assert waiting(app) == {job_id}

    def test_work_that_fails_starts_no_job(
        self, redis_url: str, app: Flask, organisation: str
    ) -> None:
        with pytest.raises(Problem), unit_of_work(organisation, app):
            enqueue("test.nothing", {})
            raise Problem("conflict")
        assert waiting(app) == frozenset()
        with unit_of_work(organisation, app):
            assert db.session.scalars(select(Job)).all() == []

    def test_only_ids_lie_in_redis(self, redis_url: str, app: Flask, organisation: str) -> None:
        start(app, "test.nothing", touched=[["asset", "a-secret-of-the-school"]])
        with redis.Redis.from_url(redis_url) as client:
            stored = b"".join(
                b"".join(client.hgetall(key).values())
                for key in client.keys("rq:job:*")
                if client.type(key) == b"hash"
            )
        assert stored
        assert b"a-secret-of-the-school" not in stored

    def test_a_dead_redis_fails_no_request(
        self, app: Flask, organisation: str, tmp_path: Path
    ) -> None:
        app.extensions["wake"] = Wake(f"unix://{tmp_path / 'nobody.sock'}")
        assert row(app, start(app, "test.nothing")).state == "queued"


class TestRunning:
    def test_a_job_that_ends_keeps_its_result(
        self, app: Flask, organisation: str, jobs: Jobs
    ) -> None:
        jobs["test.double"] = lambda job, number: {"twice": number * 2}
        job_id = start(app, "test.double", number=21)
        worker.run_waiting(app)
        done = row(app, job_id)
        assert (done.state, done.result, done.problem) == ("done", {"twice": 42}, None)
        assert done.finished_at is not None

    def test_a_broken_rule_is_told_in_its_own_words(
        self, app: Flask, organisation: str, jobs: Jobs
    ) -> None:
        def refuse(job: JobContext) -> None:
            raise Problem("bad_value", "The list has no header.")

        jobs["test.refuse"] = refuse
        job_id = start(app, "test.refuse")
        worker.run_waiting(app)
        failed = row(app, job_id)
        assert failed.state == "failed"
        assert failed.problem["detail"] == "The list has no header."

    def test_a_fault_tells_nothing_of_the_inside(
        self, app: Flask, organisation: str, jobs: Jobs
    ) -> None:
        def stumble(job: JobContext) -> None:
            raise KeyError("secret_column")

        jobs["test.stumble"] = stumble
        job_id = start(app, "test.stumble")
        worker.run_waiting(app)
        failed = row(app, job_id)
        assert failed.problem["slug"] == "server_error"
        assert "secret_column" not in str(failed.problem)

    def test_chunks_before_a_fault_are_kept_and_the_one_with_it_is_not(
        self, app: Flask, organisation: str, jobs: Jobs
    ) -> None:
        def two_chunks(job: JobContext) -> None:
            with job.chunk():
                db.session.get_one(Organisation, ORGANISATION).name = "first"
                job.progress(1, 2, "half")
            with job.chunk():
                db.session.get_one(Organisation, ORGANISATION).name = "second"
                job.progress(2, 2, "whole")
                raise Problem("conflict")

        jobs["test.two_chunks"] = two_chunks
        job_id = start(app, "test.two_chunks")
        worker.run_waiting(app)
        failed = row(app, job_id)
        assert (failed.done, failed.total, failed.message) == (1, 2, "half")
        with unit_of_work(None, app):
            assert db.session.get_one(Organisation, ORGANISATION).name == "first"

    def test_changes_outside_a_chunk_fail_the_job_instead_of_vanishing(
        self, app: Flask, organisation: str, jobs: Jobs
    ) -> None:
        def forget(job: JobContext) -> None:
            db.session.get_one(Organisation, ORGANISATION).name = "lost"

        jobs["test.forget"] = forget
        job_id = start(app, "test.forget")
        worker.run_waiting(app)
        assert row(app, job_id).state == "failed"

    def test_told_twice_runs_once(self, app: Flask, organisation: str, jobs: Jobs) -> None:
        runs: list[str] = []
        jobs["test.note"] = lambda job: runs.append(job.id)
        job_id = start(app, "test.note")
        first = run_job(app, organisation, job_id, worker.find)
        second = run_job(app, organisation, job_id, worker.find)
        assert (first, second, runs) == ("done", None, [job_id])

    def test_a_busy_database_puts_the_job_back_but_not_for_ever(
        self, app: Flask, organisation: str, jobs: Jobs
    ) -> None:
        def lock_out(job: JobContext) -> None:
            raise OperationalError("select", {}, Exception("database is locked"))

        jobs["test.lock_out"] = lock_out
        job_id = start(app, "test.lock_out")
        states = [run_job(app, organisation, job_id, worker.find) for _ in range(MAX_TRIES)]
        assert states == ["queued"] * (MAX_TRIES - 1) + ["failed"]


class TestWorkers:
    @pytest.mark.parametrize("kind", [SimpleWorker, Worker])
    def test_a_real_worker_runs_what_was_told(
        self,
        redis_url: str,
        app: Flask,
        organisation: str,
        jobs: Jobs,
        monkeypatch: pytest.MonkeyPatch,
        kind: type[Worker],
    ) -> None:
        jobs["test.double"] = lambda job, number: number * 2
        monkeypatch.setattr(worker, "worker_app", lambda: app)
        job_id = start(app, "test.double", number=4)
        wake = app.extensions["wake"]
        made = kind([wake.queues["quick"]], connection=wake.connection, serializer=JSONSerializer)
        with app.app_context():
            db.engine.dispose()  # a forked process must not share our connections
        made.work(burst=True, logging_level="ERROR")
        assert (row(app, job_id).state, row(app, job_id).result) == ("done", 8)

    def test_a_beating_job_is_left_alone(
        self, redis_url: str, app: Flask, organisation: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job_id = self._running_since_long(app, organisation)
        app.extensions["wake"].beat(job_id, 60)
        sweep = Sweep(app)
        sweep.look([organisation])
        sweep.look([organisation])
        assert row(app, job_id).state == "running"

    def test_a_job_whose_worker_died_is_queued_again_after_two_looks(
        self, redis_url: str, app: Flask, organisation: str
    ) -> None:
        job_id = self._running_since_long(app, organisation)
        sweep = Sweep(app)
        sweep.look([organisation])
        assert row(app, job_id).state == "running"
        sweep.look([organisation])
        assert row(app, job_id).state == "queued"
        sweep.look([organisation])
        assert job_id in waiting(app)

    def test_what_redis_forgot_is_told_again_once(
        self, redis_url: str, app: Flask, organisation: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job_id = start(app, "test.nothing")
        with redis.Redis.from_url(redis_url) as client:
            client.flushall()
        sweep = Sweep(app)
        assert sweep.look([organisation]) == 0, "it may still be on its way"
        later = now_ms() + 60_000
        monkeypatch.setattr(clock, "now_ms", lambda: later)
        assert sweep.look([organisation]) == 1
        assert waiting(app) == {job_id}
        assert sweep.look([organisation]) == 0, "it waits in RQ now"

    def test_a_daily_job_starts_once_a_day(
        self, redis_url: str, app: Flask, organisation: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def looks() -> int:
            Sweep(app, ["test.nightly"]).look([organisation])
            with unit_of_work(organisation, app):
                return len(db.session.scalars(select(Job)).all())

        assert [looks(), looks()] == [1, 1]
        tomorrow = now_ms() + 24 * 3600 * 1000
        monkeypatch.setattr(clock, "now_ms", lambda: tomorrow)
        assert [looks(), looks()] == [2, 2]

    def _running_since_long(self, app: Flask, organisation: str) -> str:
        job_id = start(app, "test.nothing")
        with redis.Redis.from_url(app.extensions["settings"].redis_url) as client:
            client.flushall()
        with unit_of_work(organisation, app):
            job = db.session.scalars(select(Job).where(Job.id == job_id)).one()
            job.state, job.started_at, job.queued_at = "running", now_ms() - 60_000, 1
        return job_id
