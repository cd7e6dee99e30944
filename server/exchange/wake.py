"""What a write wakes in the floors above: jobs by name, written in the same transaction."""

from __future__ import annotations

from collections.abc import Collection

from server.core.queue import enqueue
from sync.batch import Batch

RATE_CHANGED = "ratings.rate_changed"
PHOTO_CHECK = "audits.photo_check"

# A change of any of these can move a rating.
RATED = frozenset(
    {
        "asset",
        "asset_type",
        "finding",
        "lot",
        "photo",
        "product",
        "room",
        "room_walk",
        "school",
        "system",
        "tag",
        "visit",
    }
)
TOUCHED = 1000  # records a job row


def wake(batch: Batch, created: Collection[str], *, actor_id: str | None) -> None:
    """Enqueue what follows from a written batch."""
    touched = [[kind, id_] for kind, id_ in batch.changed if kind in RATED]
    for start in range(0, len(touched), TOUCHED):
        enqueue(RATE_CHANGED, {"touched": touched[start : start + TOUCHED]}, actor_id=actor_id)
    for (kind, id_), record in batch.changed.items():
        if kind == "photo" and id_ in created:
            check_photo(str(record.fields["sha256"]), actor_id=actor_id)


def check_photo(sha256: str, *, actor_id: str | None) -> None:
    """Ask for the check of a photo's bytes: on its record and on its last byte, in any order."""
    enqueue(PHOTO_CHECK, {"sha256": sha256}, actor_id=actor_id)
