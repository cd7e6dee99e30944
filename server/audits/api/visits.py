"""Visits: list, open, read, close, and what a download holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from server.accounts.access import allow, current
from server.accounts.scopes import principal_now
from server.audits.api.blueprint import blp, readers
from server.audits.api.waiting_schemas import CloseSchema
from server.audits.schemas import (
    ManifestSchema,
    NewVisitSchema,
    PageQuerySchema,
    VisitSchema,
    VisitsSchema,
)
from server.audits.services.visits import (
    Plan,
    close_visit,
    create_visit,
    list_visits,
    read_manifest,
    read_visit,
)
from server.core.paging import read_cursor, write_cursor
from server.core.problems import Problem


@blp.route("/visits")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, VisitsSchema)
@readers
def visits(query: Mapping[str, Any]) -> Mapping[str, object]:
    """List the visits of one's scopes, newest first, with their progress."""
    limit: int = query["limit"]
    items = list_visits(current(), after=_after(query.get("after")), limit=limit)
    last = items[-1] if len(items) == limit else None
    cursor = write_cursor(f"{last['starts_on']}", str(last["id"])) if last else None
    return {"items": items, "next": cursor}


def _after(text: str | None) -> tuple[dt.date, str] | None:
    cursor = read_cursor(text, str, str)
    if cursor is None:
        return None
    try:
        return dt.date.fromisoformat(str(cursor[0])), str(UUID(str(cursor[1])))
    except ValueError:
        fault = {"after": "This is not a place in this list."}
        raise Problem("bad_value", fields=fault) from None


@blp.route("/visits", methods=["POST"])
@blp.arguments(NewVisitSchema)
@blp.response(201, VisitSchema)
@allow("trust_it")
def new_visit(body: Mapping[str, Any]) -> Mapping[str, object]:
    """Open a visit of one school with its team."""
    plan = Plan(
        school_id=str(body["school_id"]),
        name=body["name"],
        starts_on=body["starts_on"],
        ends_on=body["ends_on"],
        blind=body["blind"],
        team=list(dict.fromkeys(str(id_) for id_ in body["team"])),
    )
    visit_id = create_visit(current(), plan)
    return read_visit(principal_now(current()), visit_id)


@blp.route("/visits/<uuid:visit_id>")
@blp.response(200, VisitSchema)
@readers
def visit(visit_id: UUID) -> Mapping[str, object]:
    """Read one visit: its progress, its team, and what was not seen once that is known."""
    return read_visit(current(), str(visit_id))


@blp.route("/visits/<uuid:visit_id>/close", methods=["POST"])
@blp.arguments(CloseSchema)
@blp.response(200, VisitSchema)
@allow("trust_it")
def close(body: Mapping[str, Any], visit_id: UUID) -> Mapping[str, object]:
    """Close a visit once nothing of it is open; what tablets send later waits for a person."""
    close_visit(current(), str(visit_id), reason=body["reason"])
    return read_visit(current(), str(visit_id))


@blp.route("/visits/<uuid:visit_id>/manifest")
@blp.response(200, ManifestSchema)
@readers
def manifest(visit_id: UUID) -> Mapping[str, object]:
    """Say what a download of the visit holds: records per kind and bytes."""
    return read_manifest(current(), str(visit_id))
