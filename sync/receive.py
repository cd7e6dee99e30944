"""Which lines of a push are new: numbers are contiguous, and a number has one content for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.batch import Outcome
from sync.mutants import NONE, Mutants
from sync.op import Op, Reader, read_op, strictly


@dataclass(frozen=True, slots=True)
class Stored:
    """What the ledger holds under a number."""

    sha256: bytes
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Gap:
    """The push does not follow on what was taken: send again from ``expected``."""

    expected: int


@dataclass(frozen=True, slots=True)
class Fork:
    """A number was taken with other content: this client lives twice."""

    first_differing_mid: int
    before: list[tuple[int, Outcome]]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Results of what was sent before, and the ops to decide now."""

    known: list[tuple[int, Outcome]]
    ops: list[Op]


def sort_lines(
    client_id: str,
    first_mid: int,
    lines: Sequence[bytes],
    last_mid: int,
    stored: Mapping[int, Stored],
    *,
    reader: Reader = strictly,
    mutants: Mutants = NONE,
) -> Gap | Fork | Fresh:
    """Split a push at the last number taken. Line i has number first_mid + i, whatever it says."""
    if first_mid > last_mid + 1:
        return Gap(last_mid + 1)
    known: list[tuple[int, Outcome]] = []
    ops: list[Op] = []
    for mid, raw in enumerate(lines, first_mid):
        if mid > last_mid or "no_dedupe" in mutants:
            ops.append(read_op(raw, client_id, mid, reader))
            continue
        found = stored.get(mid)
        if found is None or found.sha256 != hashlib.sha256(raw).digest():
            return Fork(mid, known)
        known.append((mid, found.outcome))
    return Fresh(known, ops)
