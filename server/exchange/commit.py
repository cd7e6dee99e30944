"""The one road for writes: desk, imports and jobs change synced records as ``server:<uuid>``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from server.accounts.access import Grant
from server.accounts.scopes import scopes_of
from server.core.clock import now_ms
from server.core.database import db
from server.core.extension import extension
from server.core.scopes import Scope
from server.core.tenancy import current_organisation
from server.exchange.build import Build, build_for
from server.exchange.models import SyncClient
from server.exchange.registry import Registry
from server.exchange.store import SqlStore
from server.exchange.wake import wake
from server.exchange.write import Writer
from sync.batch import Rights, Sender
from sync.codec import JsonValue
from sync.ids import NAMESPACE
from sync.op import UUID, Op
from sync.push import Push


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record.

    ``base`` None: "I saw the record as it stands now" (jobs, imports); {}: saw nothing. Otherwise
    the mark [client, mid] of each value that stood in the form. ``set`` {"deleted": True} deletes.
    Changes of one ``group`` stand next to each other and happen together or not at all.
    A ``scope_id`` other than the record's own moves it there.
    """

    kind: str
    id: str
    scope_id: str
    set: Mapping[str, JsonValue]
    base: Mapping[str, tuple[str, int]] | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one change: applied, merged, rejected or held, with its code and fields."""

    mid: int
    status: str
    code: str | None
    fields: tuple[str, ...]


def commit_changes(
    changes: Sequence[Change],
    *,
    origin: str,
    actor_id: str | None,
    grants: Mapping[str, Grant] | None,
) -> list[Result]:
    """Write changes in the caller's transaction and return what became of each, in order.

    ``origin`` is the uuid of the request or job; its mids go on from its last. ``grants`` None is
    the system itself: it may write server-only fields and skips role checks. Nothing is committed.
    """
    if not changes:
        return []
    session = db.session
    session.flush()
    connection = session.connection()
    organisation_id, now = current_organisation(), now_ms()
    build = current_build(connection)
    client_id = f"server:{uuid.UUID(origin)}"
    last = _last_mid(connection, organisation_id, client_id, actor_id, now)
    ops = _ops(changes, client_id, last, now)
    store = SqlStore(connection, build, organisation_id, rights_reader(organisation_id))
    push = Push(store, build.rules, organisation_id, Sender(client_id, actor_id, grants, now))
    outcomes = push.take(ops)
    Writer(connection, build, organisation_id).write(push.batch, now)
    connection.execute(
        update(SyncClient)
        .where(SyncClient.organisation_id == organisation_id, SyncClient.id == client_id)
        .values(last_mid=last + len(ops), last_seen=now)
    )
    wake(push.batch, push.created, actor_id=actor_id)
    session.expire_all()
    return [
        Result(op.mid, found.status, found.code, found.fields)
        for op, found in zip(ops, outcomes, strict=True)
    ]


def create_scope(
    kind: str,
    id: str,  # noqa: A002
    *,
    school_id: str | None = None,
    trust_id: str | None = None,
) -> None:
    """Open a scope with its counter at zero, before the first record in it."""
    db.session.flush()
    db.session.connection().execute(
        insert(Scope).values(
            organisation_id=current_organisation(),
            id=id,
            kind=kind,
            school_id=school_id,
            trust_id=trust_id,
            seq=0,
            min_seq=0,
            digest=0,
            gen=1,
        )
    )


def current_build(connection: Connection) -> Build:
    """Return the compiled kinds of the running application."""
    registry: Registry = extension("registry")
    return build_for(registry, connection.dialect)


class _RightsReader:
    """Reads what an actor may do now, once per actor; the system may do all."""

    def __init__(self, organisation_id: str) -> None:
        self.organisation_id = organisation_id
        self.known: dict[str, Rights] = {}

    def __call__(self, actor_id: str | None) -> Rights | None:
        if actor_id is None:
            return None
        if actor_id not in self.known:
            self.known[actor_id] = scopes_of(actor_id, self.organisation_id)
        return self.known[actor_id]


def rights_reader(organisation_id: str) -> _RightsReader:
    return _RightsReader(organisation_id)


def _last_mid(
    connection: Connection, organisation_id: str, client_id: str, actor_id: str | None, now: int
) -> int:
    """Lock the client row of this origin, made on its first write."""
    found = connection.execute(
        select(SyncClient.last_mid)
        .where(SyncClient.organisation_id == organisation_id, SyncClient.id == client_id)
        .with_for_update()
    ).scalar_one_or_none()
    if found is not None:
        return int(found)
    connection.execute(
        insert(SyncClient).values(
            organisation_id=organisation_id,
            id=client_id,
            user_id=actor_id,
            last_mid=0,
            skew_ms=0,
            sv=1,
            last_seen=now,
            state="ok",
        )
    )
    return 0


def _ops(changes: Sequence[Change], client_id: str, last: int, now: int) -> list[Op]:
    sizes: dict[str, int] = {}
    for change in changes:
        if change.group is not None:
            sizes[change.group] = sizes.get(change.group, 0) + 1
    return [
        Op(
            client_id,
            last + 1 + i,
            b"",
            b"",
            kind=change.kind,
            id=change.id,
            scope_id=change.scope_id,
            at=now,
            set=dict(change.set),
            bases=dict(change.base or {}),
            txn=_txn(client_id, change.group),
            txn_n=sizes.get(change.group or "", 1),
            as_it_stands=change.base is None,
            moves=True,
        )
        for i, change in enumerate(changes)
    ]


def _txn(client_id: str, group: str | None) -> str | None:
    if group is None or UUID.match(group):
        return group
    return str(uuid.uuid5(NAMESPACE, f"txn:{client_id}:{group}"))
