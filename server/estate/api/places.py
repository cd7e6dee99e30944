"""Schools, rooms, trusts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from server.accounts.access import current
from server.core.paging import read_cursor, write_cursor
from server.estate.api.blueprint import blp, id_in_cursor, readers
from server.estate.schemas import PageQuerySchema, RoomsSchema, SchoolsSchema, TrustsSchema
from server.estate.services.places import list_rooms, list_schools, list_trusts


@blp.route("/schools")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, SchoolsSchema)
@readers
def schools(query: Mapping[str, Any]) -> Mapping[str, object]:
    """List one's schools by name, with how much stands in them."""
    limit: int = query["limit"]
    cursor = read_cursor(query.get("after"), str, str)
    after = (str(cursor[0]), id_in_cursor(cursor[1])) if cursor else None
    items = list_schools(current().school_ids(), after=after, limit=limit)
    last = items[-1] if len(items) == limit else None
    return {"items": items, "next": write_cursor(last.name, last.id) if last else None}


@blp.route("/schools/<uuid:school_id>/rooms")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, RoomsSchema)
@readers
def rooms(query: Mapping[str, Any], school_id: UUID) -> Mapping[str, object]:
    """List a school's rooms in walking order, the two built-in ones first."""
    current().require_school(str(school_id))
    limit: int = query["limit"]
    cursor = read_cursor(query.get("after"), int, str)
    after = (int(cursor[0]), id_in_cursor(cursor[1])) if cursor else None
    items = list_rooms(str(school_id), after=after, limit=limit)
    last = items[-1] if len(items) == limit else None
    return {"items": items, "next": write_cursor(last.walk_order, last.id) if last else None}


@blp.route("/trusts")
@blp.response(200, TrustsSchema)
@readers
def trusts() -> Mapping[str, object]:
    """List the trusts of one's schools."""
    return {"items": list_trusts(current().school_ids()), "next": None}
