"""The devices that most tests of the exchange begin with."""

from __future__ import annotations

import pytest

from tests.exchange.device import Device
from tests.world import World


@pytest.fixture
def device(world: World) -> Device:
    """A technician's, after its first hello."""
    made = Device(world, "technician")
    assert made.hello().status_code == 200
    return made


@pytest.fixture
def watcher(world: World) -> Device:
    """A consultant's that has pulled two schools whole."""
    made = Device(world, "consultant")
    assert made.hello().status_code == 200
    made.watch(world.schools["alder"], world.schools["birch"])
    made.drain()
    return made
