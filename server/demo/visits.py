"""The demo's visits: last spring's walk of every school, this autumn's under way or done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random

from server.core.clock import now_ms, today
from server.demo.estate import TYPES, MadeAsset, SchoolEstate
from server.demo.visit_plan import FindingPlan, VisitPlan
from server.estate.rules import TAG_ALPHABET, code_from
from sync.codec import JsonValue
from sync.ids import natural_id, uuid7

DAY = 24 * 3600 * 1000
NOTES = {
    "C": ("Works, but not for a whole lesson", "Loose when moved", "Staff ask for it to be mended"),
    "D": ("Cannot be used", "Failed while we watched", "Taken out of use by the school"),
}
# Which faults a bad grade would show first; the rest come from the type's own list.
UNSAFE = {"ups_battery": "swollen", "interactive_panel": "mounting", "projector_lamp": "mounting"}


def plan_visits(estate: SchoolEstate, index: int, rng: Random) -> list[VisitPlan]:
    """Draw a school's two visits, and give each asset the condition its newest finding shows."""
    past = VisitPlan(
        uuid7(now_ms(), rng.randbytes(10)), "Spring 2026", today() - dt.timedelta(days=196),
        "signed_off",
    )  # fmt: skip
    _walk(estate, past, range(len(estate.rooms)), rng)
    done = (7, len(estate.rooms), len(estate.rooms) // 2, 0)[index % 4]
    state = "closed" if done == len(estate.rooms) else "open"
    current = VisitPlan(
        uuid7(now_ms(), rng.randbytes(10)), "Autumn 2026",
        today() - dt.timedelta(days=12 if state == "closed" else 1), state,
    )  # fmt: skip
    _walk(estate, current, range(done), rng)
    return [past, current]


def _walk(estate: SchoolEstate, visit: VisitPlan, numbers: range, rng: Random) -> None:
    at = int(dt.datetime.combine(visit.starts_on, dt.time(9), dt.UTC).timestamp() * 1000)
    by_room: dict[int, list[MadeAsset]] = {}
    for asset in estate.assets:
        by_room.setdefault(asset.room, []).append(asset)
    for number in numbers:
        at += rng.randrange(4, 15) * 60_000
        room = estate.rooms[number]
        if room.builtin != "unplaced":
            visit.walks[number] = _room_walk(room.room_type, number, at, by_room, rng)
        if visit.walks.get(number, {}).get("state") == "no_access":
            continue
        for asset in by_room.get(number, []):
            if rng.random() < 0.04 or asset.bought_on > visit.starts_on:
                continue  # not seen, or not there yet: nothing is written
            visit.findings.append(_asset_finding(estate, asset, number, at, rng))
    if numbers:
        _lots_and_systems(estate, visit, numbers, at, rng)
        _strays(estate, visit, numbers, at, rng)


def _room_walk(
    room_type: str, number: int, at: int, by_room: dict[int, list[MadeAsset]], rng: Random
) -> dict[str, JsonValue]:
    if number and number % 41 == 0:
        return {"state": "no_access", "started_at": at, "reason": "Exam in progress"}
    if room_type == "store" and not by_room.get(number):
        return {"state": "empty", "started_at": at, "done_at": at + 60_000}
    return {
        "state": "done",
        "started_at": at,
        "done_at": at + rng.randrange(4, 15) * 60_000,
    }


def _asset_finding(
    estate: SchoolEstate, asset: MadeAsset, number: int, at: int, rng: Random
) -> FindingPlan:
    fields: dict[str, JsonValue] = {
        "seen": True,
        "seen_at": at + rng.randrange(240_000),
        "seen_room_id": estate.room_ids[number],
        "resolution": "here",
        "condition": asset.condition,
    }
    faults = _faults(asset, rng)
    fields |= {f"faults/{fault}": True for fault in faults}
    if asset.condition in NOTES and rng.random() < 0.5:
        fields["note"] = rng.choice(NOTES[asset.condition])
    if rng.random() < 0.015:
        fields["resolution"] = rng.choice(("going_back", "on_loan", "belongs_here"))
        fields["seen_room_id"] = rng.choice(estate.room_ids[2:])
        if fields["resolution"] == "belongs_here":
            asset.room = estate.room_ids.index(str(fields["seen_room_id"]))
    # The newest finding stands on the asset, as the rating job would project it.
    for stale in [key for key in asset.fields if key.startswith("faults/")]:
        del asset.fields[stale]
    asset.fields |= {"condition": asset.condition, "condition_at": fields["seen_at"]}
    asset.fields |= {f"faults/{fault}": True for fault in faults}
    return FindingPlan("asset", asset.id, fields)


def _faults(asset: MadeAsset, rng: Random) -> list[str]:
    known = TYPES[asset.type_key].faults
    if asset.condition not in {"C", "D"} or not known:
        return []
    unsafe = UNSAFE.get(asset.type_key)
    if unsafe in known and asset.condition == "D" and rng.random() < 0.15:
        return [str(unsafe)]
    return [rng.choice([fault for fault in known if fault != unsafe] or list(known))]


def _lots_and_systems(
    estate: SchoolEstate, visit: VisitPlan, numbers: range, at: int, rng: Random
) -> None:
    for id_, item in estate.lots:
        if item.room in numbers:
            bad = rng.randrange(1 + item.quantity // 5)
            visit.findings.append(FindingPlan("lot", id_, {
                "seen": True, "seen_at": at, "seen_room_id": estate.room_ids[item.room],
                "resolution": "here", "count_a": item.quantity - bad - bad // 2,
                "count_b": 0, "count_c": bad, "count_d": bad // 2,
            }))  # fmt: skip
            item.fields |= {
                "condition": "C" if bad * 10 >= item.quantity else "A",
                "condition_at": at,
            }
    for id_, item in estate.systems:
        if item.room in numbers:
            grade = rng.choices("ABC", (0.7, 0.2, 0.1))[0]
            visit.findings.append(FindingPlan("system", id_, {
                "seen": True, "seen_at": at, "resolution": "here", "condition": grade,
            }))  # fmt: skip
            item.fields |= {"condition": grade, "condition_at": at}


def _strays(estate: SchoolEstate, visit: VisitPlan, numbers: range, at: int, rng: Random) -> None:
    """Add an unknown tag kept for later, and one that is not ours."""
    room = estate.room_ids[max(2, len(numbers) - 1)] if len(numbers) > 2 else estate.room_ids[2]
    strange = next(_codes(rng))
    for code, resolution in ((estate.blanks[-1], "later"), (strange, "not_ours")):
        visit.findings.append(
            FindingPlan(
                "tag",
                natural_id("tag", estate.organisation_id, code),
                {
                    "code": code, "seen": True, "seen_at": at, "seen_room_id": room,
                    "resolution": resolution,
                },
            )
        )  # fmt: skip


def _codes(rng: Random) -> Iterator[str]:
    while True:
        code = code_from("".join(rng.choices(TAG_ALPHABET, k=7)))
        if code is not None:
            yield code
