"""Decide the fate of each row: new, matched, conflicting or junk. Never by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from server.estate.imports.rows import IDENTITY_WORDS, Said, Value
from server.estate.rules import show_tag

Fate = Literal["new", "matched", "conflicting", "junk"]
FATES: tuple[Fate, ...] = ("new", "matched", "conflicting", "junk")
# The order in which identifiers are believed; "row" knows a row again that has none.
ORDER = ("serial", "mdm_id", "tag", "mac", "row")
IDENTIFIERS = frozenset({"serial", "mdm_id", "mac"})


@dataclass(frozen=True, slots=True)
class Held:
    """An asset as the register holds it now, with the fields an import may write."""

    id: str
    school_id: str
    serial_key: str | None
    room_id: str
    asset_type_id: str
    fields: Mapping[str, Value | None]


@dataclass(slots=True)
class Known:
    """What the register knows about the identifiers of some rows."""

    school_id: str
    unplaced_id: str
    assets: dict[str, Held] = field(default_factory=dict)
    by_key: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # -> asset ids
    merged: dict[str, str] = field(default_factory=dict)  # asset -> what it was merged into
    tags_on_rooms: set[str] = field(default_factory=set)
    tags_of_others: set[str] = field(default_factory=set)
    rooms: dict[str, str] = field(default_factory=dict)  # name in lower case -> id
    types: dict[str, str] = field(default_factory=dict)  # asset type key -> id
    products: dict[str, str] = field(default_factory=dict)  # "maker model" -> id
    rows_before: dict[str, str] = field(default_factory=dict)  # source key -> SHA-256 of the row


@dataclass(frozen=True, slots=True)
class Decision:
    """A row's fate, in words, and what to write for it."""

    said: Said
    fate: Fate
    words: str = ""
    asset_id: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    bind: str | None = None  # a tag code that becomes this asset's


def source_key(said: Said) -> str:
    """Return the key by which this row is known again: its best identifier."""
    name = next(name for name in ORDER if name in said.keys)
    return f"{name}:{said.keys[name]}"


def decide(said: Said, known: Known) -> Decision:
    """Decide one row. Identifiers that point to two assets, or to another school, conflict."""
    if said.junk is not None:
        return Decision(said, "junk", said.junk)
    fault = said.conflict or _tag_fault(said, known)
    found = {name: known.by_key.get((name, said.keys[name]), []) for name in said.keys}
    best = next((name for name in ORDER if found.get(name)), None)
    if best == "mac" and _is_lent(said, known, found["mac"]):
        best = None
    fault = fault or (_disagreement(said, known, found, best) if best else None)
    if fault is not None:
        return Decision(said, "conflicting", fault)
    if best is None:
        return _new(said, known)
    return _matched(said, known, known.assets[found[best][0]], best)


def _tag_fault(said: Said, known: Known) -> str | None:
    code = said.keys.get("tag")
    if code in known.tags_of_others:
        return f"the tag {show_tag(str(code))} belongs to another organisation"
    if code in known.tags_on_rooms:
        return f"the tag {show_tag(str(code))} is the label of a room"
    return None


def _is_lent(said: Said, known: Known, ids: list[str]) -> bool:
    """Tell whether a MAC address is a dock's: its assets have serials, and not this one."""
    serial = said.keys.get("serial")
    return serial is not None and all(known.assets[id_].serial_key for id_ in ids)


def _disagreement(
    said: Said, known: Known, found: Mapping[str, list[str]], best: str
) -> str | None:
    """Return why the identifiers of a row cannot all be right, or None."""
    if len(found[best]) > 1:
        return f"the {_word(best)} is on {len(found[best])} assets"
    held = known.assets[found[best][0]]
    if held.school_id != known.school_id:
        return f"the {_word(best)} is registered at another school"
    for name in ("serial", "mdm_id", "tag"):
        if found.get(name) and held.id not in found[name]:
            return f"the {_word(best)} and the {_word(name)} belong to two different assets"
    serial = said.keys.get("serial")
    if serial and held.serial_key and held.id not in found.get("serial", []):
        return (
            f"the {_word(best)} is on an asset whose serial is {held.serial_key}, "
            f"the list says {serial}"
        )
    return None


def _new(said: Said, known: Known) -> Decision:
    fields: dict[str, Value] = dict(said.fields)
    fields["asset_type_id"] = known.types[str(said.type_key)]
    fields["room_id"] = _room(said, known) or known.unplaced_id
    product = known.products.get(str(said.fields.get("name", "")).lower())
    if product is not None:
        fields["product_id"] = product
    words = list(said.notes)
    if said.room and fields["room_id"] == known.unplaced_id:
        fields["custom/list_room"] = said.room[:200]
        words.append(f"room “{said.room[:80]}” is not known; unplaced")
    return Decision(said, "new", "; ".join(words), None, fields, said.keys.get("tag"))


def _matched(said: Said, known: Known, held: Held, by: str) -> Decision:
    """Update what the list says differently. A row that has not changed writes nothing."""
    words = [f"by {_word(by)}", *said.notes]
    if known.rows_before.get(source_key(said)) == said.sha256:
        return Decision(said, "matched", "; ".join([*words, "unchanged since"]), held.id)
    fields: dict[str, Value] = {}
    for name, value in said.fields.items():
        now = held.fields.get(name)
        keeps = name in IDENTIFIERS and now is not None
        if now != value and not keeps:
            fields[name] = value
    room = _room(said, known)
    if room is not None and room != held.room_id:
        if held.room_id == known.unplaced_id:
            fields["room_id"] = room
        else:
            words.append(f"stays in the room where it is; the list says “{str(said.room)[:80]}”")
    if known.types.get(str(said.type_key)) != held.asset_type_id:
        words.append("stays the type it is")
    if fields:
        words.append("updates " + ", ".join(sorted(name.replace("_", " ") for name in fields)))
    code = said.keys.get("tag")
    bind = code if code and ("tag", code) not in known.by_key else None
    return Decision(said, "matched", "; ".join(words), held.id, fields, bind)


def _room(said: Said, known: Known) -> str | None:
    return known.rooms.get(" ".join(said.room.lower().split())) if said.room else None


def _word(name: str) -> str:
    return IDENTITY_WORDS.get(name, "row")
