"""Background work of the audit."""

from __future__ import annotations

from server.audits.services.photos import (
    awaiting,
    erase_refused,
    erase_replaced,
    judge,
    refused_before,
    settle,
)
from server.core.queue import JobContext, NotYetError


def photo_check(job: JobContext, sha256: str) -> dict[str, int]:
    """Check the bytes of a photo, settle its records, then erase what it replaced or was refused.

    Asked for when a record and when its last byte arrives, in any order: the earlier one finds
    nothing to do. May run twice; a run that died before it erased is made good by the next.
    """
    settled = _settle(job, sha256)
    with job.chunk():
        erase_replaced(sha256)
        erase_refused(sha256)
    return {"settled": settled}


def _settle(job: JobContext, sha256: str) -> int:
    with job.chunk():
        if not awaiting(sha256):
            return 0
        known = refused_before(sha256)
    made = known or judge(sha256)
    if made is None:  # called stored a moment ago: a store may show late what it has
        raise NotYetError("The bytes of the photo are not to be read now.")
    with job.chunk():
        return settle(sha256, made, origin=job.id)
