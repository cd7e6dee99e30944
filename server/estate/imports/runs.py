"""How far a file has been applied: one row per file and place, locked while a chunk is written."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.tenancy import current_organisation
from server.estate.imports.report import Report
from server.estate.models import ImportRun


@dataclass(slots=True)
class Run:
    """An import run, held for this transaction."""

    row: ImportRun

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def applied(self) -> int:
        return self.row.applied

    def keep(self, applied: int, report: Report) -> None:
        """Write how far it is, in the transaction that wrote the rows."""
        self.row.applied = applied
        self.row.report = report.to_json()
        self.row.state = "done" if report.applied else "applying"
        self.row.finished_at = now_ms() if report.applied else None
        db.session.flush()


def open_run(kind: str, school_id: str | None, file_name: str, sha256: str, report: Report) -> Run:
    """Return the run of this file, locked: begun, taken up where it stopped, or begun anew.

    A finished run begins anew, because what it wrote may have been changed since.
    """
    row = db.session.scalars(
        select(ImportRun)
        .where(
            ImportRun.kind == kind,
            ImportRun.school_id.is_(None)
            if school_id is None
            else ImportRun.school_id == school_id,
            ImportRun.sha256 == sha256,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = ImportRun(
            organisation_id=current_organisation(),
            id=new_id(),
            kind=kind,
            school_id=school_id,
            file_name=file_name,
            sha256=sha256,
            mapping=dict(report.columns),
            rows=report.rows,
            applied=0,
            report=report.to_json(),
            state="applying",
            started_at=now_ms(),
        )
        db.session.add(row)
        db.session.flush()
    elif row.state == "applying" and row.rows == report.rows:
        report.take_up(row.report["counts"], row.report["details"])
    else:
        row.applied, row.state, row.rows, row.started_at = 0, "applying", report.rows, now_ms()
        report.take_up({}, [])
    return Run(row)
