"""Seeded faults of the engine: switches that only tests turn on, to prove that they can fail."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Literal

Mutant = Literal[
    "no_dedupe",  # a mid seen before is taken again
    "cursor_off_by_one",  # pull tells a cursor one beyond the last row it sent
    "loser_dropped",  # the losing value of a concurrent pair is not kept
    "wall_clock_order",  # the later clock wins; ancestry is not asked
    "tenant_filter_removed",  # scopes that the user may not read or write are served
    "poison_blocks",  # an op that cannot be read stops the batch
    "group_split",  # the good members of a failed group are kept
    "acknowledge_before_commit",  # the answer goes out before the transaction is on the disk
    # Of the client: the simulator's own tablet has them too (the shipped ones: pwa/src/sync).
    "clear_outbox_on_send",
    "drop_on_4xx",
    "no_history",
    "relaxed_durability",
    "blob_before_hash_check",
]
Mutants = frozenset[Mutant]
NONE: Mutants = frozenset()
# Where nothing is handed down, as in the server's transaction, a test switches them on here.
SWITCHED_ON: ContextVar[Mutants] = ContextVar("mutants", default=NONE)
