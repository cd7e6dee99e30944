"""`walkround backup`, `restore` and `new-epoch` as the shell runs them."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from pathlib import Path

import click
from flask import Flask

from server.core.blobs import FolderBlobs
from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.restore import (
    BACKED_UP,
    awaited,
    mint_epoch,
    note_backed_up,
    note_restored,
)
from server.run.backup import Backup, BackupError, blobs_in, check_backup, make_backup
from server.run.dumps import DumpError, bring_back, is_empty
from server.settings import Settings


def backup(app: Flask, file: Path) -> int:
    """Make and prove a backup, and tell the devices how far it goes."""
    settings: Settings = app.extensions["settings"]
    try:
        made = make_backup(settings, file)
    except (BackupError, DumpError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{file}: {len(made.files) - 1} photos, {len(made.facts.clients)} devices.")
    if made.missing:
        click.echo(f"{len(made.missing)} photos are missing on this server; devices keep theirs.")
        return 1
    _tell_devices(app, made)
    click.echo("Read back and found whole.")
    return 0


def _tell_devices(app: Flask, made: Backup) -> None:
    from server.accounts.audit import record_event
    from server.worker import organisation_ids

    for organisation_id in organisation_ids(app):
        with unit_of_work(organisation_id, app):
            devices = note_backed_up(db.session.connection(), organisation_id, _mids(made))
            about: dict[str, str | int] = {"made_at": made.made_at, "devices": devices}
            record_event(organisation_id, BACKED_UP, actor_id=None, about=about)


def restore(settings: Settings, file: Path) -> int:
    """Bring a backup back on an empty machine, with a new epoch."""
    if not is_empty(settings.owner_url):
        raise click.ClickException("People work with this database. Restore on an empty one.")
    try:
        with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.data) as folder:
            copy = Path(folder) / "database"
            found = check_backup(file, copy)
            _same_kind(settings, found)
            blobs = FolderBlobs(settings.blobs)
            for organisation_id, data in blobs_in(file, found):
                blobs.put(organisation_id, data)
            bring_back(settings.owner_url, copy, str(uuid.uuid4()))
    except (BackupError, DumpError) as fault:
        raise click.ClickException(str(fault)) from fault
    _after(settings, found)
    made = dt.datetime.fromtimestamp(found.made_at / 1000, tz=dt.UTC)
    click.echo(f"Restored what was there on {made:%d %B %Y at %H:%M} UTC.")
    click.echo("Devices offer again what they did since. walkround awaited lists them.")
    return 0


def _same_kind(settings: Settings, found: Backup) -> None:
    here = "sqlite" if settings.owner_url.startswith("sqlite") else "postgresql"
    if found.facts.dialect != here:
        raise BackupError(f"The backup is of {found.facts.dialect}, this database is {here}.")


def _after(settings: Settings, found: Backup) -> None:
    """Bring the schema to this build's, and note the restore in every organisation's log."""
    from server.app import create_app
    from server.core.migrate import migrate

    migrate(settings.owner_url)
    about: dict[str, str | int] = {"made_at": found.made_at, "missing": len(found.missing)}
    app = create_app(settings)
    _note(app, about, found)
    with app.app_context():
        db.engine.dispose()


def new_epoch(app: Flask) -> int:
    """Mint an epoch for a database that was brought back by other means."""
    with unit_of_work(None, app):
        mint_epoch(db.session.connection())
    _note(app, {}, None)
    click.echo("Every device will ask where to go on and offer again what it holds.")
    return 0


def _note(app: Flask, about: dict[str, str | int], found: Backup | None) -> None:
    from server.worker import organisation_ids

    for organisation_id in organisation_ids(app):
        with unit_of_work(organisation_id, app):
            note_restored(organisation_id, about)
            if found is not None:
                note_backed_up(db.session.connection(), organisation_id, _mids(found))


def _mids(made: Backup) -> dict[tuple[str, str], int]:
    return {(owner, client): mid for owner, client, mid in made.facts.clients}


def list_awaited(app: Flask) -> int:
    """Print the devices that may still hold what a restore took back."""
    from server.worker import organisation_ids

    count = 0
    for organisation_id in organisation_ids(app):
        with unit_of_work(organisation_id, app):
            for device in awaited(db.session.connection(), organisation_id):
                seen = dt.datetime.fromtimestamp(device.last_seen / 1000, tz=dt.UTC)
                where = f"device {device.device_id or 'unknown'} of person {device.user_id}"
                click.echo(f"{where}: {device.state}, last seen {seen:%d %B %Y %H:%M} UTC")
                count += 1
    click.echo("No device is awaited." if count == 0 else f"{count} devices are awaited.")
    return 0
