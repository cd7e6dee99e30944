"""Background work of the estate: apply a list that was put in the imports folder."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from server.core.database import db
from server.core.extension import extension
from server.core.problems import Problem
from server.core.queue import JobContext, enqueue
from server.estate.imports.assets import AssetList, apply_list, read_list
from server.estate.models import ImportRun, School

Json = dict[str, object]


def queue_import(path: Path, school_id: str, *, actor_id: str | None) -> str:
    """Keep a copy of the file until it is applied, write the job's row, return the job's id."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    shutil.copyfile(path, folder / _kept(school_id, sha256))
    args = {"school_id": school_id, "sha256": sha256, "file_name": path.name}
    return enqueue("estate.import_apply", args, queue="heavy", actor_id=actor_id)


def import_apply(job: JobContext, school_id: str, sha256: str, file_name: str) -> Json:
    """Apply a kept list to a school. Run twice it goes on, or updates and never doubles.

    The kept copy goes at the end, because it still holds the columns about people.
    """
    kept = _folder() / _kept(school_id, sha256)
    if not kept.exists():
        return _finished(school_id, sha256)
    try:
        found = replace(_read(kept, school_id), file_name=file_name)
    except Problem:
        kept.unlink()
        raise
    report = apply_list(
        found,
        job.chunk,
        actor_id=job.actor_id,
        progress=lambda done, total: job.progress(done, total, f"{done:,} of {total:,} rows"),
    )
    kept.unlink()
    return report.to_json()


def _read(kept: Path, school_id: str) -> AssetList:
    name = db.session.scalar(select(School.name).where(School.id == school_id))
    if name is None:
        raise Problem("not_found", "The school is no longer there.")
    try:
        return read_list(kept, school_id, name)
    finally:
        db.session.rollback()  # what was read is read again in each chunk


def _finished(school_id: str, sha256: str) -> Json:
    """Return the report of a list that an earlier try of this job applied to its end."""
    run = db.session.scalars(
        select(ImportRun).where(
            ImportRun.kind == "assets",
            ImportRun.school_id == school_id,
            ImportRun.sha256 == sha256,
            ImportRun.state == "done",
        )
    ).one_or_none()
    if run is None:
        raise Problem("gone", "The kept copy of the list is gone. Import it again.")
    report: Json = run.report
    return report


def _kept(school_id: str, sha256: str) -> str:
    return f"{school_id}-{sha256}.list"


def _folder() -> Path:
    data: Path = extension("settings").data
    return data / "imports"
