"""What a waiting change is about: which thing, in which room, school and visit; whose photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.accounts.access import Grant
from sync.batch import Key
from sync.codec import JsonValue
from sync.op import UUID
from sync.values import KindRules

Fields = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class About:
    """The thing an item is about, and where to look for its room, photos and questions."""

    subject: Key
    owner_id: str  # whose photos
    room_id: str | None
    school_id: str | None
    visit_id: str | None
    code: str | None


def about_of(
    grants: Mapping[str, Grant], kind: str, id_: str, fields: Fields, scope_id: str
) -> About:
    """Return what a record is about. Its fields may be anything a device ever sent."""
    grant = grants.get(scope_id)
    school_id = grant.school_id if grant else None
    visit_id = scope_id if grant and grant.kind == "visit" else None
    subject, owner, room = (kind, id_), id_, _id(fields, "room_id")
    if kind == "finding":
        subject = (_text(fields, "subject_kind") or kind, _id(fields, "subject_id") or id_)
        room = _id(fields, "seen_room_id")
    elif kind == "room_walk" and room:
        subject = ("room", room)
    elif kind == "photo":
        owner = _id(fields, "owner_id") or id_
    elif kind == "tag" and (asset := _id(fields, "asset_id")):
        subject = ("asset", asset)
    return About(subject, owner, room, school_id, visit_id, _text(fields, "code"))


def reference_of(
    rules: KindRules | None, field: str, value: JsonValue, fields: Fields
) -> Key | None:
    """Return the record that a field's value names, if it is one that names a record."""
    if rules is None or not isinstance(value, str) or not UUID.match(value):
        return None
    says = rules.refers_by.get(field)
    named = rules.refers.get(field) or (_text(fields, says) if says else None)
    return (named, value) if named else None


def _text(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _id(fields: Fields, name: str) -> str | None:
    value = _text(fields, name)
    return value if value and UUID.match(value) else None
