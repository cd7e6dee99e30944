"""What needs a person, in words: which thing, where, whose values, when, with its photos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from server.accounts.access import Principal
from server.audits.services.about import About, Fields, about_of, reference_of
from server.audits.services.findings import Item, photos_of
from server.audits.services.naming import (
    Names,
    names_of,
    people_named,
    places_of,
    questions_of,
    tags_of,
)
from server.core.database import db
from server.core.problems import Problem
from server.exchange.choose import may_decide
from server.exchange.commit import current_build
from server.exchange.nowhere import decides_all, decides_nowhere
from server.exchange.queue import Asked, Place, count_waiting, one_waiting, place_of, waiting_in
from server.exchange.waiting import Author, HeldUnit, OpenConflict, Side, Waiting
from sync.batch import Key
from sync.codec import JsonValue
from sync.values import KindRules


def queue_of(
    principal: Principal, *, school_id: str | None = None, visit_id: str | None = None
) -> Asked:
    """Return the queue in which this person decides; of a school: its own and its visits'.

    Of a visit: its own and its school's, since its team writes in both. Without either, what names
    no place is in the queue of the organisation's own IT. Raises not_found.
    """
    mine = {id_: grant for id_, grant in principal.grants.items() if may_decide(grant)}
    if visit_id is not None:
        visit = mine.get(visit_id)
        if visit is None or visit.kind != "visit":
            raise Problem("not_found")
        return Asked(tuple(id_ for id_ in (visit_id, visit.school_id) if id_ in mine))
    if school_id is not None:
        if school_id not in mine:
            raise Problem("not_found")
        return Asked(tuple(id_ for id_, grant in mine.items() if grant.school_id == school_id))
    return Asked(tuple(mine), nowhere=decides_nowhere(principal))


def list_waiting(
    principal: Principal, asked: Asked, *, after: Place | None, limit: int
) -> tuple[list[Item], Place | None]:
    """Return a page of what needs a person in a queue, oldest first."""
    items, following = waiting_in(asked, after=after, limit=limit)
    return _in_words(principal, items), following


def count_open(asked: Asked) -> Item:
    conflicts, held = count_waiting(asked)
    return {"conflicts": conflicts, "held": held}


def read_waiting(principal: Principal, what: str, key: tuple[str, ...]) -> Item:
    """Return one item. Raises not_found when it does not wait, or is not this person's."""
    item = one_waiting(what, key)
    if item is None:
        raise Problem("not_found")
    words = _in_words(principal, [item])
    if not words:
        raise Problem("not_found")
    return words[0]


def _is_theirs(principal: Principal, item: Waiting) -> bool:
    """Whether this person decides it: a record may have moved since it began to wait."""
    if isinstance(item, OpenConflict):
        return may_decide(principal.grants.get(item.record.scope_id))
    return decides_all(principal, item.scope_ids, nowhere=item.is_nowhere)


def _in_words(principal: Principal, items: Sequence[Waiting]) -> list[Item]:
    mine = [item for item in items if _is_theirs(principal, item)]
    told = _Told(principal, mine)
    return [told.item(item) for item in mine]


class _Told:
    """Reads every name a page of items needs, a few queries for all, and says each item."""

    def __init__(self, principal: Principal, items: Sequence[Waiting]) -> None:
        self.principal = principal
        self.rules: Mapping[str, KindRules] = current_build(db.session.connection()).rules
        abouts = [about for item in items for about in self._abouts(item)]
        self.places = places_of(principal, (about.subject for about in abouts))
        wanted = {key for item in items for key in self._references(item)}
        for about in abouts:
            wanted.add(about.subject)
            wanted |= {("visit", about.visit_id)} if about.visit_id else set()
            wanted |= {("school", id_)} if (id_ := about.school_id) else set()
            wanted |= {("room", room)} if (room := self._room(about)) else set()
        self.names: Names = names_of(principal, wanted)
        self.tags = tags_of(principal, [a.subject[1] for a in abouts if a.subject[0] == "asset"])
        self.photos = photos_of(principal, [about.owner_id for about in abouts])
        self.questions = questions_of([about.visit_id for about in abouts if about.visit_id])
        self.people = people_named({id_ for item in items for id_ in _actors(item)})

    # -- one item ----------------------------------------------------------------------------------

    def item(self, item: Waiting) -> Item:
        _, what, key = place_of(item)
        if isinstance(item, OpenConflict):
            about = self._about(item.kind, item.id, item.record.fields, item.record.scope_id)
            return {
                "type": what, "key": "~".join(key), "since": item.at, **self._said(about),
                "kind": item.kind, "conflict": self._conflict(item, about), "held": None,
            }  # fmt: skip
        abouts = self._abouts(item)
        said = self._said(abouts[0]) if abouts else _NOTHING
        first = item.changes[0] if item.changes else None
        return {
            "type": what, "key": f"{item.client_id}~{item.mid}", "since": item.at, **said,
            "kind": first.kind if first else None, "conflict": None,
            "held": self._held(item, abouts),
        }  # fmt: skip

    def _said(self, about: About) -> Item:
        kind, id_ = about.subject
        room_id, school_id = self._room(about), about.school_id
        return {
            "subject_kind": kind,
            "subject_id": id_,
            "subject_name": self.names.get(about.subject) or about.code,
            "tag": self.tags.get(id_) or about.code,
            "room_name": self.names.get(("room", room_id)) if room_id else None,
            "school_id": school_id,
            "school_name": self.names.get(("school", school_id)) if school_id else None,
            "visit_id": about.visit_id,
            "visit_name": self.names.get(("visit", about.visit_id)) if about.visit_id else None,
            "photos": self.photos.get(about.owner_id, []),
        }

    def _conflict(self, item: OpenConflict, about: About) -> Item:
        rules = self.rules[item.kind]
        declared = rules.collection.field_for(item.field)
        return {
            "kind": item.kind,
            "id": item.id,
            "field": item.field,
            "question": self._question(item.field, about),
            "is_text": declared is not None and declared.type == "text",
            "is_fixed": item.field in rules.immutable,
            "is_removed": item.record.deleted,
            "stands": self._side(item, item.stands) if item.stands else None,
            "others": [self._side(item, side) for side in item.others],
        }

    def _side(self, item: OpenConflict, side: Side) -> Item:
        client_id, mid = side.by
        refers = self._reference(item.kind, item.field, side.value, item.record.fields)
        return {
            "client_id": client_id,
            "mid": mid,
            "value": side.value,
            "name": self.names.get(refers) if refers else None,
            **self._author(side.author, client_id),
        }

    def _held(self, item: HeldUnit, abouts: Sequence[About]) -> Item:
        values = []
        for change, about in zip(item.changes, abouts, strict=True):
            now = change.record.fields if change.record else {}
            for field in sorted(change.set):
                refers = self._reference(
                    change.kind, field, change.set[field], {**now, **change.set}
                )
                standing = self._reference(change.kind, field, now.get(field), now)
                values.append({
                    "kind": change.kind,
                    "subject_name": self.names.get(about.subject) or about.code,
                    "field": field,
                    "question": self._question(field, about),
                    "value": change.set[field],
                    "name": self.names.get(refers) if refers else None,
                    "now": now.get(field),
                    "now_name": self.names.get(standing) if standing else None,
                    "is_new": change.record is None,
                })  # fmt: skip
        return {
            "client_id": item.client_id,
            "mid": item.mid,
            "code": item.code,
            "changes": len(item.changes),
            "is_erased": item.is_erased,
            "is_nowhere": item.is_nowhere,
            "needs_school": any(one.is_nowhere and one.record is None for one in item.changes),
            "values": values,
            **self._author(item.author, item.client_id),
        }

    def _author(self, author: Author, client_id: str) -> Item:
        device = author.device_id or ""
        return {
            "person": self.people.get(author.actor_id or ""),
            "device": None if client_id.startswith("server:") else device[-4:] or None,
            "at": author.at,
        }

    # -- what it is about --------------------------------------------------------------------------

    def _abouts(self, item: Waiting) -> list[About]:
        if isinstance(item, OpenConflict):
            return [self._about(item.kind, item.id, item.record.fields, item.record.scope_id)]
        return [
            self._about(
                change.kind, change.id,
                {**change.set, **(change.record.fields if change.record else {})},
                change.record.scope_id if change.record else change.scope_id,
            )
            for change in item.changes
        ]  # fmt: skip

    def _about(self, kind: str, id_: str, fields: Fields, scope_id: str) -> About:
        return about_of(self.principal.grants, kind, id_, fields, scope_id)

    def _room(self, about: About) -> str | None:
        return about.room_id or self.places.get(about.subject)

    def _question(self, field: str, about: About) -> str | None:
        stem, _, key = field.partition("/")
        return self.questions.get((about.visit_id or "", key)) if stem == "answers" else None

    # -- ids that values name ----------------------------------------------------------------------

    def _references(self, item: Waiting) -> Iterable[Key]:
        if isinstance(item, OpenConflict):
            for side in (*item.others, *([item.stands] if item.stands else [])):
                found = self._reference(item.kind, item.field, side.value, item.record.fields)
                if found:
                    yield found
            return
        for change in item.changes:
            now = change.record.fields if change.record else {}
            for field, value in change.set.items():
                for one in (value, now.get(field)):
                    found = self._reference(change.kind, field, one, {**now, **change.set})
                    if found:
                        yield found

    def _reference(self, kind: str, field: str, value: JsonValue, fields: Fields) -> Key | None:
        return reference_of(self.rules.get(kind), field, value, fields)


_NOTHING: Item = {
    **dict.fromkeys((
        "subject_kind", "subject_id", "subject_name", "tag", "room_name", "school_id",
        "school_name", "visit_id", "visit_name",
    )),
    "photos": [],
}  # fmt: skip


def _actors(item: Waiting) -> set[str]:
    if isinstance(item, HeldUnit):
        authors = [item.author]
    else:
        authors = [side.author for side in (*item.others, *([item.stands] if item.stands else []))]
    return {author.actor_id for author in authors if author.actor_id}
