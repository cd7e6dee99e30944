"""What a restore took back, in words: of which thing, where, whose values, and who is awaited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from server.accounts.access import Principal
from server.accounts.services.directory import people_with_ids
from server.audits.services.about import About, about_of, reference_of
from server.audits.services.findings import Item
from server.audits.services.naming import (
    Names,
    names_of,
    people_named,
    places_of,
    questions_of,
    tags_of,
)
from server.core.database import db
from server.exchange.choose import may_decide
from server.exchange.commit import current_build
from server.exchange.lost_queue import LostRecord, LostValue, Place, count_lost, lost_in
from server.exchange.restore import Awaited, awaited, restored_at
from server.exchange.waiting import Author
from sync.batch import Key
from sync.codec import JsonValue
from sync.values import KindRules

DELETED = "deleted"


def list_lost(
    principal: Principal, *, after: Place | None, limit: int
) -> tuple[list[Item], Place | None]:
    """Return a page of the records of which something is missing, where this person decides."""
    found, following = lost_in(_mine(principal), after=after, limit=limit)
    told = _Told(principal, found)
    return [told.item(one) for one in found], following


def count_open(principal: Principal) -> Item:
    """Say when the data were last restored, and what is still open since."""
    return {
        "restored_at": restored_at(db.session.connection(), principal.organisation_id),
        "records": count_lost(_mine(principal)),
        "devices": len(_awaited(principal)),
    }


def list_awaited(
    principal: Principal, *, after: tuple[int, str] | None, limit: int
) -> tuple[list[Item], tuple[int, str] | None]:
    """Return the devices that may still hold what the restore took back, longest silent first."""
    left = [
        (one, name)
        for one, name in _awaited(principal)
        if after is None or (one.last_seen, one.client_id) > after
    ]
    page = left[:limit]
    items: list[Item] = [
        {
            "person": name,
            "device": (one.device_id or one.client_id)[-4:],
            "state": one.state,
            "changes": one.holds if one.state == "offering" else None,
            "last_seen": one.last_seen,
        }
        for one, name in page
    ]
    last = page[-1][0] if len(left) > limit else None
    return items, (last.last_seen, last.client_id) if last else None


def _mine(principal: Principal) -> list[str]:
    return [id_ for id_, grant in principal.grants.items() if may_decide(grant)]


def _awaited(principal: Principal) -> list[tuple[Awaited, str | None]]:
    """Return the devices of the people whom this person sees: of all, for the organisation's IT."""
    found = awaited(db.session.connection(), principal.organisation_id)
    ids = sorted({one.user_id for one in found if one.user_id})
    if may_decide(principal.grants.get(principal.organisation_id)):
        names = people_named(ids)
        return [(one, names.get(one.user_id or "")) for one in found]
    names = {person.id: person.name for person in people_with_ids(principal, ids)}
    return [(one, names[one.user_id]) for one in found if one.user_id in names]


class _Told:
    """Reads every name that a page of records needs, a few queries for all, and says each."""

    def __init__(self, principal: Principal, records: Sequence[LostRecord]) -> None:
        self.principal = principal
        self.rules: Mapping[str, KindRules] = current_build(db.session.connection()).rules
        abouts = [self._about(one) for one in records]
        self.places = places_of(principal, (about.subject for about in abouts))
        wanted = {key for one in records for key in self._references(one)}
        for about in abouts:
            room = self._room(about)
            wanted.add(about.subject)
            wanted |= {("visit", about.visit_id)} if about.visit_id else set()
            wanted |= {("school", about.school_id)} if about.school_id else set()
            wanted |= {("room", room)} if room else set()
        self.names: Names = names_of(principal, wanted)
        self.tags = tags_of(principal, [a.subject[1] for a in abouts if a.subject[0] == "asset"])
        self.questions = questions_of([about.visit_id for about in abouts if about.visit_id])
        self.people = people_named({id_ for one in records for id_ in _people(one)})

    def item(self, one: LostRecord) -> Item:
        about = self._about(one)
        kind, id_ = about.subject
        room_id = self._room(about)
        return {
            "kind": one.kind,
            "id": one.id,
            "since": one.at,
            "until": one.until,
            "is_there": one.record is not None and not one.record.deleted,
            "subject_kind": kind,
            "subject_id": id_,
            "subject_name": self.names.get(about.subject) or self._own_name(one) or about.code,
            "tag": self.tags.get(id_) or about.code,
            "room_name": self.names.get(("room", room_id)) if room_id else None,
            "school_id": about.school_id,
            "school_name": self.names.get(("school", about.school_id or "")),
            "visit_id": about.visit_id,
            "visit_name": self.names.get(("visit", about.visit_id or "")),
            "values": [self._value(one, value, about) for value in one.values],
        }

    def _value(self, one: LostRecord, lost: LostValue, about: About) -> Item:
        fields = _fields(one)
        refers = self._reference(one.kind, lost.field, lost.value, fields)
        now = one.record.fields.get(lost.field) if one.record else None
        standing = self._reference(one.kind, lost.field, now, fields)
        client_id, mid = lost.by
        stem, _, key = lost.field.partition("/")
        question = self.questions.get((about.visit_id or "", key)) if stem == "answers" else None
        return {
            "field": lost.field,
            "question": question,
            "client_id": client_id,
            "mid": mid,
            "value": lost.value,
            "name": self.names.get(refers) if refers else None,
            "now": now,
            "now_name": self.names.get(standing) if standing else None,
            "person": self.people.get(lost.author.actor_id or ""),
            "device": _device(lost.author, client_id),
            "at": lost.author.at,
            "shown_by": self.people.get(lost.shown_by.actor_id or ""),
            "shown_on": _device(lost.shown_by, ""),
        }

    def _own_name(self, one: LostRecord) -> str | None:
        """Say what a record that is not there was called, or of which type it was."""
        fields = _fields(one)
        name, type_id = fields.get("name"), fields.get("asset_type_id")
        if isinstance(name, str) and name:
            return name
        return self.names.get(("asset_type", type_id)) if isinstance(type_id, str) else None

    def _about(self, one: LostRecord) -> About:
        scope_id = one.record.scope_id if one.record else one.scope_id
        return about_of(self.principal.grants, one.kind, one.id, _fields(one), scope_id)

    def _room(self, about: About) -> str | None:
        return about.room_id or self.places.get(about.subject)

    def _references(self, one: LostRecord) -> Iterable[Key]:
        fields = _fields(one)
        for lost in one.values:
            now = one.record.fields.get(lost.field) if one.record else None
            for value in (lost.value, now):
                found = self._reference(one.kind, lost.field, value, fields)
                if found:
                    yield found

    def _reference(
        self, kind: str, field: str, value: JsonValue, fields: Mapping[str, JsonValue]
    ) -> Key | None:
        return reference_of(self.rules.get(kind), field, value, fields)


def _fields(one: LostRecord) -> dict[str, JsonValue]:
    """Return what is known of a record: what stands, else what is missing."""
    missing = {lost.field: lost.value for lost in one.values if lost.field != DELETED}
    return {**missing, **(one.record.fields if one.record else {})}


def _device(author: Author, client_id: str) -> str | None:
    if client_id.startswith("server:"):
        return None
    return (author.device_id or "")[-4:] or None


def _people(one: LostRecord) -> set[str]:
    authors = [author for lost in one.values for author in (lost.author, lost.shown_by)]
    return {author.actor_id for author in authors if author.actor_id}
