"""What was once released is taken for ever: each version has its road to today's schema."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from server.app import synced_kinds
from server.exchange.clients import MIN_SV
from sync.codec import canonical
from sync.collections import Collection, Field
from sync.op import read_op
from sync.releases import RELEASES, Release, highest_min_sv
from sync.upcast import UPCASTERS, Upcasters, renamed, upcast
from sync.values import compile_kind
from tests.sync.released import shapes

CASES = Path(__file__).resolve().parents[2] / "sync" / "cases"
CLIENT = "00000000-0000-4000-8000-000000000001"
COLLECTIONS = {item.collection.kind: item.collection for item in synced_kinds().all()}
KEPT = json.loads((CASES / "released.json").read_text(encoding="utf-8"))
RELEASED = KEPT["releases"]
SAMPLES = {
    "text": "a", "int": 1, "bool": True, "date": "2026-11-25", "time": 1_764_000_000_000,
    "id": CLIENT, "json": [],
}  # fmt: skip


def line(kind: str, sv: int, values: dict[str, Any], base: dict[str, Any]) -> bytes:
    op = {
        "mid": 1, "sv": sv, "kind": kind, "id": CLIENT, "scope": CLIENT, "at": 1,
        "set": values, "base": base,
    }  # fmt: skip
    return canonical(op).encode()


def test_the_upcasters_of_real_kinds_do_what_their_cases_say() -> None:
    for case in KEPT["cases"]:
        raw = line(case["kind"], case["sv"], case["set"], case["base"])
        for _ in range(2):  # whatever a replay reads back is lifted again, to the same
            op = read_op(raw, CLIENT, 1)
            upcast(op, COLLECTIONS[case["kind"]])
            found = {"set": op.set, "base": {name: list(mark) for name, mark in op.bases.items()}}
            assert found == case["today"], case["name"]
            assert (op.raw, op.sv) == (raw, case["sv"])


def released_fields() -> list[tuple[int, str, str, list[Any]]]:
    return [
        (release["sv"], kind, name, kind_shape)
        for release in RELEASED
        for kind, found in release["kinds"].items()
        for name, kind_shape in found["fields"].items()
    ]


def no_road(collections: dict[str, Collection], upcasters: Upcasters) -> list[str]:
    """Return each field of each release that today's build would not take any more."""
    lost: list[str] = []
    for sv, kind, name, (type_, *more) in released_fields():
        if kind not in collections:
            lost.append(f"{sv} {kind}")
            continue
        rules = compile_kind(collections[kind])
        field = f"{name}/a" if "map" in more else name
        choices = [value for value in more if value != "map"]
        for value in choices or [SAMPLES[type_]]:
            op = read_op(line(kind, sv, {field: value}, {field: [CLIENT, 1]}), CLIENT, 1)
            upcast(op, collections[kind], upcasters)
            known = {found: rules.rule(found) for found in {*op.set, *op.bases}}
            bad = [found for found, rule in known.items() if rule is None]
            bad += [n for n, v in op.set.items() if (r := rules.rule(n)) and not r.takes(v)]
            lost += [f"{sv} {kind}.{field}={value}: {one}" for one in bad]
    return lost


def test_every_field_that_was_ever_released_still_has_its_road() -> None:
    """A field that goes, gets another name or takes less needs a version and an upcaster."""
    assert no_road(COLLECTIONS, UPCASTERS) == []


@pytest.mark.parametrize("change", ["renamed", "narrowed", "kind gone"])
def test_the_guard_sees_a_road_that_is_lost(change: str) -> None:
    room = COLLECTIONS["room"]
    fields = dict(room.fields)
    if change == "renamed":
        fields["storey"] = fields.pop("floor")
    if change == "narrowed":
        fields["floor"] = Field("int")
    changed = dict(COLLECTIONS)
    changed["room"] = Collection("room", room.scope_kind, fields, room.writes)
    if change == "kind gone":
        del changed["room"]
    assert no_road(changed, UPCASTERS) != []
    if change == "renamed":
        changed["room"] = Collection(
            "room", room.scope_kind, fields, room.writes, schema_version=2, upcasters={1: "floor"}
        )
        assert no_road(changed, {"floor": renamed("floor", "storey")}) == []


def test_what_made_a_record_then_still_makes_one() -> None:
    """A field that becomes required must come from the upcaster of every version without it."""
    lost: list[str] = []
    for release in RELEASED:
        for kind, found in release["kinds"].items():
            values = dict.fromkeys(found["required"], "a") or {"x": "a"}
            op = read_op(line(kind, release["sv"], values, {}), CLIENT, 1)
            upcast(op, COLLECTIONS[kind])
            required = {n for n, field in COLLECTIONS[kind].fields.items() if field.required}
            lost += [f"{release['sv']} {kind}.{name}" for name in sorted(required - {*op.set})]
    assert lost == []


def test_a_released_version_never_loses_its_upcaster() -> None:
    for release in RELEASED:
        for kind, found in release["kinds"].items():
            assert set(found["upcasters"]) <= set(COLLECTIONS[kind].upcasters), kind


def test_every_upcaster_exists_and_has_a_case() -> None:
    cased = {(case["kind"], case["sv"]) for case in KEPT["cases"]}
    for kind, collection in COLLECTIONS.items():
        for sv, name in collection.upcasters.items():
            assert name in UPCASTERS
            assert 0 < sv < collection.schema_version
            assert (kind, sv) in cased, f"released.json has no case of {kind} from {sv}"


def test_the_table_of_releases_is_that_of_the_shapes() -> None:
    numbers = [release.sv for release in RELEASES]
    assert numbers == [release["sv"] for release in RELEASED]
    assert numbers == sorted(set(numbers))
    assert [r.on for r in RELEASES] == sorted(r.on for r in RELEASES)
    newest = max(collection.schema_version for collection in COLLECTIONS.values())
    assert newest <= numbers[-1], "a version is in the table before anybody has it"
    assert shapes(COLLECTIONS.values()).keys() >= RELEASED[-1]["kinds"].keys()


def test_min_sv_is_raised_past_no_version_younger_than_18_months() -> None:
    assert highest_min_sv(RELEASES, dt.datetime.now(dt.UTC).date()) >= MIN_SV


DAY = dt.date
TABLE = (
    Release(1, DAY(2024, 1, 10)), Release(2, DAY(2025, 3, 31)), Release(3, DAY(2026, 8, 31)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("today", "most"),
    [
        (DAY(2024, 2, 1), 1),
        (DAY(2025, 7, 9), 1),  # a day short of 18 months
        (DAY(2025, 7, 10), 2),
        (DAY(2026, 9, 30), 2),  # 31 March and 18 months: the day after 30 September
        (DAY(2026, 10, 1), 3),
        (DAY(2040, 1, 1), 3),  # the newest, however old
    ],
)
def test_how_far_min_sv_may_be_raised(today: dt.date, most: int) -> None:
    given = tuple(found for found in TABLE if found.on <= today)
    assert highest_min_sv(given, today) == most
