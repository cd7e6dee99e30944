"""After a restore from backup: a new epoch, and which devices have yet to offer their work again.

What a device made since the backup it offers again by itself, from what it kept. What others made,
the server cannot know before they come: so it says who has not come back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from server.accounts.audit import record_event
from server.accounts.models import AuditEvent
from server.core.database import db
from server.exchange.models import SyncClient, SyncMeta, SyncOp

RESTORED = "server.restored"
BACKED_UP = "backup.verified"
DEVICES = SyncClient.id.not_like("server:%")

# (organisation, client) → the last number of it that is inside a backup
Mids = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A device that worked before the restore and has not handed everything in again."""

    client_id: str
    device_id: str | None
    user_id: str | None
    last_seen: int
    last_mid: int
    state: str  # silent: not heard since; offering: it holds more than the ledger has
    holds: int  # changes that it spoke of at its last hello and that have not arrived


def mint_epoch(connection: Connection) -> str:
    """Give the server a new epoch, so that every device asks where to go on."""
    epoch = str(uuid.uuid4())
    connection.execute(update(SyncMeta).values(server_epoch=epoch))
    return epoch


def note_restored(organisation_id: str, about: Mapping[str, str | int]) -> None:
    """Say in an organisation's log that its data are those of a backup, and how far they go."""
    last = db.session.scalar(
        select(func.max(SyncOp.received_at)).where(SyncOp.organisation_id == organisation_id)
    )
    record_event(organisation_id, RESTORED, actor_id=None, about={**about, "until": last or 0})


def note_backed_up(connection: Connection, organisation_id: str, mids: Mids) -> int:
    """Tell each client of an organisation how far a verified backup holds its work."""
    rows = [(client, mid) for (owner, client), mid in mids.items() if owner == organisation_id]
    for client_id, mid in rows:
        connection.execute(
            update(SyncClient)
            .where(
                SyncClient.organisation_id == organisation_id,
                SyncClient.id == client_id,
                func.coalesce(SyncClient.backed_up_mid, -1) < mid,
            )
            .values(backed_up_mid=mid)
        )
    return len(rows)


def restored_at(connection: Connection, organisation_id: str) -> int | None:
    """Return when this organisation's data were last restored."""
    query = select(func.max(AuditEvent.at)).where(
        AuditEvent.organisation_id == organisation_id, AuditEvent.event == RESTORED
    )
    found: int | None = connection.execute(query).scalar_one()
    return found


def was_restored(connection: Connection, organisation_id: str, kind: str, record_id: str) -> bool:
    """Whether the last restore brought this record back: the ledger has an older op on it.

    The restored ledger says itself until when it goes: the clock of this machine may be behind.
    """
    until = _restored_until(connection, organisation_id)
    query = select(SyncOp.mid).where(
        SyncOp.organisation_id == organisation_id,
        SyncOp.record_id == record_id,
        SyncOp.kind == kind,
        *([] if until is None else [SyncOp.received_at <= until]),
    )
    return connection.execute(query.limit(1)).first() is not None


def _restored_until(connection: Connection, organisation_id: str) -> int | None:
    row = connection.execute(
        select(AuditEvent.at, AuditEvent.about)
        .where(AuditEvent.organisation_id == organisation_id, AuditEvent.event == RESTORED)
        .order_by(AuditEvent.n.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    at: int = row.at
    return max(at - 1, int((row.about or {}).get("until", 0)))


def awaited(connection: Connection, organisation_id: str) -> list[Awaited]:
    """Return the devices that may still hold what the restore took back, longest silent first."""
    since = restored_at(connection, organisation_id)
    if since is None:
        return []
    rows = connection.execute(
        select(
            SyncClient.id,
            SyncClient.device_id,
            SyncClient.user_id,
            SyncClient.last_seen,
            SyncClient.last_mid,
            SyncClient.outbox,
        )
        .where(SyncClient.organisation_id == organisation_id, DEVICES)
        .order_by(SyncClient.last_seen, SyncClient.id)
    ).all()
    found: list[Awaited] = []
    for row in rows:
        last = (row.outbox or {}).get("last_mid") or 0
        holds = max(0, last - row.last_mid)
        if row.last_seen < since:
            state = "silent"
        elif holds:
            state = "offering"
        else:
            continue
        found.append(
            Awaited(row.id, row.device_id, row.user_id, row.last_seen, row.last_mid, state, holds)
        )
    return found
