"""A probe that the server cannot decide: kept as it came, so that the device can go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.batch import Batch, LedgerRow, Sender, refuse
from sync.op import Op
from sync.upcast import UPCASTERS, Upcasters, lift
from sync.values import KindRules


def undecided(
    ops: Sequence[Op],
    kinds: Mapping[str, KindRules],
    sender: Sender,
    upcasters: Upcasters = UPCASTERS,
) -> Batch:
    """Return the batch that holds these ops as ``server_error``.

    Their bases must be found by whoever walks the ledger, so they are lifted like any other; if
    that is what failed, they stay as they are. Their time is fixed by when they came.
    """
    for op in ops:
        try:
            lift([op], kinds, upcasters)
        except Exception:  # noqa: BLE001  (whatever it is, the line must be kept)
            op.is_lifted = True
        if op.at is not None:
            op.at_corrected = min(op.at + sender.skew_ms, sender.received_at)
    outcome = refuse("server_error")
    return Batch(ledger=[LedgerRow(op, outcome, sender.actor_id, sender.received_at) for op in ops])
