"""What a kept password costs to try: as shipped, and when what is shipped changes."""

from __future__ import annotations

import runpy

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from flask.testing import FlaskClient
from sqlalchemy import select

from server.accounts import passwords
from server.accounts.models import Identity
from server.core.database import db
from server.core.unit import unit_of_work
from tests.accounts.conftest import Place, sign_in


def test_what_is_shipped_takes_argon2id_with_19_mib_three_times() -> None:
    """Tests hash more cheaply (tests/conftest.py), so this asks the module itself."""
    made = runpy.run_path(str(passwords.__file__))["hash_password"]("copper kettle")
    shipped = extract_parameters(made)
    assert shipped.type is Type.ID
    assert shipped.memory_cost >= 19 * 1024
    assert shipped.time_cost >= 3


def kept(place: Place) -> str:
    with unit_of_work(None, place.app):
        secret = db.session.scalars(select(Identity.secret)).one()
        assert secret is not None
        return secret


def test_a_password_kept_at_another_cost_is_hashed_anew_at_the_next_sign_in(
    client: FlaskClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(place)
    assert sign_in(client).status_code == 200
    assert kept(place) == before
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", dearer)
    assert sign_in(client).status_code == 200
    assert extract_parameters(kept(place)).time_cost == 2
    assert sign_in(client).status_code == 200
