"""What the worker runs for planning."""

from __future__ import annotations

from typing import Any

from server.core.queue import JobContext
from server.planning.services.solve import Work, decide_school, read_school, read_work, write_school
from server.planning.services.summary import finish, set_state, summarise


def solve(job: JobContext, plan_id: str) -> dict[str, Any]:
    """Solve a plan school by school. Each school's chunk can be run again; so can the job."""
    with job.chunk():
        work = read_work(job.organisation_id, plan_id)
        set_state(work, "solving")
    try:
        return _solve(job, work)
    except Exception:
        with job.chunk():  # the runner records the fault; the plan must not look busy for ever
            set_state(work, "failed")
        raise


def _solve(job: JobContext, work: Work) -> dict[str, Any]:
    done: list[dict[str, Any]] = []
    total = len(work.schools)
    for number, school in enumerate(work.schools, start=1):
        with job.chunk():
            items, gaps = read_school(work, school)
        decided = decide_school(work, school, items, gaps)
        with job.chunk():
            write_school(work, decided)
            done.append(summarise(work, decided))
            job.progress(number, total, f"Planning {school.name}")
    with job.chunk():
        sha256 = finish(work, done)
    return {"plan_id": work.plan_id, "schools": total, "inputs_sha256": sha256}
