"""Makes the pictures that are served, in a process of its own with hard limits."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

DECODER = Path(__file__).with_name("decode.py")
LONGEST_WAIT = 40  # seconds; the process's own limit is 20 of processor time
TOO_HEAVY = "The photo took too much memory or time to open."


@dataclass(frozen=True, slots=True)
class Pictures:
    """A photo made safe: upright, without metadata, at two sizes."""

    width: int
    height: int
    full: bytes
    thumb: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the bytes are no photo, in words."""

    words: str


def make_pictures(data: bytes) -> Pictures | Refused:
    """Decode received bytes. Whatever they do, only the child process suffers."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(DECODER)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_WAIT,
            env={},
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return Refused(TOO_HEAVY)
    line, _, rest = done.stdout.partition(b"\n")
    head = json.loads(line)
    if "refusal" in head:
        return Refused(str(head["refusal"]))
    full, thumb = int(head["full"]), int(head["thumb"])
    if len(rest) != full + thumb:
        return Refused(TOO_HEAVY)
    return Pictures(int(head["width"]), int(head["height"]), rest[:full], rest[full:])
