"""The imports as the command line calls them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from server.core.database import db
from server.core.problems import Problem
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.imports.assets import apply_list, read_list, try_out
from server.estate.imports.gias import apply_register, read_register, try_out_register
from server.estate.imports.report import Report
from server.estate.models import School


class Application(Protocol):
    """The running application, of which an import needs its context alone."""

    def app_context(self) -> AbstractContextManager[object]: ...


def import_gias(
    app: Application,
    organisation_id: str,
    path: Path,
    *,
    apply: bool = False,
    urns: Collection[str] = (),
    trust: str | None = None,
) -> Report:
    """Read schools and trusts from a GIAS file into an organisation; write only when told to.

    ``urns``, or a trust's name or code, choose a part of the file.
    """
    register = read_register(path, urns, trust)
    with app.app_context(), as_organisation(organisation_id):
        if apply:
            return apply_register(register, partial(unit_of_work, organisation_id))
        return try_out_register(register)


def import_assets(
    app: Application, organisation_id: str, urn: str, path: Path, *, apply: bool = False
) -> Report:
    """Read a list of kit into the organisation's school with this URN; write only when told to."""
    with app.app_context(), as_organisation(organisation_id):
        row = db.session.execute(
            select(School.id, School.name).where(School.urn == urn)
        ).one_or_none()
        if row is None:
            raise Problem("not_found", f"No school here has the URN {urn}. Import GIAS first.")
        found = read_list(path, *row)
        if not apply:
            return try_out(found)
        db.session.rollback()
    with app.app_context(), as_organisation(organisation_id):
        return apply_list(found, partial(unit_of_work, organisation_id))
