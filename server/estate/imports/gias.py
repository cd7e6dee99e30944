"""Import schools and trusts from the register of English schools (GIAS), matched by URN alone.

The head's name and every other column about a person is never read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from server.core.clock import new_id
from server.core.database import db
from server.core.problems import Problem
from server.estate.imports.mapping import header_key, is_personal
from server.estate.imports.matching import Fate
from server.estate.imports.reading import Row, Table, read_table
from server.estate.imports.report import Report
from server.estate.imports.runs import open_run
from server.estate.models import School, Trust
from server.estate.services.schools import NewSchool, create_schools, create_trust, set_trust
from server.estate.services.writing import write_all
from server.exchange.commit import Change

CHUNK = 100
MOST_NEW = 1000  # schools in one go: more is somebody else's estate
COLUMNS = {
    "urn": "URN",
    "name": "EstablishmentName",
    "phase": "PhaseOfEducation (name)",
    "type_group": "EstablishmentTypeGroup (name)",
    "pupils": "NumberOfPupils",
    "postcode": "Postcode",
    "status": "EstablishmentStatus (name)",
    "closed_on": "CloseDate",
    "trust_uid": "Trusts (code)",
    "trust_name": "Trusts (name)",
}
NEEDED = ("urn", "name")
WIRE = ("name", "phase", "type_group", "pupils", "postcode")
ACADEMIES = ("academ", "free school")


@dataclass(frozen=True, slots=True)
class Entry:
    """One establishment of the register, or why its row is refused."""

    number: int
    urn: str
    name: str
    fields: dict[str, str | int]
    trust_uid: str | None
    trust_name: str | None
    closed: str | None
    refused: tuple[Fate, str] | None = None

    @property
    def year_start_month(self) -> int:
        """Academies count from September, maintained schools from April."""
        group = str(self.fields.get("type_group", "")).lower()
        return 9 if any(word in group for word in ACADEMIES) else 4


@dataclass(frozen=True, slots=True)
class Register:
    """A register file as read, or the part of it that was chosen."""

    file_name: str
    sha256: str
    table: Table
    entries: tuple[Entry, ...]

    def report(self) -> Report:
        keys = [(header, header_key(header)) for header in self.table.headers]
        used = [(header, name) for name, header in COLUMNS.items() if header in self.table.headers]
        return Report(
            self.file_name,
            "schools and trusts",
            self.table.how,
            rows=len(self.entries),
            columns=tuple(used),
            personal=tuple(header for header, key in keys if is_personal(key)),
        )


def read_register(path: Path, urns: Collection[str] = (), trust: str | None = None) -> Register:
    """Read a GIAS file; ``urns`` or a trust's code or name choose a part of it."""
    table = read_table(path)
    places = {name: table.headers.index(h) for name, h in COLUMNS.items() if h in table.headers}
    missing = [COLUMNS[name] for name in NEEDED if name not in places]
    if missing:
        raise Problem("bad_value", f"This is not a GIAS file: it has no column {missing[0]}.")
    entries = [_entry(row, places) for row in table.rows]
    chosen = [entry for entry in entries if _is_chosen(entry, urns, trust)]
    sha256 = hashlib.sha256(path.read_bytes() + repr((sorted(urns), trust)).encode()).hexdigest()
    return Register(path.name, sha256, table, tuple(_refuse_twins(chosen)))


def _entry(row: Row, places: dict[str, int]) -> Entry:
    said = {name: row.cells[at] for name, at in places.items() if at < len(row.cells)}
    urn, name = said.get("urn", ""), said.get("name", "")
    fields: dict[str, str | int] = {key: said[key][:200] for key in WIRE if said.get(key)}
    pupils = fields.pop("pupils", "")
    if isinstance(pupils, str) and pupils.isascii() and pupils.isdigit() and len(pupils) < 6:
        fields["pupils"] = int(pupils)
    if "postcode" in fields:
        fields["postcode"] = str(fields["postcode"])[:10]
    uid = said.get("trust_uid", "")
    in_trust = uid.isascii() and uid.isdigit() and uid.strip("0") != ""
    closed = said.get("closed_on") or "an unknown day"
    return Entry(
        number=row.number,
        urn=urn,
        name=name,
        fields=fields,
        trust_uid=uid if in_trust else None,
        trust_name=said.get("trust_name") or uid if in_trust else None,
        closed=closed if said.get("status", "").lower() == "closed" else None,
        refused=_refusal(urn, name),
    )


def _refusal(urn: str, name: str) -> tuple[Fate, str] | None:
    if not (urn.isascii() and urn.isdigit() and len(urn) == 6):
        return "junk", f"“{urn}” is not a URN of six digits"
    return None if name else ("junk", f"URN {urn} has no name")


def _is_chosen(entry: Entry, urns: Collection[str], trust: str | None) -> bool:
    if not urns and trust is None:
        return True
    wanted = (trust or "").strip().lower()
    return entry.urn in urns or bool(
        wanted and wanted in {entry.trust_uid, (entry.trust_name or "").lower()}
    )


def _refuse_twins(entries: Iterable[Entry]) -> Iterable[Entry]:
    first: dict[str, int] = {}
    for entry in entries:
        earlier = first.setdefault(entry.urn, entry.number)
        if entry.refused is None and earlier != entry.number:
            twin: tuple[Fate, str] = ("conflicting", f"URN {entry.urn} is on row {earlier} too")
            yield Entry(
                entry.number, entry.urn, entry.name, {}, None, None, entry.closed, refused=twin
            )
        else:
            yield entry


@dataclass(slots=True)
class Plan:
    """What a chunk of the register asks for."""

    schools: list[NewSchool]
    changes: list[Change]
    moves: dict[str, str]  # school -> trust


def try_out_register(register: Register) -> Report:
    """Decide every entry and write nothing."""
    report = register.report()
    _plan(register.entries, report, make_trust=lambda _uid, _name: new_id())
    return report


def apply_register(
    register: Register,
    chunk: Callable[[], AbstractContextManager[None]],
    *,
    actor_id: str | None = None,
) -> Report:
    """Apply a register chunk by chunk, going on where an interrupted run stopped."""
    found = try_out_register(register)
    if found.counts["new"] > MOST_NEW:
        raise Problem(
            "too_large",
            f"This would create {found.counts['new']:,} schools. Choose some by URN or by trust.",
        )
    report = register.report()
    while not report.applied:
        with chunk():
            run = open_run("gias", None, register.file_name, register.sha256, report)
            done = run.applied
            entries = register.entries[done : done + CHUNK]
            _write(entries, report, run.id, actor_id)
            report.applied = done + len(entries) >= len(register.entries)
            run.keep(done + len(entries), report)
    return report


def _write(entries: tuple[Entry, ...], report: Report, run_id: str, actor_id: str | None) -> None:
    plan = _plan(entries, report, make_trust=_make_trust)
    if plan.schools:
        create_schools(plan.schools, origin=run_id, actor_id=actor_id)
    write_all(plan.changes, origin=run_id, actor_id=actor_id)
    for school_id, trust_id in plan.moves.items():
        set_trust(school_id, trust_id)


def _make_trust(uid: str, name: str) -> str:
    return create_trust(name, group_uid=uid)


def _plan(entries: Iterable[Entry], report: Report, make_trust: Callable[[str, str], str]) -> Plan:
    entries = tuple(entries)
    plan = Plan([], [], {})
    held = _held(entry.urn for entry in entries)
    trusts = {uid: id_ for uid, id_ in db.session.execute(select(Trust.group_uid, Trust.id)) if uid}
    for entry in entries:
        school = held.get(entry.urn)
        if entry.refused is not None:
            report.add(entry.number, *entry.refused)
            continue
        if school is None and entry.closed is not None:
            report.add(entry.number, "junk", f"{entry.name} was closed on {entry.closed}")
            continue
        trust_id = None
        if entry.trust_uid is not None:
            trust_id = trusts.get(entry.trust_uid)
            if trust_id is None:
                trust_id = make_trust(entry.trust_uid, str(entry.trust_name))
                trusts[entry.trust_uid] = trust_id
        if school is None:
            plan.schools.append(_new(entry, trust_id))
            where = f"in {entry.trust_name}" if trust_id else "stands alone"
            report.add(entry.number, "new", f"{entry.name}, {where}")
        else:
            report.add(entry.number, "matched", _update(plan, school, entry, trust_id))
    return plan


def _held(urns: Iterable[str]) -> dict[str, School]:
    wanted = sorted(set(urns))
    found: dict[str, School] = {}
    for at in range(0, len(wanted), 500):
        rows = db.session.scalars(select(School).where(School.urn.in_(wanted[at : at + 500])))
        found.update({str(school.urn): school for school in rows})
    return found


def _new(entry: Entry, trust_id: str | None) -> NewSchool:
    pupils = entry.fields.get("pupils")
    texts = {key: str(entry.fields[key]) for key in WIRE if key in entry.fields}
    return NewSchool(
        name=entry.name,
        urn=entry.urn,
        phase=texts.get("phase"),
        type_group=texts.get("type_group"),
        pupils=pupils if isinstance(pupils, int) else None,
        postcode=texts.get("postcode"),
        year_start_month=entry.year_start_month,
        trust_id=trust_id,
    )


def _update(plan: Plan, school: School, entry: Entry, trust_id: str | None) -> str:
    """Add what differs to the plan and say it. A trust is joined, never left, by a register."""
    words = [f"{school.name} by URN"]
    fields = {key: value for key, value in entry.fields.items() if getattr(school, key) != value}
    if fields:
        plan.changes.append(Change("school", school.id, school.id, fields))
        words.append("updates " + ", ".join(sorted(key.replace("_", " ") for key in fields)))
    if trust_id is not None and school.trust_id != trust_id:
        plan.moves[school.id] = trust_id
        words.append(f"joins {entry.trust_name}")
    if entry.closed is not None:
        words.append(f"was closed on {entry.closed}")
    return "; ".join(words)
