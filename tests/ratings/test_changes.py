"""After a push: only what was touched is rated, cells follow, and a second run changes nothing."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

import pytest
from sqlalchemy import Update, select, update

from server.core.clock import clock
from server.core.database import db
from server.ratings.services.changes import rate_subjects
from server.ratings.services.rebuild import (
    CELL,
    CELL_COUNTS,
    RATING,
    heal,
    rebuild,
    wrong_cells,
    wrong_ratings,
)
from server.ratings.services.subjects import due_to_flip, subjects_of
from tests.ratings.kit import ASSET, NOON, TODAY, Ground, asset_row, named, replace_assets, stored

GOOD = {"bought_on": dt.date(2024, 9, 1), "condition": "A", "condition_at": NOON}
PANEL = {"type_key": "interactive_panel", **GOOD}


def set_asset(number: int, **values: object) -> None:
    db.session.execute(update(ASSET).where(ASSET.c.id == named(f"asset {number}")).values(**values))


def rate_all(ground: Ground, numbers: Iterable[int]) -> int:
    return rate_subjects(ground.organisation_id, [("asset", named(f"asset {n}")) for n in numbers])


def cells(ground: Ground) -> dict[tuple[str, str], tuple[int, ...]]:
    rows = db.session.execute(
        select(CELL.c.room_id, CELL.c.category, *(CELL.c[name] for name in CELL_COUNTS)).where(
            CELL.c.organisation_id == ground.organisation_id
        )
    )
    return {(room, category): tuple(counts) for room, category, *counts in rows if any(counts)}


@pytest.fixture
def three_panels(ground: Ground) -> Ground:
    with ground.work():
        replace_assets(ground.organisation_id, [asset_row(ground, n, **PANEL) for n in range(3)])
        assert rate_all(ground, range(3)) == 3
    return ground


def test_a_grade_moves_one_thing_between_colours(three_panels: Ground) -> None:
    ground = three_panels
    with ground.work():
        set_asset(0, condition="D")
        assert rate_all(ground, range(3)) == 1
        red, _, green, *_ = cells(ground)[ground.room_id, "classroom_av"]
        assert (red, green) == (1, 2)
        assert wrong_cells(ground.organisation_id) == 0


def test_running_it_twice_changes_nothing(three_panels: Ground) -> None:
    ground = three_panels
    with ground.work():
        before = (cells(ground), stored(ground.organisation_id))
        assert rate_all(ground, range(3)) == 0
        assert (cells(ground), stored(ground.organisation_id)) == before


def test_a_move_takes_it_from_one_cell_to_the_other(three_panels: Ground) -> None:
    ground = three_panels
    with ground.work():
        set_asset(1, room_id=ground.other_room_id)
        assert rate_all(ground, [1]) == 1
        assert cells(ground)[ground.room_id, "classroom_av"][2] == 2
        assert cells(ground)[ground.other_room_id, "classroom_av"][2] == 1
        assert wrong_cells(ground.organisation_id) == 0


@pytest.mark.parametrize(
    "gone",
    [
        {"life_state": "retired"},
        {"life_state": "disposed"},
        {"allocation": "lost"},
        {"allocation": "stolen"},
        {"deleted_at": NOON},
        {"merged_into": named("asset 0")},
    ],
    ids=lambda values: next(iter(values.items()))[0],
)
def test_what_is_gone_by_a_persons_choice_leaves_the_count(
    three_panels: Ground, gone: dict[str, object]
) -> None:
    ground = three_panels
    with ground.work():
        set_asset(2, **gone)
        assert rate_all(ground, [2]) == 1
        assert cells(ground)[ground.room_id, "classroom_av"][2] == 2
        assert named("asset 2") not in stored(ground.organisation_id)


def test_what_is_on_loan_or_spare_still_counts(three_panels: Ground) -> None:
    ground = three_panels
    with ground.work():
        set_asset(0, allocation="on_loan")
        set_asset(1, life_state="spare")
        assert rate_all(ground, range(3)) == 0


def test_a_new_price_and_a_new_life_reach_everything_of_the_type(three_panels: Ground) -> None:
    from server.estate.models import AssetType
    from server.estate.reference import asset_type_id

    ground = three_panels
    table = AssetType.metadata.tables["asset_type"]
    type_id = asset_type_id(ground.organisation_id, "interactive_panel")
    with ground.work():
        db.session.execute(
            update(table).where(table.c.id == type_id).values(red_years=1, life_years=1)
        )
        subjects = subjects_of(ground.organisation_id, [["asset_type", type_id]])
        assert len(subjects) == 3
        assert rate_subjects(ground.organisation_id, subjects) == 3
        assert cells(ground)[ground.room_id, "classroom_av"][:3] == (0, 3, 0)


def test_many_random_changes_leave_exactly_what_a_full_count_gives(ground: Ground) -> None:
    draw = random.Random(3)
    rooms = (ground.room_id, ground.other_room_id)
    with ground.work():
        rows = [
            asset_row(
                ground,
                n,
                type_key=draw.choice(("laptop_pupil", "interactive_panel", "core_switch")),
                condition_at=NOON,
                bought_on=dt.date(draw.randrange(2014, 2027), 3, 1),
            )
            for n in range(60)
        ]
        replace_assets(ground.organisation_id, rows)
        rebuild(ground.organisation_id)
        for _ in range(25):
            touched = draw.sample(range(60), 5)
            for number in touched:
                set_asset(
                    number,
                    condition=draw.choice("ABCD"),
                    room_id=draw.choice(rooms),
                    life_state=draw.choice(("in_use", "in_use", "retired")),
                    support_end_on=draw.choice((None, TODAY, dt.date(2030, 1, 1))),
                )
            rate_all(ground, touched)
        kept = (cells(ground), stored(ground.organisation_id))
        assert wrong_ratings(ground.organisation_id) == 0
        assert wrong_cells(ground.organisation_id) == 0
        rebuild(ground.organisation_id)
        assert (cells(ground), stored(ground.organisation_id)) == kept


def test_time_alone_flips_a_rating_and_the_sweep_finds_it(
    three_panels: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = three_panels
    with ground.work():
        set_asset(0, support_end_on=TODAY + dt.timedelta(days=1))
        rate_all(ground, [0])
        assert stored(ground.organisation_id)[named("asset 0")]["rag"] == "amber"
    monkeypatch.setattr(clock, "now_ms", lambda: NOON + 86_400_000)
    with ground.work():
        due = due_to_flip(ground.organisation_id, clock.today())
        assert due == [("asset", named("asset 0"))]
        assert rate_subjects(ground.organisation_id, due) == 1
        assert stored(ground.organisation_id)[named("asset 0")]["rag"] == "red"
        assert due_to_flip(ground.organisation_id, clock.today()) == []


@pytest.mark.parametrize(
    "damage",
    [
        update(RATING).values(rag="green", reasons=0),
        update(CELL).values(green=CELL.c.green + 1),
    ],
    ids=["rating", "cell"],
)
def test_the_nightly_count_mends_what_is_wrong(three_panels: Ground, damage: Update) -> None:
    ground = three_panels
    with ground.work():
        set_asset(0, condition="D")
        rate_all(ground, [0])
        right = (cells(ground), stored(ground.organisation_id))
        assert heal(ground.organisation_id) == 0
        db.session.execute(damage)
        assert heal(ground.organisation_id) > 0
        assert (cells(ground), stored(ground.organisation_id)) == right
