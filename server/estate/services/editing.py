"""Read one asset, lot or system whole, and change it from a form as the person saw it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import select

from server.accounts.access import Principal
from server.core.clock import new_id
from server.core.database import db
from server.core.problems import Problem
from server.estate.models import Room
from server.estate.services.register import SUBJECTS, items_by_id, tags_of
from server.exchange.commit import Change, commit_changes
from sync.codec import JsonValue, good_text

WORDS = {
    "unknown_field": "There is no such field",
    "field_readonly": "This field is kept by the server",
    "bad_value": "This value cannot be used here",
    "not_allowed": "Your role may not change this",
}


def read_whole(principal: Principal, kind: str, id_: str) -> dict[str, object]:
    """Return a record with all wire fields, the names that go with them, and its versions.

    Raises not_found for what is gone or not the person's to see.
    """
    items = items_by_id(kind, [id_], principal.school_ids())
    if not items:
        raise Problem("not_found")
    fields, marks = _wire(kind, id_)
    whole: dict[str, object] = {**asdict(items[0]), **fields, "kind": kind, "v": marks}
    if kind == "asset":
        whole["tags"] = tags_of([id_]).get(id_, [])
    return whole


def edit(
    principal: Principal,
    kind: str,
    id_: str,
    new: Mapping[str, JsonValue],
    base: Mapping[str, tuple[str, int]],
) -> None:
    """Write what a form changed. Raises conflict, with both values, when a field was overtaken.

    ``base`` names the version of each field that stood in the form; a field that has none was
    empty there.
    """
    items = items_by_id(kind, [id_], principal.school_ids())
    if not items:
        raise Problem("not_found")
    school_id = items[0].school_id
    if not principal.grants[school_id].roles:
        raise Problem("not_allowed")
    before, _ = _wire(kind, id_)
    _check_text(new)
    _check_room(school_id, new)
    change = Change(kind, id_, school_id, new, base)
    result = commit_changes(
        [change], origin=new_id(), actor_id=principal.user_id, grants=principal.grants
    )[0]
    if result.status == "merged":
        raise _overtaken(new, before, result.fields)
    if result.status != "applied":
        slug = "not_allowed" if result.code == "not_allowed" else "bad_value"
        words = WORDS.get(result.code or "", "This cannot be written")
        raise Problem(slug, words + ".", dict.fromkeys(result.fields, words))


def _check_text(new: Mapping[str, JsonValue]) -> None:
    """Refuse half characters (lone surrogates), which JSON can say and nothing can store."""
    faults = {
        name.encode("ascii", "backslashreplace").decode(): WORDS["bad_value"]
        for name, value in new.items()
        if not good_text(json.dumps([name, value], ensure_ascii=False))
    }
    if faults:
        raise Problem("bad_value", fields=faults)


def _check_room(school_id: str, new: Mapping[str, JsonValue]) -> None:
    """Refuse a room of another school: to move there is more than a change of one field."""
    room_id = new.get("room_id")
    if room_id is None:
        return
    query = select(Room.id).where(Room.scope_id == school_id, Room.deleted_at.is_(None))
    if room_id not in set(db.session.scalars(query)):
        raise Problem("bad_value", fields={"room_id": "Choose a room of the same school"})


def _overtaken(
    new: Mapping[str, JsonValue], before: Mapping[str, JsonValue], names: tuple[str, ...]
) -> Problem:
    """Return the problem that shows both values; the request boundary undoes the write."""
    both = {name: {"yours": new.get(name), "now": before.get(name)} for name in names}
    return Problem(
        "conflict",
        "Somebody changed this while your form was open. Nothing of yours was written yet.",
        dict.fromkeys(names, "Changed by somebody else meanwhile"),
        extra={"conflicts": both},
    )


def _wire(kind: str, id_: str) -> tuple[dict[str, JsonValue], dict[str, list[JsonValue]]]:
    """Return the fields of a record as devices see them, and [client, mid] of each."""
    wire = db.session.scalar(select(SUBJECTS[kind].wire).where(SUBJECTS[kind].id == id_))
    item = json.loads(wire or "{}")
    marks = {name: [client, mid] for _, client, mid, names in item["v"] for name in names}
    return item["f"], marks
