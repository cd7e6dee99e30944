"""`walkround import`: a list is shown and written only when told to; a tablet's work is taken."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from server.run.people import only_organisation, organisation_of_school


def gias(app: Flask, file: Path, organisation: str | None, *, apply: bool) -> int:
    """Read the register's download for one organisation; print the report."""
    from server.estate.imports import import_gias

    organisation_id = only_organisation(app, organisation)
    report = import_gias(app, organisation_id, file, apply=apply)
    return _print(report.lines(), apply=apply)


def assets(app: Flask, file: Path, urn: str, *, apply: bool) -> int:
    """Read a list of kit for one school; print the report."""
    from server.estate.imports import import_assets

    organisation_id = organisation_of_school(app, urn)
    report = import_assets(app, organisation_id, urn, file, apply=apply)
    return _print(report.lines(), apply=apply)


def unsent(app: Flask, file: Path, organisation: str | None) -> int:
    """Take a tablet's export into its organisation; print what became of it."""
    from server.core.unit import unit_of_work
    from server.exchange.unsent import import_unsent
    from server.exchange.unsent_file import UnsentFile

    with file.open("rb") as stream:
        read = UnsentFile(stream)
        if organisation is not None or read.unsent.organisation_id is None:
            organisation_id = only_organisation(app, organisation)
        else:
            organisation_id = read.unsent.organisation_id
        with unit_of_work(organisation_id, app):
            done = import_unsent(read, organisation_id, None)
    said = ", ".join(f"{n} {status}" for status, n in sorted(done.outcomes.items()))
    click.echo(f"{done.changes} changes: {said or 'none'}. {done.photos} photos.")
    return 0


def _print(lines: list[str], *, apply: bool) -> int:
    for line in lines:
        click.echo(line)
    if not apply:
        click.echo("Run it again with --apply to write this.")
    return 0
