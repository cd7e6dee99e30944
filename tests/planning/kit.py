"""Items for the tests of planning, by hand and from a seed."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import TypedDict, Unpack

from server.planning.rules.cohorts import Item, Span
from server.planning.rules.risk import Need

STARTS = dt.date(2026, 9, 1)
SPAN = Span(STARTS, 5, 0)
NEEDS: tuple[Need, ...] = ("fine", "amber", "red")
TYPES = {"laptop": (45_000, 5, 1000), "panel": (190_000, 8, 4000), "switch": (240_000, 8, 5000)}


class Told(TypedDict, total=False):
    """What a test may say of a thing otherwise than its type does."""

    kind: str
    quantity: int
    unit_pence: int
    need: Need
    cause: str
    cause_on: dt.date | None
    must_by: dt.date | None
    badness: tuple[int, str, str]


def item(number: int, type_key: str = "laptop", age: int = 6, **told: Unpack[Told]) -> Item:
    """Return one thing of a type, so many years old on the plan's first day."""
    pence, life, criticality = TYPES[type_key]
    base = Item(
        kind="asset",
        id=f"{number:06}",
        category="user_devices",
        asset_type_id=type_key,
        quantity=1,
        unit_pence=pence,
        life_years=life,
        criticality=criticality,
        bought_on=STARTS.replace(year=STARTS.year - age),
        need="fine",
        cause="age",
        cause_on=None,
        must_by=None,
        badness=(2, f"{99 - age:02}", f"{number:06}"),
    )
    return replace(base, **told)


def estate(seed: int, count: int = 120, *, musts: float = 0.05) -> list[Item]:
    """Return a plausible school: waves of age, a tenth red or amber, a few must-dos."""
    rng = random.Random(seed)
    items = []
    for number in range(count):
        key = rng.choices(list(TYPES), (80, 15, 5))[0]
        need = rng.choices(NEEDS, (80, 12, 8))[0]
        must = rng.random() < musts
        items.append(
            item(
                number,
                key,
                rng.choice((0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 9)),
                need="red" if must else need,
                cause="support_ended" if must else "age" if need == "fine" else "grade_d",
                must_by=dt.date(2026 + rng.randrange(6), 10, 14) if must else None,
            )
        )
    return items
