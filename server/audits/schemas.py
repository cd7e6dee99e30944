"""What goes in and out of the audit's API."""

from __future__ import annotations

import datetime as dt

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.audits.models import (
    PHOTO_OWNERS,
    PHOTO_STATES,
    RESOLUTIONS,
    SUBJECT_KINDS,
    VISIT_STATES,
)
from server.core.schemas import Word
from server.estate.models import CONDITIONS

LONGEST_VISIT = dt.timedelta(days=366)


class PageQuerySchema(Schema):
    """Where in a list to go on, and how many rows."""

    after = fields.String(validate=validate.Length(max=500))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 200))


class VisitItemSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    school_id = fields.String(required=True)
    school_name = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    state = Word(VISIT_STATES)
    blind = fields.Boolean(required=True)
    rooms = fields.Integer(required=True)
    rooms_done = fields.Integer(required=True)
    assets = fields.Integer(required=True)
    found = fields.Integer(required=True)
    bytes = fields.Integer(required=True)


class VisitsSchema(Schema):
    items = fields.List(fields.Nested(VisitItemSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class TeamMemberSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class NotSeenSchema(Schema):
    """How many expected things were seen nowhere; unknown while tablets still hold work."""

    is_known = fields.Boolean(required=True)
    count = fields.Integer(required=True, allow_none=True)


class ClosingSchema(Schema):
    """Who ended a visit and when; ``reason``: why although ``devices`` still held work of it."""

    at = fields.Integer(required=True)
    person = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    devices = fields.Integer(required=True)


class VisitSchema(VisitItemSchema):
    team = fields.List(fields.Nested(TeamMemberSchema), required=True)
    not_seen = fields.Nested(NotSeenSchema, required=True)
    closing = fields.Nested(ClosingSchema, required=True, allow_none=True)


class NewVisitSchema(Schema):
    school_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    blind = fields.Boolean(load_default=False)
    team = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))

    @validates_schema
    def days_in_order(self, data: dict[str, dt.date], **_kwargs: object) -> None:
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on is None or ends_on is None:
            return
        if ends_on < starts_on:
            raise ValidationError("The last day is before the first.", "ends_on")
        if ends_on - starts_on > LONGEST_VISIT:
            raise ValidationError("A visit lasts at most a year.", "ends_on")


class ManifestSchema(Schema):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    bytes = fields.Integer(required=True)


class PhotoSchema(Schema):
    id = fields.String(required=True)
    owner_kind = Word(PHOTO_OWNERS)
    owner_id = fields.String(required=True)
    sha256 = fields.String(required=True)
    caption = fields.String(required=True, allow_none=True)
    rank = fields.Integer(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    drawing = fields.Raw(required=True, allow_none=True)
    has_person = fields.Boolean(required=True, allow_none=True)
    taken_at = fields.Integer(required=True)
    state = Word(PHOTO_STATES)
    refusal = fields.String(required=True, allow_none=True)


class PhotosSchema(Schema):
    items = fields.List(fields.Nested(PhotoSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PhotoQuerySchema(PageQuerySchema):
    owner_id = fields.UUID(required=True)


class ImageQuerySchema(Schema):
    size = fields.String(load_default="full", validate=validate.OneOf(("thumb", "full")))


class FindingSchema(Schema):
    id = fields.String(required=True)
    visit_id = fields.String(required=True)
    visit_name = fields.String(required=True)
    subject_kind = Word(SUBJECT_KINDS)
    subject_id = fields.String(required=True)
    subject_name = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    seen = fields.Boolean(required=True, allow_none=True)
    seen_at = fields.Integer(required=True, allow_none=True)
    seen_room_id = fields.String(required=True, allow_none=True)
    room_name = fields.String(required=True, allow_none=True)
    resolution = Word(RESOLUTIONS, allow_none=True)
    condition = Word(CONDITIONS, "Condition", allow_none=True)
    count_a = fields.Integer(required=True, allow_none=True)
    count_b = fields.Integer(required=True, allow_none=True)
    count_c = fields.Integer(required=True, allow_none=True)
    count_d = fields.Integer(required=True, allow_none=True)
    faults = fields.Dict(
        keys=fields.String(), values=fields.Boolean(), required=True, allow_none=True
    )
    answers = fields.Raw(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    void = fields.Boolean(required=True, allow_none=True)
    author = fields.String(required=True, allow_none=True)
    photos = fields.List(fields.Nested(PhotoSchema), required=True)


class FindingsSchema(Schema):
    items = fields.List(fields.Nested(FindingSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class FindingQuerySchema(PageQuerySchema):
    visit_id = fields.UUID()
    subject_id = fields.UUID()
    room_id = fields.UUID()

    @validates_schema
    def narrowed(self, data: dict[str, object], **_kwargs: object) -> None:
        if not data.keys() & {"visit_id", "subject_id", "room_id"}:
            raise ValidationError("Give a visit, a subject or a room.", "visit_id")
