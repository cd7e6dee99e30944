"""The wall clock of a rig's processes: what the machine's says, and what a file adds to it."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


def clock_environment(home: Path) -> dict[str, str]:
    """Build the clock in a folder; every process started with this environment goes by it."""
    library, moved = home / "clock.so", home / "clock"
    moved.write_bytes(struct.pack("q", 0))
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
    subprocess.run(command, check=True, capture_output=True)
    return {"LD_PRELOAD": str(library), "LAB_CLOCK": str(moved)}


def move_clock(environment: Mapping[str, str], milliseconds: int) -> None:
    """Change the bytes in place: the processes have the file mapped."""
    with Path(environment["LAB_CLOCK"]).open("r+b") as file:
        file.write(struct.pack("q", milliseconds))
