"""What the audit lets devices sync."""

from __future__ import annotations

from server.audits.models import (
    PHOTO_OWNERS,
    PHOTO_STATES,
    RESOLUTIONS,
    SUBJECT_KINDS,
    VISIT_STATES,
    WALK_STATES,
    Checklist,
    Finding,
    Photo,
    RoomWalk,
    Visit,
)
from server.estate.models import CONDITIONS
from server.exchange.registry import Synced
from sync.collections import ALL, Collection, Field

TAPPED = Field("time", quiet=True)  # when a finger touched the tablet: nobody wrote it
NOTE = Field("text", max_length=4000)
COUNT = Field("int", low=0, high=100_000)
ANSWERS = Field("json", map=True, max_length=4000)
WALKERS = {"technician": ALL, "consultant": ALL, "trust_it": ALL}

CHECKLIST = Collection(
    "checklist",
    "organisation",
    {
        "name": Field("text", required=True, max_length=200),
        "about": Field("text", required=True, max_length=40),
        "version": Field("int", required=True, low=1),
        "questions": Field("json", required=True, max_length=200_000),
    },
    writes={"trust_it": ALL},
)
VISIT = Collection(
    "visit",
    "visit",
    {
        "school_id": Field(
            "id", required=True, immutable=True, refers_to="school", same_scope=True
        ),
        "name": Field("text", required=True, max_length=200),
        "starts_on": Field("date", required=True),
        "ends_on": Field("date", required=True),
        "state": Field("choice", choices=VISIT_STATES, server_only=True),
        "blind": Field("bool"),
        "checklists": Field("json", server_only=True, max_length=400_000),
    },
    writes={"trust_it": ALL},
    deletable=False,
)
ROOM_WALK = Collection(
    "room_walk",
    "visit",
    {
        "visit_id": Field("id", required=True, immutable=True, refers_to="visit"),
        "room_id": Field("id", required=True, immutable=True, refers_to="room", same_scope=True),
        "state": Field("choice", choices=WALK_STATES),
        "started_at": TAPPED,
        "done_at": TAPPED,
        "reason": NOTE,
        "claimed_by": Field("text", max_length=80, quiet=True),
        "note": NOTE,
        "answers": ANSWERS,
    },
    writes=WALKERS,
    natural_key=("visit_id", "room_id"),
    scope_field="visit_id",
    deletable=False,
)
FINDING = Collection(
    "finding",
    "visit",
    {
        "visit_id": Field("id", required=True, immutable=True, refers_to="visit"),
        "subject_kind": Field("choice", required=True, immutable=True, choices=SUBJECT_KINDS),
        "subject_id": Field(
            "id", required=True, immutable=True, refers_by="subject_kind", may_precede=("tag",)
        ),
        "code": Field("text", max_length=120),
        "seen": Field("bool"),
        "seen_at": TAPPED,
        "seen_room_id": Field("id", refers_to="room", same_scope=True),
        "resolution": Field("choice", choices=RESOLUTIONS),
        "condition": Field("choice", choices=CONDITIONS),
        "count_a": COUNT,
        "count_b": COUNT,
        "count_c": COUNT,
        "count_d": COUNT,
        "faults": Field("bool", map=True),
        "answers": ANSWERS,
        "note": NOTE,
        "void": Field("bool"),
    },
    writes=WALKERS,
    natural_key=("visit_id", "subject_kind", "subject_id"),
    scope_field="visit_id",
    deletable=False,
)
PHOTO = Collection(
    "photo",
    "visit",
    {
        "owner_kind": Field("choice", required=True, immutable=True, choices=PHOTO_OWNERS),
        "owner_id": Field(
            "id", required=True, immutable=True, refers_by="owner_kind", same_scope=True
        ),
        "sha256": Field("text", required=True, immutable=True, max_length=64),
        "size": Field("int", required=True, immutable=True, low=1, high=15 * 1024 * 1024),
        "width": Field("int", low=1, high=20_000),
        "height": Field("int", low=1, high=20_000),
        "caption": Field("text", max_length=500),
        "rank": Field("int", low=0, high=10_000),
        "drawing": Field("json", max_length=40_000),
        "has_person": Field("bool"),
        "taken_at": Field("time", required=True, immutable=True),
        "supersedes": Field("id", immutable=True),
        "state": Field("choice", choices=PHOTO_STATES, server_only=True),
        "refusal": Field("text", server_only=True, max_length=200),
    },
    writes=WALKERS,
)

COLLECTIONS: tuple[Synced, ...] = (
    Synced(CHECKLIST, Checklist),
    Synced(VISIT, Visit),
    Synced(ROOM_WALK, RoomWalk),
    Synced(FINDING, Finding),
    Synced(PHOTO, Photo),
)
