"""What today's build lets a client send, as ``sync/cases/released.json`` keeps it for each release.

``python -m tests.sync.released`` prints the entry to add when a schema version is released.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sync.collections import Collection, Field


def shape(declared: Field) -> list[Any]:
    """Return a field as a client of this version knows it: its type, and what a choice took."""
    return [declared.type, *declared.choices, *(["map"] if declared.map else [])]


def shapes(collections: Iterable[Collection]) -> dict[str, Any]:
    return {
        found.kind: {
            "fields": {
                name: shape(declared)
                for name, declared in sorted(found.fields.items())
                if not declared.server_only
            },
            "required": sorted(name for name, field in found.fields.items() if field.required),
            "upcasters": sorted(found.upcasters),
        }
        for found in collections
    }


if __name__ == "__main__":
    from server.app import synced_kinds

    print(json.dumps(shapes(item.collection for item in synced_kinds().all()), indent=1))
