"""Writes the newest finding's condition onto the asset, lot or system that it is about."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from server.audits.models import Finding, Visit
from server.audits.rules import Condition, Seen, condition_changes, newest_condition
from server.core.clock import now_ms
from server.core.database import db
from server.estate.models import Asset, Lot, System
from server.exchange.commit import Change, commit_changes

SUBJECTS: dict[str, type[Asset | Lot | System]] = {
    "asset": Asset,
    "lot": Lot,
    "system": System,
}
CHUNK = 500  # ids in one IN list

Subject = tuple[str, str]


def project_conditions(
    touched: Iterable[Sequence[str]], *, origin: str | None = None
) -> list[Subject]:
    """Bring the condition of every subject of the touched findings up to date.

    ``touched`` is the list of a rate_changed job, [kind, id] each; only findings (and visits, whose
    dates order them) count here. Returns the subjects of those findings, so that the caller rates
    them too. Running it twice changes nothing.
    """
    ids: dict[str, list[str]] = defaultdict(list)
    for kind, id_ in touched:
        ids[kind].append(id_)
    subjects = set(_subjects(Finding.id, ids["finding"]))
    subjects |= set(_subjects(Finding.visit_id, ids["visit"]))
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, id_ in sorted(subjects):
        if kind in SUBJECTS:
            by_kind[kind].append(id_)
    work = origin or str(uuid.uuid4())
    for kind, kind_ids in by_kind.items():
        for chunk in _chunks(kind_ids):
            commit_changes(list(_changes(kind, chunk)), origin=work, actor_id=None, grants=None)
    return [(kind, id_) for kind, kind_ids in by_kind.items() for id_ in kind_ids]


def _subjects(column: InstrumentedAttribute[str], ids: Sequence[str]) -> Iterator[Subject]:
    for chunk in _chunks(ids):
        query = select(Finding.subject_kind, Finding.subject_id).where(column.in_(chunk))
        for row in db.session.execute(query):
            yield row.subject_kind, row.subject_id


def _changes(kind: str, ids: Sequence[str]) -> Iterator[Change]:
    seen = _seen(kind, ids)
    model = SUBJECTS[kind]
    faults = _asset_faults(ids) if kind == "asset" else {}
    query = select(model.id, model.scope_id, model.condition, model.condition_at).where(
        model.id.in_(ids), model.deleted_at.is_(None)
    )
    for id_, scope_id, grade, at in db.session.execute(query):
        after = newest_condition(seen[id_], is_lot=kind == "lot")
        if after is None:
            continue
        before = Condition(grade, at, faults.get(id_, frozenset()))
        fields = condition_changes(before, after, has_faults=kind == "asset")
        if fields:
            yield Change(kind, id_, scope_id, fields)


def _asset_faults(ids: Sequence[str]) -> dict[str, frozenset[str]]:
    rows = db.session.execute(select(Asset.id, Asset.faults).where(Asset.id.in_(ids)))
    return {row.id: _true_keys(row.faults) for row in rows}


def _seen(kind: str, ids: Sequence[str]) -> dict[str, list[Seen]]:
    """Return every finding of these subjects, of all visits of the school that they are in.

    A team may note what it met of a sister school, but only a school's own visits grade its kit.
    """
    model = SUBJECTS[kind]
    query = (
        select(Finding, Visit.starts_on)
        .join(Visit, Visit.id == Finding.visit_id)
        .join(model, (model.id == Finding.subject_id) & (model.scope_id == Visit.school_id))
        .where(
            Finding.subject_kind == kind,
            Finding.subject_id.in_(ids),
            Finding.deleted_at.is_(None),
        )
    )
    now = now_ms()
    found: dict[str, list[Seen]] = defaultdict(list)
    for finding, starts_on in db.session.execute(query):
        found[finding.subject_id].append(_one_seen(finding, starts_on, now))
    return found


def _one_seen(finding: Finding, starts_on: dt.date, now: int) -> Seen:
    began = _midnight(starts_on)
    counts = (finding.count_a, finding.count_b, finding.count_c, finding.count_d)
    a, b, c, d = (count or 0 for count in counts)
    return Seen(
        visit_on=starts_on.isoformat(),
        finding_id=finding.id,
        # A tablet's clock may be wrong: never later than now, never before the visit.
        at=min(max(finding.seen_at or began, began), max(now, began)),
        condition=finding.condition,
        counts=(a, b, c, d),
        faults=_true_keys(finding.faults),
        void=bool(finding.void),
    )


def _midnight(day: dt.date) -> int:
    start = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    return int(start.timestamp() * 1000)


def _true_keys(faults: object) -> frozenset[str]:
    if not isinstance(faults, dict):
        return frozenset()
    return frozenset(str(key) for key, value in faults.items() if value is True)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
