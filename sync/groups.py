"""Groups: ops that one person made as one step happen together or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from sync.batch import WORST, Outcome, refuse
from sync.op import GROUP_BYTES, GROUP_OPS, Op


def units(ops: Sequence[Op]) -> list[list[Op]]:
    """Return the ops as units: each alone, or a run of the same group."""
    units: list[list[Op]] = []
    for op in ops:
        if units and op.txn is not None and units[-1][-1].txn == op.txn:
            units[-1].append(op)
        else:
            units.append([op])
    return units


def bad_group(ops: Sequence[Op]) -> Outcome | None:
    if len(ops) > GROUP_OPS or sum(len(op.raw) for op in ops) > GROUP_BYTES:
        return refuse("txn_too_big")
    if any(op.fault for op in ops) or any(op.txn_n != len(ops) for op in ops):
        return refuse("txn_failed")
    return None


def in_failed_group(found: Outcome, worst: Outcome) -> Outcome:
    """Return a member's outcome: its own refusal if it is as bad, else its group's."""
    if WORST[found.status] >= WORST[worst.status]:
        return found
    if worst.status == "held":
        return Outcome("held", worst.code)
    return refuse("txn_failed")
