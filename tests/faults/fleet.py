"""The fleet: what its people do while the faults go on, and how it comes to rest afterwards."""

from __future__ import annotations

import hashlib
import io
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

from PIL import Image

from server.estate.reference import asset_type_id
from sync.ids import natural_id
from tests.faults.calls import LostError
from tests.faults.checker import DRAIN_SECONDS, Breach, judge
from tests.faults.device import RefusedError, WireDevice
from tests.faults.rig import Rig
from tests.world import PEOPLE

SCHOOL = {"consultant": "alder", "trust_it": "birch", "other_trust_it": "dover"}
VISITED = {"north": "alder", "south": "dover"}
SHARED = ("panel", "switch", "laptop1")
CONDITIONS = ("A", "B", "C", "D")
SETTLE_SECONDS = 90.0
KILLED = 0.05  # how often a device itself is killed between two steps


class Fleet:
    """All devices of a rig, each in a thread of its own while there is work."""

    def __init__(self, rig: Rig, rng: Random, *, photos: float = 0.08, most: int = 40) -> None:
        self.rig = rig
        self.rng = rng
        self.photos = photos
        self.most = most  # ops a device makes in a round
        self.longest_drain = 0.0

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let everybody work and send while the block does its harm."""
        over = threading.Event()
        seeds = [self.rng.getrandbits(64) for _ in self.rig.devices]
        with ThreadPoolExecutor(len(self.rig.devices)) as pool:
            jobs = [
                pool.submit(self._work, device, Random(seed), over)
                for device, seed in zip(self.rig.devices, seeds, strict=True)
            ]
            try:
                yield
            finally:
                over.set()
            for job in jobs:
                job.result()

    def _work(self, device: WireDevice, rng: Random, over: threading.Event) -> None:
        made = 0
        while not over.is_set():
            for _ in range(rng.randrange(1, 5) if made < self.most else 0):
                self.act(device, rng)
                made += 1
            try:
                device.sync()
            except (LostError, RefusedError):
                over.wait(rng.uniform(0.02, 0.3))
            if rng.random() < KILLED:
                device.reopen()
            over.wait(rng.uniform(0, 0.1))

    def act(self, device: WireDevice, rng: Random) -> None:
        """Do one thing that a person does: list a new asset, correct one, record a finding."""
        roll = rng.random()
        school = SCHOOL.get(device.who.name)
        if rng.random() < self.photos:
            self._photo(device, rng)
        elif school and roll < 0.35:
            self._new_asset(device, rng, school)
        elif school and roll < 0.65 and (mine := _own(device, "asset")):
            id_, scope = rng.choice(mine)
            words = f"{device.who.canary} {rng.randrange(10**6)}"
            device.edit("asset", id_, scope, {"name": words, "serial": f"S{rng.getrandbits(40)}"})
        else:
            self._finding(device, rng)

    def _new_asset(self, device: WireDevice, rng: Random, school: str) -> None:
        world = self.rig.world
        values = {
            "asset_type_id": asset_type_id(device.who.organisation, "laptop_pupil"),
            "room_id": world.rooms[f"{school}.room{rng.randrange(1, 4)}"],
            "name": f"{device.who.canary} {rng.randrange(10**6)}",
            "serial": f"S{rng.getrandbits(40)}",
        }
        id_ = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        device.edit("asset", id_, world.schools[school], values)

    def _finding(self, device: WireDevice, rng: Random) -> str:
        """Record what was met: several people meet the same things, so some values conflict."""
        world = self.rig.world
        school = VISITED[PEOPLE[device.who.name][0]]
        subject = world.assets[f"{school}.{rng.choice(SHARED)}"]
        visit = world.visits[school]
        id_ = natural_id("finding", device.who.organisation, visit, "asset", subject)
        values = {"note": f"{device.who.canary} {rng.randrange(10**6)}", "seen": True}
        values |= {"condition": rng.choice(CONDITIONS)} if rng.random() < 0.5 else {}
        key = {"visit_id": visit, "subject_kind": "asset", "subject_id": subject}
        known = device.shown("finding", id_, "visit_id")
        device.edit("finding", id_, visit, values if known else {**key, **values})
        return id_

    def _photo(self, device: WireDevice, rng: Random) -> None:
        owner = self._finding(device, rng)
        data = small_photo(rng)
        sha256 = hashlib.sha256(data).hexdigest()
        device.disk.save_photo(sha256, data)
        visit = self.rig.world.visits[VISITED[PEOPLE[device.who.name][0]]]
        values = {
            "owner_kind": "finding", "owner_id": owner, "sha256": sha256, "size": len(data),
            "taken_at": device.now(), "caption": device.who.canary,
        }  # fmt: skip
        id_ = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        device.edit("photo", id_, visit, values)

    def come_to_rest(self, number: int, *, seconds: float = DRAIN_SECONDS) -> None:
        """All is well again: everybody drains by itself, jobs end, and views are written down."""
        history = self.rig.history
        history.note("healed", round=number)
        started = time.monotonic()
        with ThreadPoolExecutor(len(self.rig.devices)) as pool:
            jobs = [
                pool.submit(self._drain, device, started, seconds) for device in self.rig.devices
            ]
            for job in jobs:
                self.longest_drain = max(self.longest_drain, job.result())
        self._settle_jobs()
        with ThreadPoolExecutor(len(self.rig.devices)) as pool:
            list(pool.map(self._look, self.rig.devices))

    def _drain(self, device: WireDevice, started: float, allowed: float) -> float:
        """Send until nothing waits; nobody does anything but let time pass."""
        pause = threading.Event()
        while True:
            is_whole = True  # nothing waits, and the server was asked: it may be another one now
            try:
                device.sync()
            except (LostError, RefusedError):
                is_whole = False
                pause.wait(0.25)
            seconds = time.monotonic() - started
            if is_whole and device.is_empty:
                self.rig.history.note("drained", client=device.client_id, seconds=seconds)
                return seconds
            if seconds > allowed:
                left = len(device.disk.waiting())
                self.rig.history.note(
                    "stalled", client=device.client_id, left=left, seconds=seconds
                )
                return seconds

    def _settle_jobs(self) -> None:
        """Let the workers come to their end; a queue that no longer shrinks has stalled.

        What a dead worker held is found by the sweep, which takes half a minute.
        """
        least, deadline = 10**9, 0.0
        pause = threading.Event()
        while waiting := self.rig.unfinished_jobs():
            if waiting < least:
                least, deadline = waiting, time.monotonic() + SETTLE_SECONDS
            if time.monotonic() > deadline:
                return
            pause.wait(0.5)

    def _look(self, device: WireDevice) -> None:
        """Fetch what the jobs changed meanwhile, and write down what is held."""
        for _ in range(20):
            try:
                device.sync()
                break
            except (LostError, RefusedError):
                threading.Event().wait(0.25)
        device.tell_view()

    def verdict(self, unjudged: frozenset[str] = frozenset()) -> list[Breach]:
        return judge(self.rig.history.events, self.rig.truth(), unjudged=unjudged)


def _own(device: WireDevice, kind: str) -> list[tuple[str, str]]:
    return sorted(
        {(op["id"], op["scope"]) for kept in device.disk.ops.values()
         if (op := kept.op)["kind"] == kind}
    )  # fmt: skip


def small_photo(rng: Random) -> bytes:
    """Return a JPEG of some 20 to 60 kB, different each time: large enough to be cut in two."""
    side = rng.randrange(90, 180)
    image = Image.frombytes("RGB", (side, side), rng.randbytes(3 * side * side))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
