"""Shipped reference data of the audit: the room checklist, and the faults that each type offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from server.audits.models import Checklist
from server.core.database import db
from server.core.tenancy import as_organisation
from server.estate.shipped_types import SHIPPED_TYPES
from server.exchange.commit import Change, commit_changes
from sync.codec import JsonValue
from sync.ids import natural_id

VERSION = 1
ROOM = "room"

YES_NO = ("yes", "no", "not_sure")
ENOUGH = ("enough", "too_few", "none", "not_sure")


def _question(
    key: str, text: str, choices: Sequence[str], *, help_text: str = "", photo_if: str = ""
) -> dict[str, JsonValue]:
    """Return one question: ``photo_if`` is the answer at which a photo is asked for."""
    return {
        "key": key,
        "text": text,
        "answer": "choice",
        "choices": list(choices),
        "help": help_text,
        "photo_if": photo_if,
    }


# What is asked of every room. Short on purpose: a school has eighty of them.
ROOM_QUESTIONS: tuple[dict[str, JsonValue], ...] = (
    _question("display_works", "Does the main display work from the teacher's desk?", YES_NO,
              help_text="Picture and touch, from the teacher's own device.", photo_if="no"),
    _question("sound_works", "Can the back row hear it?", YES_NO),
    _question("wifi_works", "Does Wi-Fi work in the whole room?", YES_NO,
              help_text="Try the corner furthest from the access point."),
    _question("sockets", "Are there enough power sockets where they are needed?", ENOUGH),
    _question("outlets", "Are there enough network outlets?", ENOUGH),
    _question("cabling_safe", "Are cables out of the way and mountings firm?", YES_NO,
              help_text="Trip hazards, loose brackets, damaged leads.", photo_if="no"),
    _question("devices_charge", "Can the devices kept here be charged here?",
              (*YES_NO, "none_here")),
)  # fmt: skip

SHIPPED_CHECKLISTS: tuple[tuple[str, str, Sequence[dict[str, JsonValue]]], ...] = (
    (ROOM, "Room", ROOM_QUESTIONS),
)

# asset type key → the faults offered as toggles, in order; the type's own record carries them too.
FAULTS: Mapping[str, tuple[str, ...]] = {kind.key: kind.faults for kind in SHIPPED_TYPES}


def frozen_checklists() -> list[JsonValue]:
    """Return the shipped checklists as a visit keeps them: later edits do not reach it."""
    return [
        {"about": about, "name": name, "version": VERSION, "questions": list(questions)}
        for about, name, questions in SHIPPED_CHECKLISTS
    ]


def checklists_to_freeze() -> list[JsonValue]:
    """Return the organisation's newest checklist of each subject, else the shipped one."""
    newest: dict[str, JsonValue] = {}
    for frozen in frozen_checklists():
        assert isinstance(frozen, dict)
        newest[str(frozen["about"])] = frozen
    query = (
        select(Checklist.about, Checklist.name, Checklist.version, Checklist.questions)
        .where(Checklist.deleted_at.is_(None))
        .order_by(Checklist.about, Checklist.version)
    )
    for about, name, version, questions in db.session.execute(query):
        newest[about] = {
            "about": about,
            "name": name,
            "version": version,
            "questions": questions,
        }
    return list(newest.values())


def install_checklists(organisation_id: str, origin: str, *, actor_id: str | None = None) -> int:
    """Write the shipped checklists that the organisation lacks; return how many. Twice is once."""
    with as_organisation(organisation_id):
        known = set(db.session.scalars(select(Checklist.id)))
        changes = [
            Change(
                "checklist",
                id_,
                organisation_id,
                {
                    "name": name,
                    "about": about,
                    "version": VERSION,
                    "questions": list(questions),
                },
            )
            for about, name, questions in SHIPPED_CHECKLISTS
            if (id_ := natural_id("checklist", organisation_id, about, str(VERSION))) not in known
        ]
        commit_changes(changes, origin=origin, actor_id=actor_id, grants=None)
    return len(changes)
