"""What goes in and out of the list of what a restore took back."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.audits.api.waiting_schemas import REASON, MarkSchema
from server.core.schemas import Word


class LostValueSchema(Schema):
    """A value that a tablet still shows: whose it is, and which tablet told of it."""

    field = fields.String(required=True)
    question = fields.String(required=True, allow_none=True)
    client_id = fields.String(required=True)
    mid = fields.Integer(required=True)
    value = fields.Raw(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    now = fields.Raw(required=True, allow_none=True)
    now_name = fields.String(required=True, allow_none=True)
    person = fields.String(required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True)
    at = fields.Integer(required=True, allow_none=True)
    shown_by = fields.String(required=True, allow_none=True)
    shown_on = fields.String(required=True, allow_none=True)


class LostSchema(Schema):
    """All that is missing of one record. ``until``: when the last of it was told."""

    kind = fields.String(required=True)
    id = fields.String(required=True)
    since = fields.Integer(required=True)
    until = fields.Integer(required=True)
    is_there = fields.Boolean(required=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.String(required=True)
    subject_name = fields.String(required=True, allow_none=True)
    tag = fields.String(required=True, allow_none=True)
    room_name = fields.String(required=True, allow_none=True)
    school_id = fields.String(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    visit_id = fields.String(required=True, allow_none=True)
    visit_name = fields.String(required=True, allow_none=True)
    values = fields.List(fields.Nested(LostValueSchema), required=True)


class LostListSchema(Schema):
    items = fields.List(fields.Nested(LostSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class LostCountSchema(Schema):
    restored_at = fields.Integer(required=True, allow_none=True)
    records = fields.Integer(required=True)
    devices = fields.Integer(required=True)


class AwaitedSchema(Schema):
    """A device of before the restore: ``silent`` since, or ``offering`` what it still holds."""

    person = fields.String(required=True, allow_none=True)
    device = fields.String(required=True)
    state = Word(("silent", "offering"), "AwaitedState")
    changes = fields.Integer(required=True, allow_none=True)
    last_seen = fields.Integer(required=True)


class AwaitedListSchema(Schema):
    items = fields.List(fields.Nested(AwaitedSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PickedSchema(MarkSchema):
    """One of the values. A record that was gone names nobody: an empty client, number 0."""

    field = fields.String(required=True, validate=validate.Length(1, 120))
    client_id = fields.String(required=True, validate=validate.Length(0, 60))
    mid = fields.Integer(required=True, validate=validate.Range(0, 2**53 - 1))


class LostAnswerSchema(Schema):
    """What the person decided, of the values that they saw."""

    outcome = Word(("applied", "ignored"))
    until = fields.Integer(required=True, validate=validate.Range(0, 2**53 - 1))
    picked = fields.List(
        fields.Nested(PickedSchema), load_default=list, validate=validate.Length(max=500)
    )
    reason = fields.String(load_default="", validate=validate.Length(max=REASON))

    @validates_schema
    def says_why(self, data: dict[str, object], **_kwargs: object) -> None:
        if data["outcome"] == "ignored" and not str(data["reason"]).strip():
            raise ValidationError("Say why; it is kept with the list.", "reason")
        if data["outcome"] == "applied" and not data["picked"]:
            raise ValidationError("Pick what is to be written.", "picked")


class LostSettledSchema(Schema):
    """``conflicts``: how many fields wait for a choice, because something else stands there."""

    status = Word(("applied", "merged", "ignored"))
    conflicts = fields.Integer(required=True)
