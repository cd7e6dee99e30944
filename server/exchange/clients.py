"""The client rows: whose database is speaking, what it has sent, how wrong its clock is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, Dialect, bindparam, insert, select, update

from server.core.clock import now_ms
from server.core.problems import Problem
from server.core.statements import Prepared
from server.core.types import IdType
from server.exchange.models import SyncClient, SyncMeta
from server.exchange.tables import Bulk, bulk, run_many

MIN_SV = 1  # the oldest schema that may still fetch; never raised past one younger than 18 months

# Built once: pull asks this many times a second.
_ROW = select(
    SyncClient.user_id,
    SyncClient.last_mid,
    SyncClient.backed_up_mid,
    SyncClient.skew_ms,
    SyncClient.sv,
    SyncClient.state,
).where(
    SyncClient.organisation_id == bindparam("p_organisation", type_=IdType()),
    SyncClient.id == bindparam("p_client"),
)
_CLIENT, _LOCKED = Prepared(_ROW), Prepared(_ROW.with_for_update())
_EPOCH = Prepared(select(SyncMeta.server_epoch))
# Every push notes this and nothing else.
_SENT = (
    update(SyncClient)
    .where(
        SyncClient.organisation_id == bindparam("p_organisation", type_=IdType()),
        SyncClient.id == bindparam("p_client"),
    )
    .values(last_seen=bindparam("p_now"), last_mid=bindparam("p_last"))
)


@dataclass(frozen=True, slots=True)
class Client:
    """One device's database of one person in one organisation."""

    id: str
    last_mid: int
    backed_up_mid: int | None
    skew_ms: int
    sv: int
    state: str


def find_client(
    connection: Connection,
    organisation_id: str,
    client_id: str,
    user_id: str,
    *,
    lock: bool = False,
) -> Client | None:
    """Return the client, or None when it is not known. Raises client_taken when it is another's."""
    given = {"p_organisation": organisation_id, "p_client": client_id}
    rows = (_LOCKED if lock else _CLIENT).rows(connection, given)
    if not rows:
        return None
    owner, *known = rows[0]
    if str(owner) != user_id:
        raise Problem("client_taken")
    return Client(client_id, *known)


def add_client(
    connection: Connection,
    organisation_id: str,
    client_id: str,
    user_id: str,
    *,
    device_id: str | None = None,
    skew_ms: int = 0,
    sv: int = 1,
) -> Client:
    """Bind a new client to a person and an organisation, for ever."""
    connection.execute(
        insert(SyncClient).values(
            organisation_id=organisation_id,
            id=client_id,
            user_id=user_id,
            device_id=device_id,
            last_mid=0,
            skew_ms=skew_ms,
            sv=sv,
            last_seen=now_ms(),
            state="ok",
        )
    )
    return Client(client_id, 0, None, skew_ms, sv, "ok")


def note_client(
    connection: Connection, organisation_id: str, client_id: str, **values: object
) -> None:
    """Keep what a client has just told or sent."""
    connection.execute(
        update(SyncClient)
        .where(SyncClient.organisation_id == organisation_id, SyncClient.id == client_id)
        .values(last_seen=now_ms(), **values)
    )


def note_sent(connection: Connection, organisation_id: str, client_id: str, last_mid: int) -> None:
    """Keep how far a client's pushes have come."""
    row = (now_ms(), last_mid, organisation_id, client_id)
    run_many(connection, _noting(connection.dialect), [row])


@cache
def _noting(dialect: Dialect) -> Bulk:
    return bulk(_SENT, dialect, ("p_now", "p_last", "p_organisation", "p_client"))


def server_epoch(connection: Connection) -> str:
    """Return the server's epoch, made on first use; a restore from backup makes a new one."""
    rows = _EPOCH.rows(connection, {})
    if rows:
        return str(rows[0][0])
    made = str(uuid.uuid4())
    connection.execute(insert(SyncMeta).values(one=1, server_epoch=made))
    return made
