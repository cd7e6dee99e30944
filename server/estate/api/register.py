"""Assets, lots and systems: found, read whole, changed from a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, jsonify

from server.accounts.access import current
from server.core.paging import read_cursor, write_cursor
from server.estate.api.blueprint import blp, editors, id_in_cursor, readers
from server.estate.schemas import (
    AssetSchema,
    EditSchema,
    ItemsSchema,
    LotSchema,
    RegisterQuerySchema,
    SystemSchema,
)
from server.estate.services.editing import edit, read_whole
from server.estate.services.register import Wanted, list_items

Query = Mapping[str, Any]


@blp.route("/assets")
@blp.arguments(RegisterQuerySchema, location="query")
@blp.response(200, ItemsSchema)
@readers
def assets(query: Query) -> Mapping[str, object]:
    """List the assets of one's schools, narrowed and searched."""
    return _list("asset", query)


@blp.route("/lots")
@blp.arguments(RegisterQuerySchema, location="query")
@blp.response(200, ItemsSchema)
@readers
def lots(query: Query) -> Mapping[str, object]:
    """List what is counted in the rooms of one's schools."""
    return _list("lot", query)


@blp.route("/systems")
@blp.arguments(RegisterQuerySchema, location="query")
@blp.response(200, ItemsSchema)
@readers
def systems(query: Query) -> Mapping[str, object]:
    """List the services of one's schools."""
    return _list("system", query)


@blp.route("/assets/<uuid:subject_id>")
@blp.response(200, AssetSchema)
@readers
def asset(subject_id: UUID) -> Response:
    """Read an asset with all its fields, its tags, and the version of each field."""
    return _whole("asset", subject_id)


@blp.route("/lots/<uuid:subject_id>")
@blp.response(200, LotSchema)
@readers
def lot(subject_id: UUID) -> Response:
    """Read a lot with all its fields and the version of each."""
    return _whole("lot", subject_id)


@blp.route("/systems/<uuid:subject_id>")
@blp.response(200, SystemSchema)
@readers
def system(subject_id: UUID) -> Response:
    """Read a system with all its fields and the version of each."""
    return _whole("system", subject_id)


@blp.route("/assets/<uuid:subject_id>", methods=["PATCH"])
@blp.arguments(EditSchema)
@blp.response(200, AssetSchema)
@editors
def change_asset(body: Query, subject_id: UUID) -> Response:
    """Write what a form changed; a field that somebody else changed meanwhile is a conflict."""
    return _change("asset", subject_id, body)


@blp.route("/lots/<uuid:subject_id>", methods=["PATCH"])
@blp.arguments(EditSchema)
@blp.response(200, LotSchema)
@editors
def change_lot(body: Query, subject_id: UUID) -> Response:
    """Write what a form changed; a field that somebody else changed meanwhile is a conflict."""
    return _change("lot", subject_id, body)


@blp.route("/systems/<uuid:subject_id>", methods=["PATCH"])
@blp.arguments(EditSchema)
@blp.response(200, SystemSchema)
@editors
def change_system(body: Query, subject_id: UUID) -> Response:
    """Write what a form changed; a field that somebody else changed meanwhile is a conflict."""
    return _change("system", subject_id, body)


def _list(kind: str, query: Query) -> Mapping[str, object]:
    principal = current()
    names = ("school_id", "room_id", "category", "q")
    wanted = Wanted(**{name: str(query[name]) for name in names if name in query})
    if wanted.school_id is not None:
        principal.require_school(wanted.school_id)
    limit: int = query["limit"]
    cursor = read_cursor(query.get("after"), str, str)
    after = (id_in_cursor(cursor[0]), id_in_cursor(cursor[1])) if cursor else None
    items = list_items(kind, principal.school_ids(), wanted, after=after, limit=limit)
    last = items[-1] if len(items) == limit else None
    return {"items": items, "next": write_cursor(last.school_id, last.id) if last else None}


def _whole(kind: str, subject_id: UUID) -> Response:
    """Answer with the record, dates as the rest of the API writes them."""
    found = read_whole(current(), kind, str(subject_id))
    return jsonify(
        {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in found.items()
        }
    )


def _change(kind: str, subject_id: UUID, body: Query) -> Response:
    edit(current(), kind, str(subject_id), body["set"], body["base"])
    return _whole(kind, subject_id)
