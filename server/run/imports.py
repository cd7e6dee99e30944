"""`walkround import`: read a list, show what would happen, and write it only when told to."""

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


def _print(lines: list[str], *, apply: bool) -> int:
    for line in lines:
        click.echo(line)
    if not apply:
        click.echo("Run it again with --apply to write this.")
    return 0
