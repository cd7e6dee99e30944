"""The world that other tests stand on is itself whole."""

from __future__ import annotations

import pytest

from tests.world import PEOPLE, World


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_everybody_can_act_for_their_own_organisation(world: World, person: str) -> None:
    answer = world.client(person).get("/api/session")
    assert answer.status_code == 200
    assert answer.json["organisation"]["id"] == world.organisation_of(person)
    assert PEOPLE[person][1] in answer.json["roles"]
