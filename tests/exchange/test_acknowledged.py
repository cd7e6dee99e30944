"""What the server has answered for is in its database, whatever happens next (V1)."""

from __future__ import annotations

import random
import uuid

import pytest
from sqlalchemy import text

from server.core.database import db
from server.core.unit import unit_of_work
from server.estate.reference import asset_type_id
from sync.mutants import NONE, SWITCHED_ON, Mutants
from tests.exchange.device import Device
from tests.world import World

SEEDS = (1, 2, 3)


def lost(world: World, seed: int, mutants: Mutants = NONE) -> list[str]:
    """Push a seeded story of batches and resends; return what was answered for and is not kept."""
    rng, device = random.Random(seed), Device(world, "technician")
    device.hello()
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    answered: dict[int, bytes] = {}
    values = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    for _ in range(rng.randint(3, 6)):
        first = device.mid + 1
        lines = [
            device.line("asset", str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                        world.schools["alder"], {**values, "ram_gb": rng.randrange(64)})
            for _ in range(rng.randint(1, 5))
        ]  # fmt: skip
        for _ in range(rng.randint(1, 2)):
            token = SWITCHED_ON.set(mutants)
            reply = device.push(*lines, first=first)
            SWITCHED_ON.reset(token)
            if reply.status_code == 200 and reply.json is not None:
                mids = {found["mid"] for found in reply.json["results"]}
                answered |= {m: line for m, line in enumerate(lines, first) if m in mids}
    kept = ledger(world, device.client_id)
    return [
        f"seed {seed}: {mid} was answered for and is not in the ledger (V1)"
        for mid, line in answered.items()
        if kept.get(mid) != line
    ]


def ledger(world: World, client_id: str) -> dict[int, bytes]:
    with unit_of_work(world.organisations["north"], world.app):
        query = text("SELECT mid, body FROM sync_op WHERE client_id = :client")
        rows = db.session.execute(query, {"client": client_id})
        return {mid: bytes(body) for mid, body in rows}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_answered_for_is_in_the_ledger(world: World, seed: int) -> None:
    assert lost(world, seed) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_that_answers_before_it_commits_is_caught(world: World, seed: int) -> None:
    found = lost(world, seed, frozenset({"acknowledge_before_commit"}))
    assert any("was answered for and is not in the ledger (V1)" in fault for fault in found)
