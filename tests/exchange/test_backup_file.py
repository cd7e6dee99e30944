"""The file of a backup: whole or refused, and never restored over anybody's work."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from server.core.blobs import FolderBlobs
from server.core.migrate import migrate
from server.run import restore as shell
from server.run.backup import LIST, BackupError, check_backup, make_backup
from server.run.dumps import DumpError
from tests.exchange.device import Device
from tests.exchange.elsewhere import (
    SHA,
    Elsewhere,
    moved,
    new_asset,
    send_photo,
    settings_of,
)


def test_a_restore_over_peoples_work_is_refused(walker: Device, backup: Callable[[], Path]) -> None:
    file = backup()
    walker.results(new_asset(walker))
    with pytest.raises(click.ClickException, match="empty"):
        shell.restore(settings_of(walker.world.app), file)
    assert walker.hello().json["last_mid"] == 1


def test_a_migrated_database_without_anybody_may_be_restored_to(
    walker: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    walker.results(new_asset(walker))
    file = backup()
    migrate(elsewhere.settings.owner_url)
    moved(walker, elsewhere.bring_back(file))
    assert walker.hello().json["last_mid"] == 1


def test_a_damaged_backup_brings_nothing_back(
    walker: Device, backup: Callable[[], Path], elsewhere: Elsewhere
) -> None:
    send_photo(walker)
    file = backup()
    whole = file.read_bytes()
    with tarfile.open(file, "r:") as tar:
        places = {member.name: member.offset_data for member in tar.getmembers()}
    for name, at in places.items():
        torn = bytearray(whole)
        torn[at + 5] ^= 0xFF
        file.write_bytes(torn)
        with pytest.raises((BackupError, DumpError)):
            check_backup(file)
        with pytest.raises(click.ClickException):
            shell.restore(elsewhere.settings, file)
        assert name
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError):
        check_backup(file)
    file.write_bytes(whole)
    assert LIST in places
    moved(walker, elsewhere.bring_back(file))


def test_a_missing_photo_keeps_the_devices_copies(walker: Device, tmp_path: Path) -> None:
    world = walker.world
    send_photo(walker)
    walker.results(new_asset(walker))
    FolderBlobs(settings_of(world.app).blobs).delete(world.organisations["north"], SHA)
    assert shell.backup(world.app, tmp_path / "b.tar") == 1
    assert walker.hello().json["backed_up_mid"] is None
    made = make_backup(settings_of(world.app), tmp_path / "c.tar")
    assert made.missing == ((world.organisations["north"], SHA),)


def test_a_backup_that_fails_leaves_no_file_and_tells_nobody(
    walker: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker.results(new_asset(walker))

    def torn(*_: object) -> None:
        raise BackupError("read back and not the same")

    monkeypatch.setattr("server.run.backup.check_backup", torn)
    with pytest.raises(click.ClickException):
        shell.backup(walker.world.app, tmp_path / "b.tar")
    assert list(tmp_path.glob("b.tar*")) == []
    assert walker.hello().json["backed_up_mid"] is None
