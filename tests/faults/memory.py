"""A worker that runs out of memory: the kernel kills it in the middle of what it does."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.faults.needs import MEMORY, memory_group, pause
from tests.faults.rig import Rig

# What a worker may take on top of what it has; a check of a photo needs more than the least.
MORE_MB = (1, 2, 4, 8)
WORKERS = ("server.worker quick", "server.worker heavy")


def starve_workers(rig: Rig, rng: Random) -> None:
    """Put the job workers into a group whose memory is soon at its end, a few times over."""
    for _ in range(rng.randrange(2, 4)):
        with _group(rng.choice(MORE_MB) * 2**20) as group:
            for process in rig.family(*WORKERS):
                with contextlib.suppress(OSError):
                    (group / "cgroup.procs").write_text(str(process.pid))
            pause(rng.uniform(1, 2.5))
            rig.proxy.done["killed for want of memory"] += _kills(group)


@contextlib.contextmanager
def _group(limit: int) -> Iterator[Path]:
    """Make a group of our own below the one we are in; whoever is left in it moves back up."""
    parent = memory_group()
    assert parent is not None
    group = Path(tempfile.mkdtemp(prefix="walkround-", dir=parent))
    try:
        (group / MEMORY).write_text(str(limit))
        yield group
    finally:
        _empty(group, parent)
        group.rmdir()


def _empty(group: Path, parent: Path) -> None:
    for _ in range(100):
        left = (group / "cgroup.procs").read_text().split()
        if not left:
            return
        for pid in left:
            with contextlib.suppress(OSError):
                (parent / "cgroup.procs").write_text(pid)
        pause(0.05)


def _kills(group: Path) -> int:
    """Return how many processes of the group the kernel killed, as far as it says."""
    for line in (group / "memory.oom_control").read_text().splitlines():
        name, _, number = line.partition(" ")
        if name == "oom_kill":
            return int(number)
    return 0
