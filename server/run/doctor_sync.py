"""What the doctor asks of sync: have digests differed, is there a backup, who must come back."""

from __future__ import annotations

import time

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from server.core.database import engine_options
from server.exchange.digests import MISMATCH
from server.exchange.restore import BACKED_UP, RESTORED
from server.settings import Settings

DAY_MS = 24 * 3600 * 1000
LOOKED_BACK_MS = 30 * DAY_MS

EVENTS = text("SELECT count(*), max(at) FROM audit_event WHERE event = :event AND at > :since")
# A device not heard of since the last restore of its organisation.
SILENT = text(
    "SELECT count(*) FROM sync_client WHERE id NOT LIKE 'server:%' AND last_seen < "
    "(SELECT max(at) FROM audit_event WHERE event = :event"
    " AND audit_event.organisation_id = sync_client.organisation_id)"
)


def sync_facts(settings: Settings) -> tuple[tuple[bool, str, str, str], ...]:
    """Return (well, what, seen, what to do) of digests, backups and devices awaited."""
    now = time.time_ns() // 1_000_000
    since = {"since": now - LOOKED_BACK_MS}
    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    try:
        with engine.connect() as connection:
            wrong, _ = connection.execute(EVENTS, {"event": MISMATCH, **since}).one()
            _, backed = connection.execute(EVENTS, {"event": BACKED_UP, "since": 0}).one()
            silent = connection.scalar(SILENT, {"event": RESTORED})
    except SQLAlchemyError as fault:
        return ((False, "Sync", f"not read ({type(fault).__name__})", "See Database."),)
    finally:
        engine.dispose()
    days = "none yet" if backed is None else f"{(now - backed) // DAY_MS} days ago"
    return (
        (
            wrong == 0,
            "Digests",
            f"{wrong} differed in 30 days",
            f"Tablets mend themselves. Report the {MISMATCH} rows of the audit log.",
        ),
        (True, "Backup", days, ""),
        (
            not silent,
            "Since the restore",
            f"{silent} devices not heard of",
            "Open Walkround on them while online; walkround awaited lists them.",
        ),
    )
