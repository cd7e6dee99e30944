"""What was seen: findings with their author, names and photos, newest first."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, literal, or_, select, tuple_

from server.accounts.access import Principal
from server.accounts.models import User
from server.audits.models import PHOTO_OWNERS, SUBJECT_KINDS, Finding, Photo, Visit
from server.core.database import db
from server.estate.models import Asset, AssetType, Lot, Room, System
from server.exchange.models import SyncOp

Item = dict[str, object]
FIELDS = (
    "id", "visit_id", "subject_kind", "subject_id", "code", "seen", "seen_at", "seen_room_id",
    "resolution", "condition", "count_a", "count_b", "count_c", "count_d", "faults", "answers",
    "note", "void",
)  # fmt: skip
WHEN = func.coalesce(Finding.seen_at, 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings: of a visit, of a subject, in a room. All that are given must hold."""

    visit_id: str | None = None
    subject_id: str | None = None
    room_id: str | None = None


def list_findings(
    principal: Principal, wanted: Wanted, *, after: tuple[int, str] | None, limit: int
) -> list[Item]:
    """Return findings of the visits that this person may see, newest first."""
    query = _query(principal, wanted).limit(limit)
    if after is not None:
        at, id_ = literal(after[0]), after[1]
        query = query.where(or_(at > WHEN, and_(at == WHEN, Finding.id > id_)))
    rows = [(finding, visit, room) for finding, visit, room in db.session.execute(query)]
    findings = [finding for finding, _, _ in rows]
    photos = photos_of(principal, [finding.id for finding in findings])
    authors = _authors(findings)
    names = _names(findings)
    return [
        {
            **{field: getattr(finding, field) for field in FIELDS},
            "visit_name": visit,
            "room_name": room,
            "author": authors.get(finding.id),
            "subject_name": names.get(finding.subject_id),
            "photos": photos.get(finding.id, []),
        }
        for finding, visit, room in rows
    ]


def _query(principal: Principal, wanted: Wanted) -> Select[Finding, str, str]:
    visits = [grant.scope_id for grant in principal.grants.values() if grant.kind == "visit"]
    query = (
        select(Finding, Visit.name, Room.name)
        .join(Visit, Visit.id == Finding.visit_id)
        .outerjoin(Room, Room.id == Finding.seen_room_id)
        .where(Finding.scope_id.in_(visits), Finding.deleted_at.is_(None))
        .order_by(WHEN.desc(), Finding.id)
    )
    if wanted.visit_id is not None:
        query = query.where(Finding.scope_id == wanted.visit_id)  # a visit is its own scope
    if wanted.room_id is not None:
        query = query.where(Finding.seen_room_id == wanted.room_id)
    if wanted.subject_id is not None:
        query = query.where(
            Finding.subject_kind.in_(SUBJECT_KINDS),  # leads the index
            Finding.subject_id == wanted.subject_id,
        )
    return query


def photos_of(principal: Principal, owner_ids: Sequence[str]) -> dict[str, list[Photo]]:
    """Return the standing photos of some owners, in their order; replaced ones are left out."""
    visits = [grant.scope_id for grant in principal.grants.values() if grant.kind == "visit"]
    query = (
        select(Photo)
        .where(
            Photo.owner_kind.in_(PHOTO_OWNERS),  # leads the index
            Photo.owner_id.in_(owner_ids),
            Photo.scope_id.in_(visits),
            Photo.deleted_at.is_(None),
        )
        .order_by(Photo.owner_id, func.coalesce(Photo.rank, 0), Photo.taken_at, Photo.id)
    )
    found = [photo for photo in db.session.scalars(query) if may_look(principal, photo)]
    replaced = {(photo.supersedes, photo.owner_id) for photo in found}
    photos: dict[str, list[Photo]] = defaultdict(list)
    for photo in found:
        if (photo.id, photo.owner_id) not in replaced:
            photos[photo.owner_id].append(photo)
    return photos


def may_look(principal: Principal, photo: Photo) -> bool:
    """Whether this person may see a photo: one that shows a person is not for leaders."""
    grant = principal.grants.get(photo.scope_id)
    if grant is None:
        return False
    return not photo.has_person or grant.can_read


def _authors(findings: Iterable[Finding]) -> dict[str, str]:
    """Return who last wrote each finding, from the ledger."""
    marks = {finding.id: _last_mark(finding.fver) for finding in findings}
    query = (
        select(SyncOp.client_id, SyncOp.mid, User.name)
        .join(User, User.id == SyncOp.actor_id)
        .where(tuple_(SyncOp.client_id, SyncOp.mid).in_([m for m in marks.values() if m]))
    )
    names: Mapping[tuple[str, int], str] = {
        (row.client_id, row.mid): row.name for row in db.session.execute(query)
    }
    return {id_: names[mark] for id_, mark in marks.items() if mark and mark in names}


def _last_mark(fver: str) -> tuple[str, int] | None:
    """Return [client, mid] of the newest version in ``[[at, client, mid, [field…]]…]``."""
    groups = json.loads(fver)
    if not groups:
        return None
    _, client, mid, *_ = max(groups, key=lambda group: group[:3])
    return str(client), int(mid)


def _names(findings: Iterable[Finding]) -> dict[str, str]:
    """Return what each subject is called: its own name, else its type's; a tag by its code."""
    ids: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for finding in findings:
        ids[finding.subject_kind].append(finding.subject_id)
        if finding.subject_kind == "tag" and finding.code:
            names[finding.subject_id] = finding.code
    for kind, model in (("asset", Asset), ("lot", Lot), ("system", System)):
        if not ids[kind]:
            continue
        rows = db.session.execute(
            select(model.id, func.coalesce(model.name, AssetType.name))
            .join(AssetType, AssetType.id == model.asset_type_id)
            .where(model.id.in_(ids[kind]))
        )
        names |= {row[0]: row[1] for row in rows}
    return names
