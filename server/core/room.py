"""Whether a failure is a disk's: full, or away. Both pass, and nobody's work is wrong."""

from __future__ import annotations

import errno

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# A mount that has gone, a disk that fails, a share that does not answer.
AWAY = frozenset({
    errno.EIO, errno.ENOTDIR, errno.ESTALE, errno.ENOTCONN, errno.EROFS, errno.ENODEV, errno.ENXIO,
    errno.ETIMEDOUT, errno.EHOSTDOWN,
})  # fmt: skip


def is_full(fault: BaseException) -> bool:
    return isinstance(fault, OSError) and fault.errno in FULL


def is_away(fault: BaseException) -> bool:
    return isinstance(fault, OSError) and fault.errno in AWAY
