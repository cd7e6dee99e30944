"""Rating many in SQL says exactly what the pure rules say of each, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from server.ratings.rules.dimensions import Inputs
from server.ratings.rules.policy import Policy
from server.ratings.rules.rate import pack_inputs, rate, unpack_inputs
from server.ratings.rules.reasons import SAFETY_FAULTS
from server.ratings.rules.support_dates import support_of
from server.ratings.services.rebuild import rebuild
from tests.ratings.kit import TODAY, Ground, asset_row, replace_assets, stored

POLICY = Policy()
EDGES = (-1, 0, 1, 364, 365, 366, 729, 730, 731, -364, -365, -366, -730)
near = st.sampled_from(EDGES).map(lambda days: TODAY - dt.timedelta(days=days))
leap = st.sampled_from((dt.date(2020, 2, 29), dt.date(2016, 2, 29), dt.date(2021, 3, 1)))
birthday = st.sampled_from((4, 5, 6, 7, 8)).flatmap(
    lambda years: st.sampled_from((-1, 0, 1)).map(
        lambda days: TODAY.replace(year=TODAY.year - years) + dt.timedelta(days=days)
    )
)
day = st.none() | near | leap | birthday | st.dates(dt.date(2010, 1, 1), dt.date(2031, 12, 31))
flag = st.none() | st.booleans()
release = st.sampled_from(
    (
        (None, None),
        ("windows", "10 22H2"),
        ("windows", "11 23H2"),
        ("windows", "10.0.26100.4317"),
        ("windows", "no such release"),
        ("macos", "15.4"),
        ("windows_server", "2016"),
        ("ipados", "17"),
        ("chromeos", None),
    )
)
fault_maps = st.none() | st.dictionaries(
    st.sampled_from(("hinge", "screen", "swollen", "mounting")), st.booleans(), max_size=3
)


def last_second(on: dt.date | None) -> int | None:
    """Return the last second of a UTC day in milliseconds."""
    if on is None:
        return None
    return int(dt.datetime(on.year, on.month, on.day, 23, 59, 59, tzinfo=dt.UTC).timestamp()) * 1000


millis = (st.none() | near | st.dates(dt.date(2022, 1, 1), TODAY)).map(last_second)
TYPES = ("laptop_pupil", "interactive_panel", "wireless_ap", "server", "ups_battery")
kit = st.fixed_dictionaries(
    {
        "type_key": st.sampled_from(TYPES),
        "release": release,
        "os_edition": st.sampled_from((None, "E", "W")),
        "bought_on": day,
        "support_end_on": day,
        "condition": st.sampled_from((None, "A", "B", "C", "D")),
        "condition_at": millis,
        "faults": fault_maps,
        "esu_enrolled": flag,
        "can_upgrade": flag,
        "managed": flag,
        "encrypted": flag,
        "ram_gb": st.sampled_from((None, 2, 4, 7, 8, 16)),
        "wifi_generation": st.sampled_from((None, 3, 4, 5, 6, 7)),
        "pat_due_on": day,
    }
)


def expected_inputs(item: dict[str, Any]) -> Inputs:
    """Say independently of the SQL what the rules are given for an asset."""
    from server.estate.shipped_types import SHIPPED_TYPES
    from server.ratings.rules.reasons import BIT

    type_ = next(found for found in SHIPPED_TYPES if found.key == item["type_key"])
    os, version = item["release"]
    known = support_of(os, version, item["os_edition"])
    faults = {key for key, value in (item["faults"] or {}).items() if value}
    at = item["condition_at"]
    fits = known.next_fits if known else None
    return Inputs(
        life_years=type_.life_years,
        red_years=type_.red_years,
        required=sum(BIT[name] for name in type_.required),
        bought_on=item["bought_on"],
        condition=item["condition"],
        condition_on=dt.datetime.fromtimestamp(at / 1000, dt.UTC).date() if at else None,
        safety_fault=bool(faults & set(SAFETY_FAULTS)),
        other_fault=bool(faults),
        hardware_end_on=item["support_end_on"],
        release_end_on=known.end_on if known else None,
        extended_end_on=known.extended_end_on if known and item["esu_enrolled"] else None,
        is_live=known is not None and known.end_on is None,
        can_upgrade=fits if item["can_upgrade"] is None else item["can_upgrade"],
        managed=item["managed"],
        encrypted=item["encrypted"],
        wants_encryption=type_.category in {"user_devices", "servers_storage", "systems"},
        wifi_generation=item["wifi_generation"],
        memory_gb=item["ram_gb"] if os in {"windows", "macos", "linux"} else None,
        is_network=type_.category == "network",
        pat_due_on=item["pat_due_on"],
    )


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking against a database takes minutes
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(items=st.lists(kit, min_size=1, max_size=40))
def test_sql_rates_each_thing_as_the_rules_do(ground: Ground, items: list[dict[str, Any]]) -> None:
    organisation_id = ground.organisation_id
    rows = []
    for number, item in enumerate(items):
        fields = {key: value for key, value in item.items() if key != "release"}
        os, version = item["release"]
        rows.append(asset_row(ground, number, os=os, os_version=version, **fields))
    with ground.work():
        replace_assets(organisation_id, rows)
        rebuild(organisation_id)
        ratings = stored(organisation_id)
    for row, item in zip(rows, items, strict=True):
        found = ratings[row["id"]]
        inputs = expected_inputs(item)
        assert found["inputs"] == pack_inputs(inputs)
        assert unpack_inputs(found["inputs"]) == inputs
        said = rate(inputs, POLICY, TODAY)
        assert (found["rag"], found["reasons"]) == (said.rag, said.reasons), inputs
        assert found["dimensions"] == said.dimensions(), inputs
        assert found["next_flip_on"] == said.next_flip_on, inputs
