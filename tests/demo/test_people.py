"""The demo's people: what chance draws for them is always taken."""

from __future__ import annotations

import secrets

import pytest

from server.core.tenancy import as_organisation
from server.demo.people import invite
from tests.world import NORTH, World


def test_a_drawn_password_that_the_rules_refuse_is_drawn_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its letters alone are "abc", one of those tried first.
    refused = ["2090a4", "7631b8", "59c302"]
    draw = secrets.token_hex
    monkeypatch.setattr(secrets, "token_hex", lambda n: refused.pop(0) if refused else draw(n))
    with world.app.app_context(), as_organisation(world.organisations[NORTH]):
        (person,) = invite(trust_id=None, school_id=world.schools["alder"], other=True)
    assert not refused
    assert "59c302" not in person.password
