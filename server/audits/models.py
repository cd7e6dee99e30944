"""Tables of the audit: checklists, visits, room walks, findings, photos."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, Synced, references, synced
from server.core.types import Id, Json, Millis
from server.estate.models import CONDITIONS, one_of

VISIT_STATES = ("planned", "open", "closed", "signed_off")
WALK_STATES = ("started", "done", "empty", "no_access")
SUBJECT_KINDS = ("asset", "lot", "system", "tag")
RESOLUTIONS = ("here", "belongs_here", "going_back", "on_loan", "later", "not_ours")
PHOTO_STATES = ("awaiting", "stored", "refused")
PHOTO_OWNERS = ("finding", "room_walk", "asset")


class Checklist(Synced, Base):
    """A versioned list of questions, in the organisation's scope."""

    __tablename__ = "checklist"
    __table_args__ = synced()
    name: Mapped[str]
    about: Mapped[str]  # room, or an asset type's key
    version: Mapped[int]
    questions: Mapped[Json]


class Visit(Synced, Base):
    """One audit of one school; its own scope: scope_id = id."""

    __tablename__ = "visit"
    __table_args__ = synced(
        references("school_id", "school"),
        one_of("state", VISIT_STATES),
        CheckConstraint("scope_id = id", name="own_scope"),
    )
    school_id: Mapped[Id]
    name: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    state: Mapped[str]
    blind: Mapped[bool] = mapped_column(default=False)
    checklists: Mapped[Json]  # frozen: [{about, name, version, questions}]


class RoomWalk(Synced, Base):
    """One room in one visit. id = natural_id("room_walk", organisation, visit, room)."""

    __tablename__ = "room_walk"
    __table_args__ = synced(
        references("visit_id", "visit"),
        references("room_id", "room"),
        one_of("state", WALK_STATES),
    )
    visit_id: Mapped[Id]
    room_id: Mapped[Id]
    state: Mapped[str | None]
    started_at: Mapped[Millis | None]
    done_at: Mapped[Millis | None]
    reason: Mapped[str | None]  # why there was no access, why a question stays open
    claimed_by: Mapped[str | None]  # user id of who walks it
    note: Mapped[str | None]
    answers: Mapped[Json | None]


class Finding(Synced, Base):
    """What was seen of one subject in one visit.

    id = natural_id("finding", organisation, visit, subject_kind, subject_id). "Not seen" is never
    written by a device: the server derives it once the team's outboxes are drained.
    """

    __tablename__ = "finding"
    __table_args__ = synced(
        references("visit_id", "visit"),
        one_of("subject_kind", SUBJECT_KINDS),
        one_of("resolution", RESOLUTIONS),
        one_of("condition", CONDITIONS),
        Index("ix_finding_subject", "organisation_id", "subject_kind", "subject_id"),
    )
    visit_id: Mapped[Id]
    subject_kind: Mapped[str]
    subject_id: Mapped[Id]
    code: Mapped[str | None]  # of an unknown tag: what was scanned
    seen: Mapped[bool | None]
    seen_at: Mapped[Millis | None]
    seen_room_id: Mapped[Id | None]
    resolution: Mapped[str | None]
    condition: Mapped[str | None]
    count_a: Mapped[int | None]  # a lot is counted as a spread
    count_b: Mapped[int | None]
    count_c: Mapped[int | None]
    count_d: Mapped[int | None]
    faults: Mapped[Json | None]
    answers: Mapped[Json | None]
    note: Mapped[str | None]
    void: Mapped[bool | None]  # undone: kept, counts for nothing


class Photo(Synced, Base):
    """A photo in its owner's scope; its bytes are a blob of the same SHA-256."""

    __tablename__ = "photo"
    __table_args__ = synced(
        one_of("state", PHOTO_STATES),
        one_of("owner_kind", PHOTO_OWNERS),
        Index("ix_photo_owner", "organisation_id", "owner_kind", "owner_id"),
        Index("ix_photo_sha256", "organisation_id", "sha256"),
    )
    owner_kind: Mapped[str]
    owner_id: Mapped[Id]
    sha256: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    caption: Mapped[str | None]
    rank: Mapped[int | None]
    drawing: Mapped[Json | None]
    has_person: Mapped[bool | None]
    taken_at: Mapped[Millis]
    supersedes: Mapped[Id | None]
    state: Mapped[str] = mapped_column(default="awaiting")  # server only
    refusal: Mapped[str | None]  # server only: why, in words
