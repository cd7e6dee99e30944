"""Checks the server's rows after a day in the field, one action at a time."""

from __future__ import annotations

from sqlalchemy import func, select

from server.audits.models import Finding, Photo, RoomWalk
from server.core.database import db
from server.estate.models import Asset, Tag
from server.exchange.models import Blob, SyncOp
from tests.browser.field_day import Day, findings_of, mistype

NOTE = "Hinge is loose, screen held with tape"
CAPTION = "Loose hinge, left side"
ROOM_NOTE = "Sockets only along the window"
REASON = "Exam in progress"
SPARE = "Spare visualiser"
SPREAD = (0, 12, 0, 2)
STRAY_ANSWERS = ("going_back", "on_loan", "belongs_here")

Findings = dict[str, Finding]


def findings_by_subject(day: Day) -> Findings:
    asked = select(Finding).where(Finding.visit_id == day.visit_id)
    return {finding.subject_id: finding for finding in db.session.scalars(asked)}


def walks_by_room(day: Day) -> dict[str, RoomWalk]:
    asked = select(RoomWalk).where(RoomWalk.visit_id == day.visit_id)
    return {walk.room_id: walk for walk in db.session.scalars(asked)}


def seen_in(finding: Finding, room_id: str) -> bool:
    return (finding.seen, finding.void in (None, False), finding.seen_room_id) == (
        True,
        True,
        room_id,
    )


def answers_are_right(day: Day, findings: Findings) -> None:
    """Grades, fault, note, what was undone, the lot's spread and the set's one grade."""
    for thing, letter in zip(day.here, "ABCD", strict=False):
        finding = findings[thing.id]
        assert (finding.condition, finding.resolution) == (letter, "here")
        assert seen_in(finding, day.lab.id)
    told = findings[day.here[3].id]
    assert (told.faults, told.note) == ({day.here[3].fault: True}, NOTE)
    stays = findings[day.here[4].id]
    assert seen_in(stays, day.lab.id)
    assert stays.condition is None
    assert findings[day.here[5].id].void is True
    lot = findings[day.lot_id]
    assert tuple(n or 0 for n in (lot.count_a, lot.count_b, lot.count_c, lot.count_d)) == SPREAD
    assert seen_in(lot, day.lab.id)
    assert findings[day.service_id].condition == "D"
    for part in day.set_parts:
        assert findings[part].condition == "B"
        assert seen_in(findings[part], day.set_room.id)


def photos_are_right(day: Day, findings: Findings, on_device: dict[str, int]) -> None:
    """Each photo with its own bytes: by camera, from a file with a caption, and of a room."""
    finding = findings[day.here[3].id]
    walk = walks_by_room(day)[day.set_room.id]
    asked = select(Photo).where(Photo.owner_id.in_((finding.id, walk.id)))
    photos = list(db.session.scalars(asked.order_by(Photo.owner_kind, Photo.rank)))
    assert {photo.sha256: photo.size for photo in photos} == on_device
    assert [(photo.owner_kind, photo.rank, photo.caption) for photo in photos] == [
        ("finding", 0, None),
        ("finding", 1, CAPTION),
        ("room_walk", 0, None),
    ]
    for photo in photos:
        blob = db.session.scalars(select(Blob).where(Blob.sha256 == photo.sha256)).one()
        assert blob.size == photo.size


def scans_are_right(day: Day, findings: Findings) -> None:
    """By wedge, typed and picked; one undone; three strays; nothing of the wrong character."""
    for thing in (day.here[6], day.here[7], day.here[10]):
        assert seen_in(findings[thing.id], day.lab.id)
        assert findings[thing.id].resolution == "here"
    assert findings[day.here[9].id].void is True
    assert day.here[8].id not in findings
    for thing, answer in zip(day.strays, STRAY_ANSWERS, strict=True):
        assert seen_in(findings[thing.id], day.lab.id)
        assert findings[thing.id].resolution == answer
        asset = db.session.scalars(select(Asset).where(Asset.id == thing.id)).one()
        assert asset.room_id == (day.lab.id if answer == "belongs_here" else thing.room_id)
    kept = {finding.code: finding for finding in findings.values() if finding.code}
    assert mistype(day.here[8].code) not in kept
    for code, answer in ((day.blanks[1], "later"), (day.foreign, "not_ours")):
        assert (kept[code].subject_kind, kept[code].resolution) == ("tag", answer)
        assert seen_in(kept[code], day.lab.id)


def additions_are_right(day: Day, findings: Findings) -> None:
    """One with its label bound in the flow, whose scan is settled; one without any label."""
    tag = db.session.scalars(select(Tag).where(Tag.code == day.blanks[0])).one()
    added = db.session.scalars(select(Asset).where(Asset.id == tag.asset_id)).one()
    spare = db.session.scalars(select(Asset).where(Asset.name == SPARE)).one()
    for asset in (added, spare):
        assert asset.room_id == day.lab.id
        assert seen_in(findings[asset.id], day.lab.id)
    settled = next(one for one in findings.values() if one.code == day.blanks[0])
    assert settled.void is True
    assert db.session.scalars(select(Tag).where(Tag.asset_id == spare.id)).all() == []


def rooms_are_right(day: Day, findings: Findings) -> None:
    """Each walk's state and reason; the room's question and note; who was seen in the last one."""
    walks = walks_by_room(day)
    assert walks[day.lab.id].state == "started"
    opened = walks[day.again_room.id]
    assert (opened.state, opened.done_at) == ("started", None)
    told = walks[day.set_room.id]
    assert (told.state, told.note) == ("started", ROOM_NOTE)
    assert told.answers == {day.question: "no"}
    for room, state, reason in (
        (day.empty_room, "empty", None),
        (day.locked_room, "no_access", REASON),
        (day.left_room, "done", None),
        (day.seen_room, "done", None),
    ):
        walk = walks[room.id]
        assert (walk.state, walk.reason) == (state, reason)
        assert walk.done_at
    for thing in day.seen_things:
        assert seen_in(findings[thing.id], day.seen_room.id)


def nothing_else_was_written(day: Day) -> None:
    """As many new findings as there were actions, and no op that the server did not take."""
    graded_and_scanned = 10 + len(day.strays) + 1 + len(day.set_parts)
    tags_and_additions = 3 + 2
    new = graded_and_scanned + tags_and_additions + len(day.seen_things)
    assert findings_of(day.visit_id) == day.findings_before + new
    asked = select(func.count()).select_from(SyncOp).where(SyncOp.status != "applied")
    assert db.session.scalar(asked) == 0
