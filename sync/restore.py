"""After a restore from backup: which values that devices still show the ledger cannot account for.

Own ops are offered again by the tablet that made them. What others made, and the desk, nobody can
offer: a tablet names the values of its old base that the restored server does not have, and those
whose op the ledger lacks, or holds only as ``void``, wait for a person. No machine merges them.
"""

from __future__ import annotations

from sync.batch import LedgerRow


def knows(row: LedgerRow | None) -> bool:
    """Say whether the ledger holds an op with its body: lacking and void are both lost."""
    return row is not None and row.op.kind != "void"
