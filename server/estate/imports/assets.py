"""Import a school's list of assets: dry run, then chunks that are each whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert

from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.tenancy import current_organisation
from server.estate.imports.mapping import ColumnMap, propose
from server.estate.imports.matching import Decision, decide, source_key
from server.estate.imports.reading import Table, read_table
from server.estate.imports.report import Report
from server.estate.imports.rows import Said, read_rows
from server.estate.imports.runs import Run, open_run
from server.estate.imports.store import import_source, load_known, type_names
from server.estate.models import ImportSource
from server.estate.services.labels import claim_codes
from server.estate.services.writing import write_all
from server.exchange.commit import Change
from sync.codec import JsonValue
from sync.ids import natural_id

CHUNK = 500
Chunk = Callable[[], AbstractContextManager[None]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AssetList:
    """A list that has been read and understood, for one school."""

    school_id: str
    school_name: str
    file_name: str
    sha256: str
    table: Table
    columns: ColumnMap
    rows: tuple[Said, ...]

    def report(self) -> Report:
        return Report(
            self.file_name,
            self.school_name,
            self.table.how,
            rows=len(self.rows),
            columns=self.columns.pairs(),
            personal=self.columns.personal,
            unused=self.columns.unused,
        )


def read_list(
    path: Path, school_id: str, school_name: str, chosen: Mapping[str, str] | None = None
) -> AssetList:
    """Read a file for one school; only reads the database. Raises what reading it raises."""
    table = read_table(path)
    columns = propose(table.headers, chosen)
    rows = tuple(read_rows(table, columns, type_names()))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return AssetList(school_id, school_name, path.name, sha256, table, columns, rows)


def try_out(found: AssetList) -> Report:
    """Decide every row and write nothing."""
    report = found.report()
    for rows in _chunks(found.rows, 0):
        known = load_known(found.school_id, rows)
        for said in rows:
            decision = decide(said, known)
            report.add(said.number, decision.fate, decision.words)
    return report


def apply_list(
    found: AssetList,
    chunk: Chunk,
    *,
    actor_id: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Apply a list chunk by chunk, going on where an interrupted run of the same file stopped.

    Each chunk writes its assets, their tags, the memory of their rows and the count of rows done
    in one transaction: after a kill a chunk is there whole or not at all.
    """
    report = found.report()
    done = 0
    while True:
        with chunk():
            run = open_run("assets", found.school_id, found.file_name, found.sha256, report)
            done = run.applied
            rows = found.rows[done : done + CHUNK]
            _apply_chunk(found, run, rows, report, actor_id)
            done += len(rows)
            report.applied = done >= len(found.rows)
            run.keep(done, report)
        if progress is not None:
            progress(done, len(found.rows))
        if report.applied:
            return report


def _apply_chunk(
    found: AssetList,
    run: Run,
    rows: tuple[Said, ...],
    report: Report,
    actor_id: str | None,
) -> None:
    known = load_known(found.school_id, rows)
    decisions = [decide(said, known) for said in rows]
    _claim_tags(decisions)
    changes: list[Change] = []
    kept: list[tuple[Said, str]] = []
    for decision in decisions:
        report.add(decision.said.number, decision.fate, decision.words)
        if decision.fate in {"new", "matched"}:
            asset_id = decision.asset_id or new_id()
            changes.extend(_changes(found.school_id, asset_id, decision))
            if known.rows_before.get(source_key(decision.said)) != decision.said.sha256:
                kept.append((decision.said, asset_id))
    if changes:
        write_all(changes, origin=run.id, actor_id=actor_id)
    _remember(found.school_id, run.id, kept)


def _changes(school_id: str, asset_id: str, decision: Decision) -> Iterator[Change]:
    if decision.fields:
        yield Change("asset", asset_id, school_id, decision.fields)
    if decision.bind is not None:
        tag_id = natural_id("tag", current_organisation(), decision.bind)
        bound: dict[str, JsonValue] = {
            "code": decision.bind,
            "asset_id": asset_id,
            "bound_at": now_ms(),
        }
        yield Change("tag", tag_id, school_id, bound)


def _claim_tags(decisions: list[Decision]) -> None:
    """Take codes of ours that were never issued, so that no label will ever carry them again."""
    codes = [d.bind for d in decisions if d.bind is not None]
    if codes:
        claim_codes(codes)


def _remember(school_id: str, run_id: str, kept: list[tuple[Said, str]]) -> None:
    """Keep which asset each row became, with its hash: the same row later writes nothing."""
    if not kept:
        return
    source = import_source(school_id)
    keys = [source_key(said) for said, _ in kept]
    db.session.execute(
        delete(ImportSource).where(
            ImportSource.organisation_id == current_organisation(),
            ImportSource.source == source,
            ImportSource.key.in_(keys),
        ),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(
        insert(ImportSource),
        [
            {
                "organisation_id": current_organisation(),
                "source": source,
                "key": source_key(said),
                "asset_id": asset_id,
                "row_sha256": said.sha256,
                "run_id": run_id,
            }
            for said, asset_id in kept
        ],
    )


def _chunks(rows: tuple[Said, ...], start: int) -> Iterator[tuple[Said, ...]]:
    for at in range(start, len(rows), CHUNK):
        yield rows[at : at + CHUNK]
