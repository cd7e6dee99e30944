"""Whether a failure means that there is no room left on a disk: it passes when room is made."""

from __future__ import annotations

import errno

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(fault: BaseException) -> bool:
    return isinstance(fault, OSError) and fault.errno in FULL
