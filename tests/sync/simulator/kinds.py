"""The simulator's own small kinds: one with ids of its own, one with a natural key."""

from __future__ import annotations

from dataclasses import dataclass

from sync.collections import ALL, Collection, Field
from sync.values import compile_kinds

ORGANISATION = "0190b2a0-0000-7000-8000-00000000000f"

THING = Collection(
    "thing",
    "school",
    {
        "name": Field("text", required=True, max_length=40),
        "a": Field("int", low=0, high=1_000_000),
        "b": Field("int", low=0, high=1_000_000),
        "born": Field("text", immutable=True, max_length=40),
        "parent": Field("id", refers_to="thing"),
        "near": Field("id", refers_to="thing", same_scope=True),
        "marks": Field("bool", map=True),
        "grade": Field("choice", choices=("A", "B"), server_only=True),
    },
    writes={"walker": ALL},
)
SIGHT = Collection(
    "sight",
    "visit",
    {
        "visit_id": Field("id", required=True, immutable=True),
        "subject": Field("text", required=True, immutable=True, max_length=40),
        "seen": Field("bool"),
        "near": Field("id", refers_to="thing", same_scope=True),
        "note": Field("text", max_length=40),
    },
    writes={"walker": ALL},
    natural_key=("visit_id", "subject"),
    scope_field="visit_id",
    deletable=False,
)
NOTICE = Collection(
    "notice", "school", {"text": Field("text", required=True)}, writes={"desk": ALL}
)
RULES = compile_kinds((THING, SIGHT, NOTICE))


@dataclass(frozen=True, slots=True)
class Held:
    """What one person holds in one scope."""

    kind: str
    roles: frozenset[str]
    can_read: bool = True
    closed: bool = False
    school_id: str | None = None
