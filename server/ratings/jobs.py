"""What the worker runs for ratings: after a push, and by night."""

from __future__ import annotations

from collections.abc import Sequence

from server.audits.services.conditions import project_conditions
from server.core.clock import today
from server.core.queue import JobContext
from server.ratings.services.changes import Subject, rate_subjects
from server.ratings.services.rebuild import heal
from server.ratings.services.rebuild import rebuild as rebuild_all
from server.ratings.services.subjects import due_to_flip, subjects_of

CHUNK = 500


def rate_changed(job: JobContext, touched: Sequence[Sequence[str]]) -> dict[str, int]:
    """Rate what these records touch: [[kind, id]…]. Running it twice changes nothing.

    First the newest findings say the condition of what they saw, then all is rated from the tables.
    """
    for start in range(CHUNK, len(touched), CHUNK):
        with job.chunk():
            project_conditions(touched[start : start + CHUNK], origin=job.id)
    with job.chunk():
        project_conditions(touched[:CHUNK], origin=job.id)
        subjects = subjects_of(job.organisation_id, touched)
        # Most pushes fit in one transaction: read, rate and write them in this one.
        first, rest = subjects[:CHUNK], subjects[CHUNK:]
        changed = rate_subjects(job.organisation_id, first)
    return {"subjects": len(subjects), "changed": changed + _rate(job, rest)}


def nightly(job: JobContext) -> dict[str, int]:
    """Rate what time alone has changed, then count everything anew and mend what differs."""
    with job.chunk():
        due = due_to_flip(job.organisation_id, today())
    flipped = _rate(job, due)
    with job.chunk():
        healed = heal(job.organisation_id)
    return {"due": len(due), "flipped": flipped, "healed": healed}


def rebuild(job: JobContext) -> dict[str, int]:
    """Rate everything of the organisation at once: after an import or an edit of the policy."""
    with job.chunk():
        count = rebuild_all(job.organisation_id)
    return {"rated": count}


def _rate(job: JobContext, subjects: Sequence[Subject]) -> int:
    changed = 0
    for start in range(0, len(subjects), CHUNK):
        with job.chunk():
            changed += rate_subjects(job.organisation_id, subjects[start : start + CHUNK])
            job.progress(min(start + CHUNK, len(subjects)), len(subjects), "Rating")
    return changed
