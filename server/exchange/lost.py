"""What tablets still show after a restore and the ledger cannot account for: a list for a person.

A tablet offers its own work again; what others made it can only tell of. No machine merges that:
somebody at the desk applies a record's lost values or ignores them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select

from server.accounts.access import Principal
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.choose import may_decide
from server.exchange.commit import current_build
from server.exchange.models import SyncLost, SyncOp
from server.exchange.restore import was_restored
from sync.codec import JsonValue, canonical, good_numbers
from sync.op import CLIENT, KIND, MAX_NAME, UUID
from sync.record import Mark
from sync.values import good_keys

MOST = 2000
PAGE = 200
LONGEST = 64 * 1024
NOBODY: Mark = ("", 0)  # a record that is gone in the tablet's base, by whom it cannot tell


@dataclass(frozen=True, slots=True)
class Lost:
    """One value that a tablet fetched before the restore."""

    scope_id: str
    kind: str
    id: str
    field: str
    mark: Mark
    value: JsonValue


def read_lost(items: JsonValue) -> list[Lost]:
    """Return what a tablet tells. Raises bad_value for anything it could not have fetched."""
    if not isinstance(items, list) or len(items) > MOST:
        raise Problem("bad_value", fields={"items": f"a list of at most {MOST}"})
    found = [_one(item) for item in items]
    if None in found:
        raise Problem("bad_value", fields={"items": "scope, k, id, field, value and mark of each"})
    return [one for one in found if one is not None]


def _one(item: JsonValue) -> Lost | None:
    if not isinstance(item, dict):
        return None
    scope, kind, id_, name = (item.get(key) for key in ("scope", "k", "id", "field"))
    mark, value = _mark(item.get("mark")), item.get("value")
    if not (isinstance(scope, str) and UUID.match(scope) and isinstance(id_, str)):
        return None
    if not (UUID.match(id_) and isinstance(kind, str) and KIND.match(kind)):
        return None
    if not (isinstance(name, str) and 0 < len(name) <= MAX_NAME and good_keys(name)):
        return None
    if mark is None or not good_keys(value) or not good_numbers(value):
        return None
    return Lost(scope, kind, id_, name, mark, value) if len(canonical(value)) <= LONGEST else None


def _mark(said: JsonValue) -> Mark | None:
    if said is None:
        return NOBODY
    if not isinstance(said, list) or len(said) != 2:
        return None
    client, mid = said
    if not isinstance(client, str) or not CLIENT.match(client):
        return None
    if not isinstance(mid, int) or isinstance(mid, bool) or not 0 <= mid < 2**53:
        return None
    return client, mid


def keep_lost(connection: Connection, principal: Principal, told_by: str, told: list[Lost]) -> int:
    """Keep what this person may read, the ledger lacks and nobody told yet; return how much."""
    kept = 0
    for one in told:
        grant = principal.grants.get(one.scope_id)
        if grant is None or not grant.can_read or not _is_ours(connection, one):
            continue
        if not _is_missing(connection, principal.organisation_id, one):
            continue
        key = _key(principal.organisation_id, one)
        if connection.execute(select(SyncLost.id).where(*key)).first() is None:
            connection.execute(
                insert(SyncLost).values(
                    organisation_id=principal.organisation_id,
                    kind=one.kind,
                    id=one.id,
                    field=one.field,
                    by_client=one.mark[0],
                    by_mid=one.mark[1],
                    scope_id=one.scope_id,
                    value=one.value,
                    told_by=told_by,
                    told_at=now_ms(),
                    state="open",
                )
            )
            kept += 1
    return kept


def _is_ours(connection: Connection, one: Lost) -> bool:
    """Leave out what this build does not know, and what the server works out by itself."""
    rules = current_build(connection).rules.get(one.kind)
    rule = rules.rule(one.field) if rules is not None else None
    return rule is not None and not rule.declared.server_only and rule.takes(one.value)


def _is_missing(connection: Connection, organisation_id: str, one: Lost) -> bool:
    """Whether the ledger lacks it. A record that was gone is missed if the restore brought it back.

    One that another tablet offers again now may be one that the teller had not seen yet.
    """
    if one.mark == NOBODY:
        return was_restored(connection, organisation_id, one.kind, one.id)
    return not _knows(connection, organisation_id, one.mark)


def _knows(connection: Connection, organisation_id: str, mark: Mark) -> bool:
    row = connection.execute(
        select(SyncOp.kind).where(
            SyncOp.organisation_id == organisation_id,
            SyncOp.client_id == mark[0],
            SyncOp.mid == mark[1],
        )
    ).first()
    return row is not None and row.kind != "void"


def _key(organisation_id: str, one: Lost) -> tuple[ColumnElement[bool], ...]:
    return (
        SyncLost.organisation_id == organisation_id,
        SyncLost.kind == one.kind,
        SyncLost.id == one.id,
        SyncLost.field == one.field,
        SyncLost.by_client == one.mark[0],
        SyncLost.by_mid == one.mark[1],
    )


def list_lost(connection: Connection, principal: Principal) -> list[dict[str, object]]:
    """Return the open values of the scopes in which this person decides, record by record."""
    mine = [id_ for id_, grant in principal.grants.items() if may_decide(grant)]
    rows = connection.execute(
        select(SyncLost)
        .where(
            SyncLost.organisation_id == principal.organisation_id,
            SyncLost.state == "open",
            SyncLost.scope_id.in_(mine),
        )
        .order_by(SyncLost.kind, SyncLost.id, SyncLost.field, SyncLost.told_at)
        .limit(PAGE)
    )
    names = ("scope_id", "kind", "id", "field", "value", "by_client", "by_mid", "told_at")
    return [{name: getattr(row, name) for name in names} for row in rows]
