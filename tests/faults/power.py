"""The power cut: an ext4 in a file, whose cache in memory a cut loses, as a machine's would be.

The subject works on the mounted file system; it is stopped at a random moment and the file behind
the mount is copied: what no fsync had reached is not in the copy. The copy is mounted, recovered
and judged. The same harness with synchronous=NORMAL must lose acknowledged work, or it proves
nothing. It models a lost cache, not a drive that lies nor torn writes below the loop device.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.faults.checker import Breach, judge
from tests.faults.needs import pause
from tests.faults.outcome import Outcome
from tests.faults.steps import StepSubject, populate
from tests.faults.truth import open_truth, read_truth

IMAGE_MB = 96
CUTS_OF_ONE = 12
# A cut before the first acknowledgement says nothing.
FIRST_ACKS = 20


@contextlib.contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    """Mount a file by a loop device for the block; it is unmounted by its exact path."""
    at.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(at)], check=True)
    try:
        yield at
    finally:
        unmount(at)


def unmount(at: Path) -> None:
    """Unmount one path; who was killed a moment ago may still be letting go of it."""
    for _ in range(100):
        if subprocess.run(["umount", str(at)], check=False, capture_output=True).returncode == 0:
            return
        pause(0.1)
    subprocess.run(["umount", "--lazy", str(at)], check=True)


@contextlib.contextmanager
def new_disk(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Make an ext4 in a file and mount it; yield the file and the mount."""
    image = folder / "disk.img"
    with image.open("wb") as file:
        file.truncate(IMAGE_MB * 2**20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    with mounted(image, folder / "disk") as at:
        yield image, at


def run_cuts(seed: int, *, seconds: float, least: int, weak: bool = False) -> Outcome:
    """F05: cut the power at random moments; whatever was acknowledged is there afterwards."""
    name = "power cut, synchronous=NORMAL must lose" if weak else "power cut"
    outcome = Outcome("F05", name, "sqlite", seed)
    rng = Random(seed)
    started = time.monotonic()
    found: list[Breach] = []
    while outcome.runs < least or time.monotonic() - started < seconds:
        folder = Path(tempfile.mkdtemp(prefix="walkround-power-"))
        try:
            found += _cuts(folder, rng, outcome, started + seconds, least, weak=weak)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if found:
            break
    outcome.seconds = time.monotonic() - started
    lost = [breach for breach in found if breach.invariant in {"V1", "V3"}]
    if weak:
        outcome.notes["lost with NORMAL"] = len(lost)
        outcome.breaches = [] if lost else ["the harness cannot fail: NORMAL lost nothing"]
    else:
        outcome.lost = len(lost)
        outcome.breaches = [str(breach) for breach in found[:20]]
    return outcome


def _cuts(
    folder: Path, rng: Random, outcome: Outcome, until: float, least: int, *, weak: bool
) -> list[Breach]:
    """Take several cuts of one working subject."""
    with new_disk(folder) as (image, at):
        data = at / "data"
        data.mkdir()
        populate(data)
        os.sync()
        with StepSubject(data, weak=weak) as subject:
            subject.prepare("keep_pushing", rng.getrandbits(31))
            subject.say("go")
            acks = _listen(subject, FIRST_ACKS)
            for cut in range(CUTS_OF_ONE):
                if outcome.runs >= least and time.monotonic() > until:
                    break
                acks += _listen(subject, rng.randrange(1, 60))
                found = _cut(folder, image, subject, cut)
                outcome.runs += 1
                if found:
                    return found
            outcome.records += sum(one["e"] == "acked" for one in subject.history.events)
    return []


def _listen(subject: StepSubject, least: int) -> int:
    """Read what the subject tells until so many more changes are acknowledged."""
    heard = 0
    while heard < least:
        told = subject.hear()
        subject.note(told)
        heard += told["e"] == "acked"
    return heard


def _cut(folder: Path, image: Path, subject: StepSubject, number: int) -> list[Breach]:
    """Stop everything, take what the disk holds, go on; then judge what was taken."""
    os.kill(subject.child, signal.SIGSTOP)
    pause(0.01)
    subject.hear_the_rest()  # an acknowledgement is one as soon as it was sent
    copy = folder / f"cut-{number}.img"
    shutil.copyfile(image, copy)
    events = list(subject.history.events)
    acked = {one["mid"] for one in events if one["e"] == "acked"}
    made = {one["mid"] for one in events if one["e"] == "made"}
    left = {"e": "left", "client": subject.client, "mids": sorted(made - acked)}
    os.kill(subject.child, signal.SIGCONT)
    try:
        with mounted(copy, folder / f"cut-{number}") as at:
            engine = open_truth(f"sqlite:///{at}/data/walkround.db")
            try:
                truth = read_truth(engine, at / "data/blobs")
            finally:
                engine.dispose()
    finally:
        copy.unlink()
    return judge([*events, left], truth)
