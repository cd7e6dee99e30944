"""Death and failure at the Nth system call of a request (strace), judged after each."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

import psutil

from server.app import create_app
from server.core.database import db
from server.core.migrate import migrate
from tests import services
from tests.faults.checker import judge
from tests.faults.history import History
from tests.faults.outcome import Outcome
from tests.faults.subject import settings_of
from tests.faults.truth import open_truth, read_truth
from tests.world import build_world, world_id

THINGS = ("push_some", "upload_one", "push_and_upload")
# What a request does to the disk: SQLite's log, and the bytes of photos.
DEATHS = ("pwrite64", "fdatasync", "fsync", "rename", "write")
ERRORS = (
    ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO"), ("fsync", "EIO"),
    ("write", "ENOSPC"), ("rename", "EIO"),
)  # fmt: skip
ATTACH_SECONDS = 30
HEAR_SECONDS = 60
MOST_STEPS = 400
ORGANISATION = world_id("organisation", "north")


class StepSubject:
    """A warm subject (subject.py) on a folder, and its history."""

    def __init__(self, data: Path, *, weak: bool = False) -> None:
        self.history = History()
        self.data = data
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.faults.subject", str(data)]
        with theirs:
            self.process = subprocess.Popen(
                [*command, *(["weak"] if weak else [])],
                stdin=subprocess.PIPE, stdout=theirs.fileno(), stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        self._socket = ours
        ours.settimeout(HEAR_SECONDS)
        self._said = b""
        self.child = 0
        self.client = ""
        self.status = 0

    def __enter__(self) -> Self:
        assert self.hear()["e"] == "warm"
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        # Its child has lost its parent: nobody is told when it is gone, and it holds files open.
        services.wait_until(lambda: not is_running(self.child))
        if self.process.stdin:
            self.process.stdin.close()
        self._socket.close()

    def hear(self) -> dict[str, Any]:
        """Return the next thing told."""
        while b"\n" not in self._said:
            self._read()
        line, _, self._said = self._said.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        return told

    def hear_the_rest(self) -> None:
        """Write down what has been told so far, and wait for nothing."""
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._read()
        self._socket.settimeout(HEAR_SECONDS)
        *lines, self._said = self._said.split(b"\n")
        for line in lines:
            self.note(json.loads(line))

    def _read(self) -> None:
        part = self._socket.recv(65536)
        if not part:
            raise RuntimeError("the subject ended")
        self._said += part

    def say(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(words.encode() + b"\n")
        self.process.stdin.flush()

    def prepare(self, thing: str, seed: int) -> None:
        """Fork a child that waits for its sign."""
        self.client = str(uuid.uuid5(uuid.NAMESPACE_URL, f"subject:{seed}"))
        self.say(f"{thing} {seed}")
        self.child = int(self.hear()["pid"])

    def run(self) -> bool:
        """Give the sign and write down what is told; return whether it came to its end."""
        self.say("go")
        self.status = 0
        while (told := self.hear())["e"] != "ended":
            self.note(told)
        return int(told["how"]) == 0

    def note(self, told: dict[str, Any]) -> None:
        """Write what the subject told into the history, in the words of a device."""
        if told["e"] == "made":
            self.history.note(
                "made", client=self.client, mid=told["mid"], sha=told["sha"], kind="asset", id="",
                scope="", set={}, organisation=ORGANISATION,
            )  # fmt: skip
        elif told["e"] == "acked":
            facts = {name: told[name] for name in ("mid", "status", "code")}
            self.history.note("acked", client=self.client, **facts)
        elif told["e"] == "stored":
            self.history.note(
                "stored", client=self.client, organisation=ORGANISATION, sha256=told["sha256"]
            )
        elif told["e"] == "done":
            self.status = told["status"]

    def left(self) -> None:
        """What was never acknowledged is still with its device, which will send it again."""
        events = [one for one in self.history.events if one.get("client") == self.client]
        acked = {one["mid"] for one in events if one["e"] == "acked"}
        mids = sorted({one["mid"] for one in events if one["e"] == "made"} - acked)
        self.history.note("left", client=self.client, mids=mids)


def is_running(pid: int) -> bool:
    """Return whether a process still holds anything; one that waits to be reaped does not."""
    if not pid:
        return False
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def prepared(parent: Path | None = None) -> Iterator[Path]:
    """Make a folder with the world in an SQLite database."""
    home = Path(tempfile.mkdtemp(prefix="walkround-steps-", dir=parent))
    try:
        populate(home)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def populate(data: Path) -> None:
    settings = settings_of(data)
    migrate(settings.owner_url)
    app = create_app(settings)
    build_world(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextlib.contextmanager
def injected(pid: int, call: str, what: str) -> Iterator[None]:
    """Have strace do something at one call of a process, for the block."""
    command = ["strace", "-f", "-qq", "-p", str(pid), "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:{what}", "-o", "/dev/null"]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_traced(pid, tracer)
        yield
    finally:
        tracer.terminate()
        tracer.wait(10)


def _wait_until_traced(pid: int, tracer: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + ATTACH_SECONDS
    status = Path(f"/proc/{pid}/status")
    while f"TracerPid:\t{tracer.pid}\n" not in status.read_text():
        if tracer.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("strace does not attach")
        time.sleep(0.005)


Plan = tuple[str, str, str]  # the thing done, the call that is hit, and what happens there
DEATH_PLANS: tuple[Plan, ...] = tuple(
    (thing, call, "signal=KILL") for call in DEATHS for thing in THINGS
)
ERROR_PLANS: tuple[Plan, ...] = tuple(
    (thing, call, f"error={error}") for call, error in ERRORS for thing in THINGS
)


def run_deaths(seed: int, *, seconds: float, least: int) -> Outcome:
    """F04: SIGKILL at the Nth call of each kind, for each thing, then the same lines again."""
    outcome = Outcome("F04", "killed at each step", "sqlite", seed)
    return _run_steps(outcome, DEATH_PLANS, seed, seconds, least)


def run_errors(seed: int, *, seconds: float, least: int) -> Outcome:
    """F06: EIO and ENOSPC at the Nth call; nothing may be acknowledged that is not there."""
    outcome = Outcome("F06", "calls that fail", "sqlite", seed)
    return _run_steps(outcome, ERROR_PLANS, seed, seconds, least)


def run_some_steps(seed: int, count: int) -> Outcome:
    """Take some steps of F04 and F06 anywhere: what a short run can afford."""
    outcome = Outcome("F04", "some steps", "sqlite", seed)
    rng = Random(seed)
    with prepared() as data, StepSubject(data) as subject:
        for _ in range(count):
            thing, call, what = rng.choice((*DEATH_PLANS, *ERROR_PLANS))
            seed += 1
            step = f"{what}:when={rng.randrange(1, 9)}"
            _one_step(subject, outcome, (thing, call, step), seed)
    return outcome


def _run_steps(
    outcome: Outcome, plan: Sequence[Plan], seed: int, seconds: float, least: int
) -> Outcome:
    started = time.monotonic()
    with prepared() as data, StepSubject(data) as subject:
        for thing, call, what in plan:
            for step in range(1, MOST_STEPS):
                if outcome.runs >= least and time.monotonic() - started > seconds:
                    break
                seed += 1
                hit = _one_step(subject, outcome, (thing, call, f"{what}:when={step}"), seed)
                if outcome.breaches or not hit:
                    break  # past the last call of this kind
    outcome.records = sum(one["e"] == "made" for one in subject.history.events)
    outcome.seconds = time.monotonic() - started
    return outcome


def _one_step(subject: StepSubject, outcome: Outcome, plan: Plan, seed: int) -> bool:
    """Do a thing with one call hit, then again unharmed; judge both; return whether it was hit."""
    thing, call, what = plan
    subject.prepare(thing, seed)
    with injected(subject.child, call, what):
        whole = subject.run()
    hit = not whole or subject.status != 200
    outcome.runs += 1
    if subject.status >= 300:
        name = f"answered {subject.status}"
        outcome.notes[name] = outcome.notes.get(name, 0) + 1
    subject.left()
    where = f"{thing} {call} {what}"
    _judge(subject, outcome, f"{where}, before it was sent again")
    if hit:
        subject.prepare(thing, seed)
        if not subject.run() or subject.status != 200:
            outcome.breaches.append(f"V5: {where}: sent again it was answered {subject.status}")
        subject.left()
        _judge(subject, outcome, f"{where}, sent again")
    return hit


def _judge(subject: StepSubject, outcome: Outcome, where: str) -> None:
    engine = open_truth(f"sqlite:///{subject.data}/walkround.db")
    try:
        truth = read_truth(engine, subject.data / "blobs")
    finally:
        engine.dispose()
    # No device fetched anything, and no worker runs here.
    for breach in judge(subject.history.events, truth):
        outcome.breaches.append(f"{breach} ({where})")
        outcome.lost += breach.invariant in {"V1", "V3"}
