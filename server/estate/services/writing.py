"""Write changes that must all succeed: what the server itself decided, from lists and reference."""

from __future__ import annotations

from collections.abc import Sequence

from server.exchange.commit import Change, commit_changes


def write_all(changes: Sequence[Change], *, origin: str, actor_id: str | None) -> None:
    """Commit changes as the system. One refused change is a fault of ours: the work is undone."""
    results = commit_changes(changes, origin=origin, actor_id=actor_id, grants=None)
    for change, result in zip(changes, results, strict=True):
        if result.status not in {"applied", "merged"}:
            fields = ", ".join(result.fields)
            raise RuntimeError(
                f"{change.kind} {change.id} was {result.status}: {result.code} {fields}"
            )
