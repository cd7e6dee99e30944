"""What a fault needs of the machine; a lack is reported by name, never passed over."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests import services

Need = Callable[[], str]  # "" when the machine has it, else the reason


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def nothing() -> str:
    return ""


def lacking(*programs: str) -> str:
    missing = [name for name in programs if shutil.which(name) is None]
    return f"no {', '.join(missing)} on this machine" if missing else ""


@cache
def strace() -> str:
    """A tracer that is there may still be forbidden to trace."""
    if words := lacking("strace"):
        return words
    done = subprocess.run(
        ["strace", "-o", "/dev/null", "-e", "trace=none", "true"], check=False, capture_output=True
    )
    return "" if done.returncode == 0 else "strace may not trace here"


@cache
def mounts() -> str:
    """Root and the right to mount: containers often have neither."""
    if os.geteuid() != 0:
        return "mounting needs root"
    folder = Path(tempfile.mkdtemp(prefix="walkround-mount-"))
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)],
            check=False, capture_output=True,
        )  # fmt: skip
        if done.returncode != 0:
            return "mounting is not allowed here"
        subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()
    return ""


@cache
def loop_disks() -> str:
    """Root, ext4 and a free loop device."""
    if words := mounts() or lacking("mkfs.ext4", "losetup"):
        return words
    done = subprocess.run(["losetup", "-f"], check=False, capture_output=True)
    return "" if done.returncode == 0 else "no free loop device"


def compiler() -> str:
    return lacking("cc")


MEMORY = "memory.limit_in_bytes"


def memory_group() -> Path | None:
    """Return the memory control group that we are in, if this machine has such groups."""
    for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        _number, kinds, path = line.split(":", 2)
        if "memory" in kinds.split(","):
            return Path("/sys/fs/cgroup/memory") / path.lstrip("/")
    return None


@cache
def memory_groups() -> str:
    """The right to make a control group, whose limit the kernel then holds."""
    group = memory_group()
    if group is None:
        return "no memory control groups (version 1) on this machine"
    try:
        Path(tempfile.mkdtemp(prefix="walkround-", dir=group)).rmdir()
    except OSError:
        return "control groups cannot be made here"
    return ""


def postgres() -> str:
    there = any((path / "initdb").exists() for path in services.BINARIES)
    return "" if there else "no PostgreSQL on this machine"


def chromium() -> str:
    return lacking("chromium")
