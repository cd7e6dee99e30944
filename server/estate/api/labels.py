"""Labels and the dated index of codes that tablets carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, make_response

from server.accounts.access import Principal, current
from server.accounts.scopes import is_wide
from server.core.clock import now_ms
from server.core.problems import Problem
from server.core.security import FILE_CSP
from server.estate.api.blueprint import blp, editors, readers
from server.estate.labels.sheet import label_sheets
from server.estate.schemas import BatchSchema, NewLabelsSchema, TagIndexSchema
from server.estate.services.labels import batch_of, issue_codes, tag_index

# Whose labels may be bound in any school of the organisation.
EVERYWHERE = frozenset({"trust_it", "consultant", "technician"})


@blp.route("/labels", methods=["POST"])
@blp.arguments(NewLabelsSchema)
@blp.response(201, BatchSchema)
@editors
def new_labels(body: Mapping[str, Any]) -> Mapping[str, object]:
    """Issue a batch of new codes, to print."""
    school_id = str(body["school_id"]) if body.get("school_id") else None
    if not _may_print(current(), school_id):
        raise Problem("bad_value", fields={"school_id": "Choose your school"})
    batch = issue_codes(body["count"], school_id)
    return {"batch_id": batch.id, "count": len(batch.codes)}


@blp.route("/labels/<uuid:batch_id>.pdf")
@blp.response(200, content_type="application/pdf")
@editors
def sheets(batch_id: UUID) -> Response:
    """Serve a batch as A4 sheets of L7651, the same bytes each time."""
    batch = batch_of(str(batch_id))
    if not _may_print(current(), batch.pool_school_id):
        raise Problem("not_found")
    response = make_response(label_sheets(batch.codes))
    response.mimetype = "application/pdf"
    response.headers["Content-Security-Policy"] = FILE_CSP
    name = f"walkround-labels-{batch.codes[0]}.pdf"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@blp.route("/tag-index")
@blp.response(200, TagIndexSchema)
@readers
def codes() -> Mapping[str, object]:
    """List every code of the organisation with its school, for scans without a network."""
    return {"as_at": now_ms(), "codes": [list(pair) for pair in tag_index()]}


def _may_print(principal: Principal, school_id: str | None) -> bool:
    """Whether labels for a school are this person's to print (not_found if not), or for anywhere.

    What may be bound in any school is for those who work in the whole organisation or a trust.
    """
    if school_id is None:
        return is_wide(principal, *EVERYWHERE)
    principal.require_school(school_id, *EVERYWHERE, "school_it")
    return True
