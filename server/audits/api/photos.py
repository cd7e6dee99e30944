"""Photos: their records, and the pictures made of them. What was received is never served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response

from server.accounts.access import current
from server.audits.api.blueprint import blp, readers
from server.audits.schemas import ImageQuerySchema, PhotoQuerySchema, PhotosSchema
from server.audits.services.findings import photos_of
from server.audits.services.photos import picture_of
from server.core.security import FILE_CSP


@blp.route("/photos")
@blp.arguments(PhotoQuerySchema, location="query")
@blp.response(200, PhotosSchema)
@readers
def photos(query: Mapping[str, Any]) -> Mapping[str, object]:
    """List the photos of one finding, room walk or asset, in their order."""
    owner_id = str(query["owner_id"])
    return {"items": photos_of(current(), [owner_id]).get(owner_id, []), "next": None}


@blp.route("/photos/<uuid:photo_id>/image")
@blp.arguments(ImageQuerySchema, location="query")
@blp.response(200, content_type="image/jpeg")
@readers
def image(query: Mapping[str, str], photo_id: UUID) -> Response:
    """Serve a photo, upright: at most 1,600 pixels (thumb: 320), with no metadata."""
    data = picture_of(current(), str(photo_id), query["size"])
    response = Response(data, mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = FILE_CSP
    response.headers["Content-Disposition"] = "inline; filename=photo.jpg"
    return response
