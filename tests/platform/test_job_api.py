"""GET /api/jobs/{id}: how work is getting on, for the person who started it only."""

from __future__ import annotations

from server.core.queue import enqueue
from server.core.unit import unit_of_work
from tests.world import World


def started_by(world: World, person: str | None) -> str:
    with unit_of_work(world.organisations["north"], world.app):
        actor_id = world.people[person] if person else None
        return enqueue("planning.solve", {"plan_id": "x"}, queue="heavy", actor_id=actor_id)


def test_the_person_who_started_it_sees_how_it_is_getting_on(world: World) -> None:
    job_id = started_by(world, "trust_it")
    answer = world.client("trust_it").get(f"/api/jobs/{job_id}")
    assert answer.status_code == 200
    assert answer.json == {
        "id": job_id,
        "name": "planning.solve",
        "state": "queued",
        "done": 0,
        "total": 0,
        "message": None,
        "result": None,
        "problem": None,
    }


def test_nobody_else_sees_it(world: World) -> None:
    own, systems = started_by(world, "trust_it"), started_by(world, None)
    for person in ("consultant", "school_it", "leader", "other_trust_it"):
        client = world.client(person)
        assert client.get(f"/api/jobs/{own}").status_code == 404, person
        assert client.get(f"/api/jobs/{systems}").status_code == 404, person
    assert world.app.test_client().get(f"/api/jobs/{own}").status_code == 401


def test_an_id_that_is_none_is_simply_not_found(world: World) -> None:
    assert world.client("trust_it").get("/api/jobs/not-an-id").status_code == 404
