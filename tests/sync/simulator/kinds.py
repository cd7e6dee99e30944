"""The simulator's own small kinds, and the two earlier schemas that tablets in the field wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.codec import JsonValue
from sync.collections import ALL, Collection, Field
from sync.upcast import Bases, Upcasters, Values, renamed
from sync.values import compile_kinds

ORGANISATION = "0190b2a0-0000-7000-8000-00000000000f"
NOW_SV = 3  # today's schema of a thing

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
    schema_version=NOW_SV,
    upcasters={1: "thing_title_is_name", 2: "thing_cm_is_a_in_mm"},
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
PICTURE = Collection(
    "photo",
    "school",
    {
        "owner": Field("id", required=True, immutable=True, refers_to="thing"),
        "sha256": Field("text", required=True, immutable=True, max_length=64),
        "caption": Field("text", max_length=40),
        "state": Field("choice", choices=("awaiting", "stored", "refused"), server_only=True),
    },
    writes={"walker": ALL},
)
RULES = compile_kinds((THING, SIGHT, NOTICE, PICTURE))


@dataclass(frozen=True, slots=True)
class Held:
    """What one person holds in one scope."""

    kind: str
    roles: frozenset[str]
    can_read: bool = True
    closed: bool = False
    school_id: str | None = None


# -- earlier schemas: 1 called the name "title"; 1 and 2 kept "a" in centimetres, as "cm" ----------


def _in_mm(values: Values, bases: Bases) -> tuple[Values, Bases]:
    cm = values.get("cm")
    if isinstance(cm, int) and not isinstance(cm, bool):
        values = {**values, "cm": cm * 10}
    return renamed("cm", "a")(values, bases)


UPCASTERS: Upcasters = {
    "thing_title_is_name": renamed("title", "name"),
    "thing_cm_is_a_in_mm": _in_mm,
}


def as_written(
    sv: int, kind: str, values: Mapping[str, JsonValue], base: Mapping[str, object]
) -> tuple[dict[str, JsonValue], dict[str, object]]:
    """Return values and bases as an app of an earlier schema would have written them."""
    names = {"name": "title" if sv < 2 else "name", "a": "cm" if sv < 3 else "a"}
    if kind != "thing" or sv >= NOW_SV:
        return dict(values), dict(base)
    said = {names.get(name, name): value for name, value in values.items()}
    cm = said.get("cm")
    if isinstance(cm, int):
        said["cm"] = cm // 10
    return said, {names.get(name, name): mark for name, mark in base.items()}


def today_name(kind: str, name: str) -> str:
    """Return what a field of an earlier schema is called today."""
    return {"title": "name", "cm": "a"}.get(name, name) if kind == "thing" else name
