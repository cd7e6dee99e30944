"""A disk that is full: under the database, the photo bytes, or the folder for temporary files."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.faults.calls import LostError
from tests.faults.device import RefusedError, WireDevice
from tests.faults.fleet import Fleet
from tests.faults.history import of
from tests.faults.needs import pause
from tests.faults.outcome import Outcome
from tests.faults.power import unmount
from tests.faults.rig import Rig, rig

FULL = ("database disk full", "photo disk full", "temporary disk full")
SIZE_MB = 48


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """Mount a small tmpfs for the block."""
    at = Path(tempfile.mkdtemp(prefix="walkround-full-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        unmount(at)
        at.rmdir()


@contextlib.contextmanager
def filled(disk: Path, leave: int) -> Iterator[None]:
    """Fill a disk but for some bytes; for the block it is full."""
    filler = disk / "filler"
    try:
        # Others write at the same time: full is full, whoever took the last byte.
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while (free := shutil.disk_usage(disk).free - leave) > 0:
                file.write(b"\0" * min(free, 2**20))
        yield
    finally:
        filler.unlink(missing_ok=True)


def run_full(name: str, seed: int, *, seconds: float, least: int) -> Outcome:
    """F07: nothing is acknowledged that does not fit, reading goes on, and room ends it all."""
    outcome = Outcome("F07", name, "sqlite", seed)
    started = time.monotonic()
    rng = Random(seed)
    with small_disk() as disk, _rig_on(name, disk, rng.getrandbits(32)) as made:
        fleet = Fleet(made, Random(rng.getrandbits(64)), photos=0.3, most=25)
        reader = made.reader(rng.getrandbits(32))
        while outcome.runs < least or time.monotonic() - started < seconds:
            made.history.note("fault", name=name, round=outcome.runs)
            with fleet.working():
                pause(rng.uniform(0.1, 0.6))
                with filled(disk, rng.choice((0, 4096, 65536))):
                    pause(rng.uniform(1, 3))
                    reading = _can_read(reader)
            fleet.come_to_rest(outcome.runs)
            outcome.runs += 1
            outcome.breaches += [str(breach) for breach in fleet.verdict()[:20]]
            if not reading:
                outcome.breaches.append("V11: nothing could be read while the disk was full")
            outcome.longest_drain = max(outcome.longest_drain, fleet.longest_drain)
            if outcome.breaches:
                outcome.breaches += made.evidence(outcome.seed)
                break
        refusals = [one["status"] for one in of(made.history.events, "asked")]
        outcome.notes = {
            f"answered {status}": refusals.count(status)
            for status in sorted(set(refusals))
            if status >= 400
        }
        outcome.records = sum(1 for _ in of(made.history.events, "made"))
        outcome.stalled = sum(1 for _ in of(made.history.events, "stalled"))
    outcome.seconds = time.monotonic() - started
    return outcome


@contextlib.contextmanager
def _rig_on(name: str, disk: Path, seed: int) -> Iterator[Rig]:
    if name == "database disk full":
        with rig("sqlite", seed, data=disk / "data") as made:
            yield made
        return
    setting = "BLOB_URL" if name == "photo disk full" else "TMPDIR"
    with rig("sqlite", seed, env={setting: str(disk)}) as made:
        if setting == "BLOB_URL":
            made.blobs = disk
        yield made


def _can_read(reader: WireDevice) -> bool:
    """Return whether a device that was greeted before can still fetch what there is."""
    for _ in range(10):
        try:
            reader.pull_all()
        except (LostError, RefusedError):
            pause(0.2)
        else:
            return True
    return False
