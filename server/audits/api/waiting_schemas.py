"""What goes in and out of the queue of what needs a person."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.audits.schemas import PageQuerySchema, PhotoSchema
from server.core.schemas import Word
from sync.batch import HELD

REASON = 500


class WaitingQuerySchema(PageQuerySchema):
    school_id = fields.UUID()
    visit_id = fields.UUID()


class SideSchema(Schema):
    """One value of a conflict. The desk puts its own words to choices; ``name`` is of a record."""

    client_id = fields.String(required=True)
    mid = fields.Integer(required=True)
    value = fields.Raw(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    person = fields.String(required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True)
    at = fields.Integer(required=True, allow_none=True)


class ConflictSchema(Schema):
    """Two people wrote one field, neither having seen the other."""

    kind = fields.String(required=True)
    id = fields.String(required=True)
    field = fields.String(required=True)
    question = fields.String(required=True, allow_none=True)
    is_text = fields.Boolean(required=True)
    is_fixed = fields.Boolean(required=True)
    is_removed = fields.Boolean(required=True)
    stands = fields.Nested(SideSchema, required=True, allow_none=True)
    others = fields.List(fields.Nested(SideSchema), required=True)


class HeldValueSchema(Schema):
    kind = fields.String(required=True)
    subject_name = fields.String(required=True, allow_none=True)
    field = fields.String(required=True)
    question = fields.String(required=True, allow_none=True)
    value = fields.Raw(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    now = fields.Raw(required=True, allow_none=True)
    now_name = fields.String(required=True, allow_none=True)
    is_new = fields.Boolean(required=True)


class HeldSchema(Schema):
    """A change, or a group of them, that a device sent and nobody could take."""

    client_id = fields.String(required=True)
    mid = fields.Integer(required=True)
    code = Word(sorted(HELD), "HeldCode")
    changes = fields.Integer(required=True)
    is_erased = fields.Boolean(required=True)
    is_nowhere = fields.Boolean(required=True)
    needs_school = fields.Boolean(required=True)
    values = fields.List(fields.Nested(HeldValueSchema), required=True)
    person = fields.String(required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True)
    at = fields.Integer(required=True, allow_none=True)


class WaitingSchema(Schema):
    type = Word(("conflict", "held"))
    key = fields.String(required=True)
    since = fields.Integer(required=True)
    kind = fields.String(required=True, allow_none=True)
    subject_kind = fields.String(required=True, allow_none=True)
    subject_id = fields.String(required=True, allow_none=True)
    subject_name = fields.String(required=True, allow_none=True)
    tag = fields.String(required=True, allow_none=True)
    room_name = fields.String(required=True, allow_none=True)
    school_id = fields.String(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    visit_id = fields.String(required=True, allow_none=True)
    visit_name = fields.String(required=True, allow_none=True)
    photos = fields.List(fields.Nested(PhotoSchema), required=True)
    conflict = fields.Nested(ConflictSchema, required=True, allow_none=True)
    held = fields.Nested(HeldSchema, required=True, allow_none=True)


class WaitingListSchema(Schema):
    items = fields.List(fields.Nested(WaitingSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class WaitingCountSchema(Schema):
    conflicts = fields.Integer(required=True)
    held = fields.Integer(required=True)


class MarkSchema(Schema):
    """Names a value: who made it. The number is the maker's own."""

    client_id = fields.String(required=True, validate=validate.Length(1, 60))
    mid = fields.Integer(required=True, validate=validate.Range(1, 2**53 - 1))


class ChoiceSchema(Schema):
    """What the person saw, and the one they chose: one of the values, or a text of their own."""

    field = fields.String(required=True, validate=validate.Length(1, 120))
    stands = fields.Nested(MarkSchema, required=True, allow_none=True)
    others = fields.List(fields.Nested(MarkSchema), required=True, validate=validate.Length(1, 100))
    chosen = fields.Nested(MarkSchema, load_default=None, allow_none=True)
    text = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=4000))

    @validates_schema
    def one_of_them(self, data: dict[str, object], **_kwargs: object) -> None:
        if data.get("text") is not None and data.get("chosen") is not None:
            raise ValidationError("Choose one of the values, or write a text, not both.", "text")


class DecisionSchema(Schema):
    """``school_id``: where an accepted change belongs that names no place that there is."""

    outcome = Word(("accepted", "refused"))
    reason = fields.String(load_default="", validate=validate.Length(max=REASON))
    school_id = fields.UUID(load_default=None, allow_none=True)


class DecidedSchema(Schema):
    """``decided`` false: it still cannot be applied, and goes on waiting; ``code`` says why."""

    decided = fields.Boolean(required=True)
    status = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)


class UnsentSchema(Schema):
    person = fields.String(required=True, allow_none=True)
    device = fields.String(required=True)
    changes = fields.Integer(required=True)
    photos = fields.Integer(required=True)
    last_seen = fields.Integer(required=True)


class UnsettledSchema(WaitingCountSchema):
    """What stands between a visit and its end."""

    items = fields.List(fields.Nested(WaitingSchema), required=True)
    is_all = fields.Boolean(required=True)
    devices = fields.List(fields.Nested(UnsentSchema), required=True)


class CloseSchema(Schema):
    """``reason``: why the visit ends while a device is known to hold work of it."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=REASON))
