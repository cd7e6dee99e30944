"""Findings: of a visit, of a subject, in a room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.accounts.access import current
from server.audits.api.blueprint import blp, readers
from server.audits.schemas import FindingQuerySchema, FindingsSchema
from server.audits.services.findings import Wanted, list_findings
from server.core.paging import read_cursor, write_cursor


@blp.route("/findings")
@blp.arguments(FindingQuerySchema, location="query")
@blp.response(200, FindingsSchema)
@readers
def findings(query: Mapping[str, Any]) -> Mapping[str, object]:
    """List findings, newest first, each with its author and photos."""
    limit: int = query["limit"]
    names = ("visit_id", "subject_id", "room_id")
    wanted = Wanted(**{name: str(query[name]) for name in names if name in query})
    cursor = read_cursor(query.get("after"), int, str)
    after = (int(cursor[0]), str(cursor[1])) if cursor else None
    items = list_findings(current(), wanted, after=after, limit=limit)
    last = items[-1] if len(items) == limit else None
    return {
        "items": items,
        "next": write_cursor(int(str(last["seen_at"] or 0)), str(last["id"])) if last else None,
    }
