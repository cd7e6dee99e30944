"""Held work that names no scope there is: in nobody's scopes, so the organisation's own IT decides.

A device may name a visit or school that this server never had, or lost with a restore. The device
gets the same answer as for somebody else's; what it sent must still come before a person.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, cast, exists, select

from server.accounts.access import Principal
from server.core.scopes import Scope
from server.core.types import IdType
from server.exchange.choose import may_decide
from server.exchange.models import SyncOp


def names_no_scope() -> ColumnElement[bool]:
    """Whether a ledger row names no scope of its organisation; a line nobody can read has none."""
    named = cast(SyncOp.scope_id, IdType())  # read_op takes a line only if this is a UUID
    return ~exists().where(Scope.organisation_id == SyncOp.organisation_id, Scope.id == named)


def scopes_there(
    connection: Connection, organisation_id: str, scope_ids: Collection[str]
) -> frozenset[str]:
    """Return those of these that are scopes of the organisation."""
    found = connection.execute(
        select(Scope.id).where(Scope.organisation_id == organisation_id, Scope.id.in_(scope_ids))
    )
    return frozenset(str(row.id) for row in found)


def decides_nowhere(principal: Principal) -> bool:
    """Whether this person decides what names no scope: Trust IT of the whole organisation."""
    return may_decide(principal.grants.get(principal.organisation_id))


def decides_all(principal: Principal, scope_ids: Collection[str], *, nowhere: bool) -> bool:
    """Whether this person decides in every one of these scopes, and where none is named."""
    if nowhere and not decides_nowhere(principal):
        return False
    return all(may_decide(principal.grants.get(scope_id)) for scope_id in scope_ids)
