"""Takes a tablet's exported work as the tablet would have sent it: same client, numbers, person.

So it may be imported twice, and the tablet may still send it itself: each change is taken once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from server.accounts.access import Principal
from server.accounts.audit import record_event
from server.accounts.models import Membership
from server.accounts.scopes import is_wide, reach_of
from server.core.problems import Problem
from server.exchange.clients import server_epoch
from server.exchange.models import SyncClient
from server.exchange.receive import MAX_BYTES, MAX_OPS, Header, Received, receive
from server.exchange.transaction import in_transaction
from server.exchange.unsent_file import Unsent, UnsentFile, groups_of, parts_of
from server.exchange.uploads import MAX_CHUNK, begin_upload, take_chunk

EVENT = "unsent_imported"
OTHERS = "These are another person's changes. Somebody of Trust IT can import them."
ELSEWHERE = "This file is of another organisation."


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    user_id: str
    changes: int
    outcomes: dict[str, int]  # by status
    photos: int


def import_unsent(file: UnsentFile, organisation_id: str, by: Principal | None) -> Imported:
    """Push an export under its owner's name and rights. ``by`` None is the operator at the shell.

    Raises not_found for another organisation's file, not_allowed for another person's unless
    somebody of Trust IT imports it, gap when earlier changes of that tablet are missing here, and
    fork when the tablet was copied and its other half has sent something else.
    """
    unsent = file.unsent
    if unsent.organisation_id not in (None, organisation_id):
        raise Problem("not_found", ELSEWHERE)
    epoch, owner = in_transaction(lambda connection: _whose(connection, unsent, organisation_id))
    if by is not None and owner.user_id != by.user_id and not is_wide(by, "trust_it"):
        raise Problem("not_allowed", OTHERS)
    if by is not None:
        owner = _within(owner, by)
    outcomes: Counter[str] = Counter()
    at = unsent.first_mid
    for part in parts_of(unsent.lines, MAX_OPS, MAX_BYTES):
        header = Header(
            unsent.client_id, epoch, unsent.device_now, at, len(part), False, organisation_id
        )
        for done in _push(owner, header, part):
            outcomes.update(outcome.status for _, outcome in done.results)
        at += len(part)
    for sha256 in unsent.photos:
        _send_photo(owner, sha256, *file.photo(sha256))
    about: dict[str, str | int] = {
        "client": unsent.client_id,
        "changes": len(unsent.lines),
        "photos": len(unsent.photos),
    }
    actor_id = None if by is None else by.user_id
    in_transaction(lambda _: record_event(organisation_id, EVENT, actor_id=actor_id, about=about))
    return Imported(owner.user_id, len(unsent.lines), dict(outcomes), len(unsent.photos))


def _whose(connection: Connection, unsent: Unsent, organisation_id: str) -> tuple[str, Principal]:
    """Return the epoch and the person whose database this is, with the rights they have now.

    The server knows better than the file. A database it has never heard of is the named person's,
    if they ever belonged to this organisation.
    """
    key = (SyncClient.organisation_id == organisation_id, SyncClient.id == unsent.client_id)
    user_id = connection.execute(select(SyncClient.user_id).where(*key)).scalar()
    if user_id is None and unsent.user_id is not None:
        member = (
            Membership.organisation_id == organisation_id,
            Membership.user_id == unsent.user_id,
        )
        user_id = connection.execute(select(Membership.user_id).where(*member).limit(1)).scalar()
    if user_id is None:
        raise Problem("not_found", "Nobody here has worked with this tablet.")
    roles, grants = reach_of(user_id, organisation_id)
    return server_epoch(connection), Principal(user_id, organisation_id, "device", roles, grants)


def _within(owner: Principal, by: Principal) -> Principal:
    """Leave the owner those rights that the importer has too: a file can be made up.

    What lies beyond is held, for a person who may decide it.
    """
    grants = {scope_id: grant for scope_id, grant in owner.grants.items() if scope_id in by.grants}
    return replace(owner, grants=grants)


def _push(owner: Principal, header: Header, lines: Sequence[bytes]) -> list[Received]:
    """Push a part; what makes the server itself fail is kept, one group at a time."""
    try:
        return [receive(owner, header, lines)]
    except (Problem, SQLAlchemyError):
        raise
    except Exception:  # noqa: BLE001  (a handler's fault must not end the import: it is a probe's)
        done: list[Received] = []
        at = header.first_mid
        for group in groups_of(list(lines)):
            one = Header(
                header.client_id,
                header.server_epoch,
                header.device_now,
                at,
                len(group),
                True,
                header.organisation_id,
            )
            done.append(receive(owner, one, group))
            at += len(group)
        return done


def _send_photo(owner: Principal, sha256: str, mime: str, data: bytes) -> None:
    """Upload a photo as its owner, from where an upload of theirs had come to."""

    def send(_: Connection) -> None:
        found = begin_upload(owner, sha256, len(data), mime)
        while found.state != "stored":
            chunk = data[found.received : found.received + MAX_CHUNK]
            found = take_chunk(owner, sha256, found.received, chunk)

    in_transaction(send)
