"""What stands in which room: the pure, seeded half of the demo (densities, waves, conditions)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from sync.codec import JsonValue

# Purchase waves in years before today: kit is bought together, and grows old together.
WAVES = {
    "pupil": (0.4, 2.4, 4.4, 5.7),
    "staff": (0.4, 1.4, 3.3, 5.4),
    "av": (1.3, 3.3, 6.3, 9.3),
    "infra": (0.4, 2.4, 5.3, 8.3),
    "other": (1.3, 4.4, 8.3, 11.4),
}
# Chance of condition A, B, C, D by share of life used up.
GRADES = (
    (0.4, (0.90, 0.08, 0.015, 0.005)),
    (0.75, (0.70, 0.22, 0.06, 0.02)),
    (1.0, (0.42, 0.38, 0.14, 0.06)),
    (1.5, (0.22, 0.42, 0.24, 0.12)),
    (99.0, (0.10, 0.34, 0.34, 0.22)),
)


@dataclass(slots=True)
class RoomPlan:
    """A room to be made: its name, where it is and what it is for."""

    name: str
    building: int
    room_type: str
    floor: str
    order: int
    builtin: str | None = None


@dataclass(slots=True)
class Item:
    """One asset, lot or system to be made; ``room`` indexes the school's rooms."""

    type_key: str
    room: int
    wave: str
    quantity: int = 1
    in_set: int | None = None
    fields: dict[str, JsonValue] = field(default_factory=dict)


SHARES = (  # room type, share of the school's rooms, name
    ("classroom", 0.52, "Classroom"),
    ("ict", 0.05, "ICT"),
    ("office", 0.12, "Office"),
    ("corridor", 0.10, "Corridor"),
    ("library", 0.02, "Library"),
    ("hall", 0.03, "Hall"),
    ("staff", 0.03, "Staff room"),
    ("store", 0.13, "Store"),
)


def rooms_for(count: int, phase: str) -> list[RoomPlan]:
    """Return ``count`` rooms in walking order after the built-in ones; one is the server room."""
    kinds = [kind for kind, share, _ in SHARES for _ in range(max(1, round(share * count)))]
    kinds = ["server", *kinds][:count]
    kinds += ["classroom"] * (count - len(kinds))
    titles = {kind: title for kind, _, title in SHARES} | {"server": "Server room"}
    per_building = 20 if phase == "secondary" else 14
    rooms = [
        RoomPlan("Whole school", -1, "whole_school", "", 0, "whole_school"),
        RoomPlan("Unplaced", -1, "unplaced", "", 0, "unplaced"),
    ]
    seen: dict[str, int] = {}
    spread = [kinds[i] for start in range(7) for i in range(start, len(kinds), 7)]
    for order, kind in enumerate(spread):
        seen[kind] = seen.get(kind, 0) + 1
        alone = kinds.count(kind) == 1
        name = titles[kind] if alone else f"{titles[kind]} {seen[kind]}"
        if kind == "ict":
            name = f"ICT{seen[kind]}"
        rooms.append(RoomPlan(name, order // per_building, kind, "G1"[order % 2], order + 1))
    return rooms


def kit_for(rooms: list[RoomPlan], phase: str, target: int, rng: Random) -> list[Item]:
    """Return what stands in these rooms, filled up with trolleys to ``target`` assets."""
    items = [item for index, room in enumerate(rooms) for item in _in_room(index, room, phase, rng)]
    homes = [i for i, room in enumerate(rooms) if room.room_type in {"classroom", "library"}]
    assets = sum(item.quantity for item in items if item.type_key not in NOT_ASSETS)
    turn = 0
    while assets < target and homes:
        size = min(target - assets, 30 if phase == "secondary" else 16)
        kind = ("laptop_pupil", "chromebook", "tablet")[turn % 3]
        if phase != "secondary" and turn % 2:
            kind = "tablet"
        home = homes[(turn * 5 + 2) % len(homes)]
        cart = {"allocation": "cart", "allocated_to": f"Trolley {turn + 1}"}
        items += [Item(kind, home, f"pupil:{turn}", fields=dict(cart)) for _ in range(size)]
        assets += size
        turn += 1
    return items


SYSTEMS = (
    "mis", "backup", "filtering", "identity", "device_management", "broadband", "phone_system",
    "office_licences", "security_software",
)  # fmt: skip
NOT_ASSETS = frozenset({"headsets", "data_outlets", *SYSTEMS})


# room type -> (asset type, wave, how many). One display a room: a red one is at least a quarter of
# the room's audio-visual value, so it turns the cell red.
TEACHING = (("visualiser", "av", 1), ("laptop_staff", "staff", 1), ("wireless_ap", "infra", 1))
STANDS = {
    "classroom": TEACHING,
    "ict": (*TEACHING, ("desktop", "pupil", 30), ("headsets", "other", 1)),
    "library": (*TEACHING, ("desktop", "pupil", 6), ("printer", "other", 1)),
    "hall": (("projector_laser", "av", 1), ("amplifier", "other", 1), ("wireless_ap", "infra", 1)),
    "staff": (("mfd", "other", 1), ("desktop", "staff", 2)),
    "office": (("desktop", "staff", 1), ("ip_phone", "other", 1)),
    "corridor": (
        ("edge_switch", "infra", 1), ("wireless_ap", "infra", 1), ("ip_camera", "other", 1),
    ),
    "store": (("door_entry", "other", 1),),
    "server": (
        ("firewall", "infra", 1), ("core_switch", "infra", 1), ("server", "infra", 2),
        ("nas", "infra", 1), ("ups", "infra", 1), ("router", "infra", 1),
        ("data_outlets", "other", 1),
    ),
    "whole_school": tuple((key, "other", 1) for key in SYSTEMS),
}  # fmt: skip
LOT_SIZES = {"headsets": 16, "data_outlets": 48}
SCARCE = {"visualiser": 0.7, "wireless_ap": 0.8, "ip_camera": 0.5, "door_entry": 0.2}


def _in_room(index: int, room: RoomPlan, phase: str, rng: Random) -> Iterator[Item]:
    if room.room_type in {"classroom", "ict", "library"}:
        display = "interactive_panel" if rng.random() < 0.72 else "projector_lamp"
        yield Item(display, index, f"av:{index % 3}", in_set=index)
    for key, wave, count in STANDS.get(room.room_type, ()):
        if rng.random() > SCARCE.get(key, 1.0):
            continue
        turn = room.building if wave == "infra" else index % 3
        if key in LOT_SIZES:
            yield Item(key, index, wave, quantity=LOT_SIZES[key] + index % 15)
            continue
        shrunk = count if phase == "secondary" or count < 10 else 16
        for _ in range(shrunk):
            yield Item(key, index, f"{wave}:{turn}", in_set=index if wave == "av" else None)


def bought_on(item: Item, school_shift: int, today: dt.date, rng: Random) -> dt.date:
    """Return a purchase date in the item's wave: the summer before, give or take a fortnight."""
    name, _, turn = item.wave.partition(":")
    waves = WAVES[name]
    pick = (int(turn or rng.randrange(len(waves))) + school_shift) % len(waves)
    day = today - dt.timedelta(days=round(waves[pick] * 365.25))
    return day - dt.timedelta(days=rng.randrange(28))


def grade(share_of_life: float, rng: Random) -> str:
    """Return a condition drawn by how much of its life is used up."""
    weights = next(chances for limit, chances in GRADES if share_of_life < limit)
    return rng.choices("ABCD", weights)[0]
