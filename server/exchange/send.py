"""What goes to a device: pages of stored items, bootstrap streams and digests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Integer,
    Table,
    bindparam,
    func,
    null,
    select,
    text,
    union_all,
)

from server.core.problems import Problem
from server.core.scopes import Scope
from server.core.statements import Prepared
from server.core.types import IdType
from server.exchange.build import Build
from server.exchange.commit import current_build
from server.exchange.models import SyncDecision, SyncTombstone
from sync.codec import canonical
from sync.pull import Head
from sync.record import gone

PAGE = 2000
FEW = 4  # so many scopes are asked one by one: quicker than building a list
_paging: dict[str, Prepared] = {}


# Built once: most pulls find nothing new, and ask only these.
_HEADS = select(Scope.id, Scope.kind, Scope.gen, Scope.seq, Scope.min_seq).where(
    Scope.organisation_id == bindparam("p_organisation"),
    Scope.id.in_(bindparam("p_scopes", expanding=True)),
)
_HEAD = Prepared(
    select(Scope.kind, Scope.gen, Scope.seq, Scope.min_seq).where(
        Scope.organisation_id == bindparam("p_organisation", type_=IdType()),
        Scope.id == bindparam("p_scope", type_=IdType()),
    )
)
_DECISIONS = Prepared(
    select(SyncDecision.n, SyncDecision.mid, SyncDecision.outcome, SyncDecision.reason)
    .where(
        SyncDecision.organisation_id == bindparam("p_organisation", type_=IdType()),
        SyncDecision.client_id == bindparam("p_client"),
        SyncDecision.n > bindparam("p_decided"),
    )
    .order_by(SyncDecision.n)
)


class SqlPullStore:
    """Reads of one snapshot of one organisation."""

    def __init__(self, connection: Connection, organisation_id: str) -> None:
        self.connection = connection
        self.organisation_id = organisation_id

    def heads(self, scope_ids: Sequence[str]) -> dict[str, Head]:
        if not scope_ids:
            return {}
        if len(scope_ids) <= FEW:
            return self._few_heads(scope_ids)
        given = {"p_organisation": self.organisation_id, "p_scopes": list(scope_ids)}
        rows = self.connection.execute(_HEADS, given)
        return {id_: Head(kind, gen, seq, least) for id_, kind, gen, seq, least in rows}

    def _few_heads(self, scope_ids: Sequence[str]) -> dict[str, Head]:
        found: dict[str, Head] = {}
        for scope_id in scope_ids:
            given = {"p_organisation": self.organisation_id, "p_scope": scope_id}
            for kind, gen, seq, least in _HEAD.rows(self.connection, given):
                found[scope_id] = Head(kind, gen, seq, least)
        return found

    def rows(self, scope_id: str, kind: str, after: int, limit: int) -> list[tuple[int, str]]:
        values: dict[str, object] = {
            "p_organisation": self.organisation_id,
            "p_scope": scope_id,
            "p_after": after,
            "p_limit": limit,
        }
        found = _page(current_build(self.connection), kind).rows(self.connection, values)
        return [
            (seq, text if kind_ is None else gone(kind_, str(id_), seq, reason, text))
            for seq, text, kind_, id_, reason in found
        ]


def _page(build: Build, kind: str) -> Prepared:
    found = _paging.get(kind)
    if found is None:
        found = _paging[kind] = Prepared(_page_query(build, kind))
    return found


def _page_query(build: Build, kind: str) -> CompoundSelect[int, str, str, str, str]:
    """Return the tombstones of a scope and the live rows of its every table, in order of number.

    The tombstones come first: PostgreSQL takes the types of the columns from them.
    """
    organisation, scope = (
        bindparam("p_organisation", type_=IdType()),
        bindparam("p_scope", type_=IdType()),
    )
    after = bindparam("p_after", type_=BigInteger())
    dead = select(
        SyncTombstone.seq,
        SyncTombstone.fver,
        SyncTombstone.kind,
        SyncTombstone.id,
        SyncTombstone.reason,
    ).where(
        SyncTombstone.organisation_id == organisation,
        SyncTombstone.scope_id == scope,
        SyncTombstone.seq > after,
    )
    live = [
        select(table.c.sync_seq, table.c.wire, null(), null(), null()).where(
            table.c.organisation_id == organisation,
            table.c.scope_id == scope,
            table.c.sync_seq > after,
            table.c.deleted_at.is_(None),
        )
        for table in tables_of(build, kind)
    ]
    every = union_all(dead, *live)
    return every.order_by(text("1")).limit(bindparam("p_limit", type_=Integer()))


def tables_of(build: Build, scope_kind: str) -> list[Table]:
    """Return the tables whose records live in scopes of a kind."""
    return [
        build.tables[item.collection.kind].table
        for item in build.registry.all()
        if item.collection.scope_kind == scope_kind
    ]


def decisions_after(
    connection: Connection, organisation_id: str, client_id: str, decided: int
) -> list[dict[str, object]]:
    """Return the answers to this client's held ops and conflicts that it has not had yet."""
    given = {"p_organisation": organisation_id, "p_client": client_id, "p_decided": decided}
    rows = _DECISIONS.rows(connection, given)
    return [
        {"n": n, "mid": mid, "outcome": outcome, "reason": reason}
        for n, mid, outcome, reason in rows
    ]


def digest(
    connection: Connection, organisation_id: str, scope_id: str, seq: int
) -> tuple[int, int]:
    """Return (live items, sum) of a scope at its head. Raises not_at_head anywhere else."""
    row = connection.execute(
        select(Scope.seq, Scope.digest, Scope.kind).where(
            Scope.organisation_id == organisation_id, Scope.id == scope_id
        )
    ).one()
    if row.seq != seq:
        raise Problem("not_at_head", extra={"head": row.seq})
    n = 0
    for table in tables_of(current_build(connection), row.kind):
        n += connection.execute(
            select(func.count())
            .select_from(table)
            .where(
                table.c.organisation_id == organisation_id,
                table.c.scope_id == scope_id,
                table.c.deleted_at.is_(None),
            )
        ).scalar_one()
    return n, row.digest


def bootstrap_lines(
    connection: Connection, organisation_id: str, scope_id: str, after: int, epoch: str
) -> Iterator[str]:
    """Yield every item of a scope above a number, a line each, and a last line without ``k``."""
    store = SqlPullStore(connection, organisation_id)
    head = store.heads([scope_id])[scope_id]
    while after < head.seq:
        rows = store.rows(scope_id, head.kind, after, PAGE)
        yield from (item for _, item in rows)
        if len(rows) < PAGE:
            break
        after = rows[-1][0]
    trailer = {"gen": head.gen, "min_seq": head.min_seq, "seq": head.seq, "server_epoch": epoch}
    yield canonical(trailer)
