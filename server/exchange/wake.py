"""What a write wakes in the floors above: jobs by name, written in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable

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
    photos = [
        str(record.fields["sha256"])
        for (kind, id_), record in batch.changed.items()
        if kind == "photo" and id_ in created
    ]
    wake_for(batch.changed, photos, actor_id=actor_id)


def wake_for(
    changed: Iterable[tuple[str, str]], photos: Iterable[str], *, actor_id: str | None
) -> None:
    """Enqueue what follows from changed records and from the hashes of new photos."""
    touched = [key for key in changed if key[0] in RATED]
    for start in range(0, len(touched), TOUCHED):
        some = [list(key) for key in touched[start : start + TOUCHED]]
        enqueue(RATE_CHANGED, {"touched": some}, actor_id=actor_id)
    for sha256 in photos:
        check_photo(sha256, actor_id=actor_id)


def check_photo(sha256: str, *, actor_id: str | None) -> None:
    """Ask for the check of a photo's bytes: on its record and on its last byte, in any order."""
    enqueue(PHOTO_CHECK, {"sha256": sha256}, actor_id=actor_id)
