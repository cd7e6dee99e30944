"""Settings: read once, checked together, with no default secret."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from server.settings import SettingsError, read_settings


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    wrong = {"WALKROUND_PORT": "0", "REDIS_URL": "there", "BLOB_URL": "s3://bucket"}
    with pytest.raises(SettingsError) as faults:
        read_settings({"WALKROUND_DATA": str(tmp_path), **wrong})
    assert all(name in str(faults.value) for name in wrong)


def test_each_installation_makes_its_own_secret_and_keeps_it(tmp_path: Path) -> None:
    first = read_settings({"WALKROUND_DATA": str(tmp_path / "one")})
    other = read_settings({"WALKROUND_DATA": str(tmp_path / "other")})
    again = read_settings({"WALKROUND_DATA": str(tmp_path / "one")})
    assert first.secret_key == again.secret_key != other.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "one" / "secret.key").stat().st_mode) == 0o600


def test_a_damaged_secret_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short\n")
    with pytest.raises(SettingsError, match="damaged"):
        read_settings({"WALKROUND_DATA": str(tmp_path)})


def test_the_address_of_postgresql_may_be_written_as_people_do(tmp_path: Path) -> None:
    here = {"WALKROUND_DATA": str(tmp_path), "DATABASE_URL": "postgres://desk@db/walkround"}
    assert read_settings(here).database_url == "postgresql+psycopg://desk@db/walkround"
