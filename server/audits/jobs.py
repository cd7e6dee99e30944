"""Background work of the audit."""

from __future__ import annotations

from server.audits.services.photos import awaiting, judge, settle
from server.core.queue import JobContext


def photo_check(job: JobContext, sha256: str) -> dict[str, int]:
    """Check the bytes of a photo and settle its records.

    Asked for when a record and when its last byte arrives, in any order: the earlier one finds
    nothing to do. May run twice.
    """
    with job.chunk():
        if not awaiting(sha256):
            return {"settled": 0}
    made = judge(sha256)
    if made is None:
        return {"settled": 0}
    with job.chunk():
        return {"settled": settle(sha256, made, origin=job.id)}
