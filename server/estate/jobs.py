"""Background work of the estate: apply a list that was put in the imports folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import select

from server.core.database import db
from server.core.extension import extension
from server.core.problems import Problem
from server.core.queue import JobContext, enqueue
from server.estate.imports.assets import apply_list, read_list
from server.estate.models import School


def queue_import(path: Path, school_id: str, *, actor_id: str | None) -> str:
    """Keep a copy of the file, write the job's row and return the job's id."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = f"{school_id}-{path.stat().st_mtime_ns}{path.suffix.lower()[:8]}"
    shutil.copyfile(path, folder / kept)
    args = {"school_id": school_id, "kept": kept, "file_name": path.name}
    return enqueue("estate.import_apply", args, queue="heavy", actor_id=actor_id)


def import_apply(job: JobContext, school_id: str, kept: str, file_name: str) -> dict[str, object]:
    """Apply a kept list to a school. Run twice it goes on, or updates and never doubles."""
    if Path(kept).name != kept:
        raise Problem("bad_value", "That is not a kept file.")
    name = db.session.scalar(select(School.name).where(School.id == school_id))
    if name is None:
        raise Problem("not_found", "The school is no longer there.")
    found = read_list(_folder() / kept, school_id, name)
    db.session.rollback()  # what was read is read again in each chunk
    report = apply_list(
        found,
        job.chunk,
        actor_id=job.actor_id,
        progress=lambda done, total: job.progress(done, total, f"{done:,} of {total:,} rows"),
    )
    report.file_name = file_name
    return report.to_json()


def _folder() -> Path:
    data: Path = extension("settings").data
    return data / "imports"
