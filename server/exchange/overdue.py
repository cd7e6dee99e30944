"""Held ops whose record is there by now, though nobody told them: decided again at the next hello.

Two pushes at once can miss each other (a child held while its parent was being written), and a
right that is granted later makes readable what was not.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from server.core.clock import now_ms
from server.exchange.commit import current_build, rights_reader
from server.exchange.models import SyncWaiting
from server.exchange.store import SqlStore
from server.exchange.wake import wake
from server.exchange.write import Writer
from sync.batch import Sender
from sync.push import Push

MOST = 200


def replay_overdue(connection: Connection, organisation_id: str, client_id: str) -> None:
    """Decide again what this client's held ops wait for. Cheap when nothing waits."""
    wanted = set(
        connection.execute(
            select(SyncWaiting.wants_id)
            .where(
                SyncWaiting.organisation_id == organisation_id, SyncWaiting.client_id == client_id
            )
            .limit(MOST)
        ).scalars()
    )
    if not wanted:
        return
    now, build = now_ms(), current_build(connection)
    store = SqlStore(connection, build, organisation_id, rights_reader(organisation_id))
    push = Push(store, build.rules, organisation_id, Sender(client_id, None, None, now))
    push.arrived(wanted)
    Writer(connection, build, organisation_id).write(push.batch, now)
    wake(push.batch, push.created - wanted, actor_id=None)
