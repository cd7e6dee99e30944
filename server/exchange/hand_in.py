"""How much the tablet of a person shut out may leave here until somebody decides about it.

Its credential lives for 180 days and everything it sends waits for a person. A tablet that was
stolen, or runs wild, must not fill the disk meanwhile; one that holds honest work is told to wait,
keeps all it has, and goes on once what it sent is decided. Photos that wait do not stop changes.
"""

from __future__ import annotations

from sqlalchemy import Connection, exists, func, select

from server.accounts.access import Principal
from server.core.extension import extension
from server.core.problems import Problem
from server.exchange.clients import find_client
from server.exchange.commit import current_build
from server.exchange.models import BlobUpload, SyncDecision, SyncOp

MIB = 1024 * 1024
CHANGES_SHARE = 16  # of the room for photos: a visit's changes are a small part of its photos
ROW = 4096  # what even the smallest line or photo counts for
WAIT = {"Retry-After": "3600"}


def room_for_changes(
    connection: Connection, principal: Principal, client_id: str, last_mid: int, more: int
) -> None:
    """Raise hand_in_full unless these bytes fit. What was taken before is answered for anyhow."""
    if principal.via != "device":
        return
    organisation_id, user_id = principal.organisation_id, principal.user_id
    client = find_client(connection, organisation_id, client_id, user_id)
    if client is not None and last_mid <= client.last_mid:
        return
    decided = exists().where(
        SyncDecision.organisation_id == SyncOp.organisation_id,
        SyncDecision.client_id == SyncOp.client_id,
        SyncDecision.mid == SyncOp.mid,
    )
    query = select(func.count(), func.coalesce(func.sum(func.length(SyncOp.body)), 0)).where(
        SyncOp.organisation_id == organisation_id,
        SyncOp.status == "held",
        SyncOp.actor_id == user_id,
        ~decided,
    )
    _refuse_over(connection.execute(query).one(), more, _most() // CHANGES_SHARE)


def room_for_photo(connection: Connection, principal: Principal, more: int) -> None:
    """Raise hand_in_full unless a photo of this size fits beside those that no record has yet."""
    if principal.via != "device":
        return
    photo = current_build(connection).tables["photo"].table
    known = exists().where(
        photo.c.organisation_id == BlobUpload.organisation_id, photo.c.sha256 == BlobUpload.sha256
    )
    query = select(func.count(), func.coalesce(func.sum(BlobUpload.size), 0)).where(
        BlobUpload.organisation_id == principal.organisation_id,
        BlobUpload.user_id == principal.user_id,
        ~known,
    )
    _refuse_over(connection.execute(query).one(), more, _most())


def _most() -> int:
    most: int = extension("settings").hand_in_mib
    return most * MIB


def _refuse_over(held: tuple[int, int], more: int, most: int) -> None:
    count, size = held
    if int(size) + more + ROW * (count + 1) > most:
        raise Problem("hand_in_full", headers=WAIT)
