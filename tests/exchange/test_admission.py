"""Back-pressure: so many at once, some more wait, the rest come back later, and none loses."""

from __future__ import annotations

import threading
import uuid

import pytest
from werkzeug.test import TestResponse

from server.core.problems import Problem
from server.exchange.admission import PULLS, PUSHES, Door
from tests.exchange.device import Device
from tests.services import wait_until


def retry_after(response: TestResponse) -> int:
    return int(response.headers["Retry-After"])


def line(device: Device) -> bytes:
    values = {"name": "x"}
    return device.line("asset", str(uuid.uuid4()), device.world.schools["alder"], values)


def pull(device: Device) -> TestResponse:
    said = {"client_id": device.client_id, "server_epoch": device.epoch, "scopes": {}}
    return device.post("/pull", said)


def shut(monkeypatch: pytest.MonkeyPatch, door: Door, *, each: int = 99) -> None:
    """Leave no place and no room to wait."""
    for name, value in {"at_once": 0, "waiting": 0, "each": each}.items():
        monkeypatch.setattr(door, name, value)


def test_a_full_server_says_when_to_come_back_and_takes_nothing(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = line(device)
    with monkeypatch.context() as patch:
        shut(patch, PUSHES)
        shut(patch, PULLS)
        answers = [device.push(sent, first=1), pull(device)]
        scope = device.world.schools["alder"]
        answers.append(device.http.get(f"/api/sync/v1/bootstrap/{scope}"))
    for answer in answers:
        assert (answer.status_code, answer.json["slug"]) == (503, "unavailable")
        assert 2 <= retry_after(answer) <= 10
    assert device.results(sent, first=1) == [("held", "missing_parent")]
    assert pull(device).status_code == 200


def test_those_sent_away_do_not_all_return_at_once(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut(monkeypatch, PULLS)
    assert len({retry_after(pull(device)) for _ in range(40)}) > 3


def test_one_persons_many_requests_leave_room_for_others(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PULLS, "each", 1)
    other = Device(device.world, "consultant")
    other.hello()
    with PULLS.passing(device.world.people["technician"]):
        answer = pull(device)
        assert (answer.status_code, answer.json["slug"]) == (429, "too_many")
        assert 2 <= retry_after(answer) <= 10
        assert pull(other).status_code == 200
    assert pull(device).status_code == 200


def test_a_refusal_or_a_fault_gives_its_place_back(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PUSHES, "at_once", 1)
    monkeypatch.setattr(PUSHES, "waiting", 0)
    assert device.push(server_epoch="other", first=1).status_code == 409
    with monkeypatch.context() as patch:
        patch.setattr("server.exchange.api.push.receive", _fault)
        assert device.push(line(device)).status_code == 500
    assert (PUSHES.inside, PUSHES.standing) == (0, 0)
    device.mid = 0
    assert device.push(line(device)).status_code == 200


def _fault(*_: object) -> None:
    raise RuntimeError("a fault of ours")


def test_who_waits_gets_the_place_that_comes_free() -> None:
    door = Door(at_once=1, waiting=1, seconds=30, each=9)
    inside, go, done = threading.Event(), threading.Event(), []

    def first() -> None:
        with door.passing("a"):
            inside.set()
            assert go.wait(30)
        done.append("first")

    def second() -> None:
        with door.passing("b"):
            done.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert inside.wait(30)
    threads[1].start()
    wait_until(lambda: door.standing == 1)
    with pytest.raises(Problem) as refused, door.passing("c"):
        pass
    assert refused.value.slug == "unavailable", "the queue is bounded"
    go.set()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["first", "second"]
    assert (door.inside, door.standing, dict(door._of)) == (0, 0, {})


def test_who_waits_too_long_is_sent_away_and_leaves_the_queue() -> None:
    door = Door(at_once=0, waiting=1, seconds=0, each=1)
    for _ in range(2):
        with pytest.raises(Problem) as refused, door.passing("a"):
            pass
        assert refused.value.slug == "unavailable"
    assert (door.inside, door.standing, dict(door._of)) == (0, 0, {})


def test_a_waiting_push_holds_no_lock_that_another_needs(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The door stands before the transaction: who waits there keeps nobody from writing."""
    sent = line(device)
    monkeypatch.setattr(PUSHES, "at_once", 0)
    monkeypatch.setattr(PUSHES, "seconds", 30)
    answers: list[int] = []
    waiting = threading.Thread(target=lambda: answers.append(device.push(sent).status_code))
    waiting.start()
    wait_until(lambda: PUSHES.standing == 1)
    other = Device(device.world, "consultant")
    assert other.hello().status_code == 200, "a write, meanwhile"
    with PUSHES._free:
        monkeypatch.setattr(PUSHES, "at_once", 4)
        PUSHES._free.notify_all()
    waiting.join()
    assert answers == [200]


def test_the_doors_are_wider_than_the_shipped_server_has_threads() -> None:
    """The server as shipped queues by its threads; the door is what a wider one meets."""
    from server.run.serve import THREADS

    assert PUSHES.at_once + PUSHES.waiting > THREADS
    assert PULLS.at_once + PULLS.waiting > THREADS
    assert PUSHES.each > THREADS
