"""Background work of the audit."""

from __future__ import annotations

from server.audits.services.photos import awaiting, erase_replaced, judge, settle
from server.core.queue import JobContext


def photo_check(job: JobContext, sha256: str) -> dict[str, int]:
    """Check the bytes of a photo, settle its records, then erase what it replaced.

    Asked for when a record and when its last byte arrives, in any order: the earlier one finds
    nothing to do. May run twice; a run that died before it erased is made good by the next.
    """
    settled = _settle(job, sha256)
    with job.chunk():
        erase_replaced(sha256)
    return {"settled": settled}


def _settle(job: JobContext, sha256: str) -> int:
    with job.chunk():
        if not awaiting(sha256):
            return 0
    made = judge(sha256)
    if made is None:
        return 0
    with job.chunk():
        return settle(sha256, made, origin=job.id)
