"""What follows from findings: an asset's condition, a lot's grade, what was not seen. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

GRADES = ("A", "B", "C", "D")
DONE = frozenset({"done", "empty"})
EXPECTED_LIFE = frozenset({"in_use", "spare"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What one visit says of one subject. A subject has at most one finding a visit."""

    visit_on: str  # the visit's first day: orders findings without trusting any tablet's clock
    finding_id: str
    at: int
    condition: str | None = None
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    faults: frozenset[str] = frozenset()
    void: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What the newest finding says, as it is written onto the asset, lot or system."""

    grade: str | None = None
    at: int | None = None
    faults: frozenset[str] = field(default_factory=frozenset)


def lot_grade(counts: tuple[int, int, int, int]) -> str | None:
    """Return the worst grade that at least a tenth of the counted things hold; None uncounted."""
    total = sum(counts)
    if total == 0:
        return None
    held = [grade for grade, n in zip(GRADES, counts, strict=True) if n * 10 >= total and n]
    return held[-1]


def newest_condition(seen: Iterable[Seen], *, is_lot: bool) -> Condition | None:
    """Return what the latest visits say: the newest grade, and the newest faults.

    Undone findings count for nothing. None when no finding ever graded the subject: then what an
    import or a review has written stands.
    """
    found = sorted(seen, key=lambda one: (one.visit_on, one.finding_id))
    said = [(one, _grade(one, is_lot=is_lot)) for one in found]
    if not any(grade or one.faults for one, grade in said):
        return None
    standing = [(one, grade) for one, grade in said if not one.void]
    graded = [(one, grade) for one, grade in standing if grade]
    faulted = [one for one, grade in standing if grade or one.faults]
    return Condition(
        graded[-1][1] if graded else None,
        graded[-1][0].at if graded else None,
        faulted[-1].faults if faulted else frozenset(),
    )


def _grade(one: Seen, *, is_lot: bool) -> str | None:
    return (lot_grade(one.counts) if is_lot else None) or one.condition


def condition_changes(
    before: Condition, after: Condition, *, has_faults: bool
) -> dict[str, str | int | bool | None]:
    """Return the fields that must change, none when nothing does: running twice writes once."""
    changes: dict[str, str | int | bool | None] = {}
    if before.grade != after.grade:
        changes["condition"] = after.grade
    if before.at != after.at:
        changes["condition_at"] = after.at
    if has_faults:
        changes |= {f"faults/{code}": True for code in sorted(after.faults - before.faults)}
        changes |= {f"faults/{code}": False for code in sorted(before.faults - after.faults)}
    return changes


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the server knows of one team member's tablet: what it holds and what has arrived."""

    last_seen: int
    last_mid: int
    held_up_to: int  # the last mid that the tablet said it held; 0 = said nothing


def is_drained(outboxes: Iterable[Outbox], *, since: int, closed_at: int | None) -> bool:
    """Whether all that the team made has arrived, as far as any tablet has said.

    Tablets last heard of before the visit began hold nothing of it. After a visit is closed each of
    the others must have been heard of once more, since only then can nothing be on its way.
    """
    for outbox in outboxes:
        if outbox.last_seen < since:
            continue
        if outbox.held_up_to > outbox.last_mid:
            return False
        if closed_at is not None and outbox.last_seen < closed_at:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Expected:
    """An asset as the register has it."""

    id: str
    room_id: str
    life_state: str
    allocation: str


def not_seen(
    expected: Iterable[Expected], walks: Mapping[str, str | None], seen_ids: frozenset[str]
) -> list[str]:
    """Return the assets that were expected in a finished room and seen nowhere in the visit.

    An asset with a person, in a cart or cupboard, on loan, lost or stolen is not expected in its
    room; a room that could not be entered says nothing of what is in it.
    """
    return [
        asset.id
        for asset in expected
        if asset.id not in seen_ids
        and walks.get(asset.room_id) in DONE
        and asset.allocation == "in_room"
        and asset.life_state in EXPECTED_LIFE
    ]
