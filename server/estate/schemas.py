"""What goes in and out of the estate's API."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from server.estate.categories import CATEGORIES
from server.estate.services.labels import MOST_LABELS


def _is_readable(text: str) -> None:
    """Refuse what no keyboard types and no database searches for."""
    if not all(character.isprintable() for character in text):
        raise ValidationError("Search for letters and digits.")


class PageQuerySchema(Schema):
    """Where in a list to go on, and how many rows."""

    after = fields.String(validate=validate.Length(max=500))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 200))


class RegisterQuerySchema(PageQuerySchema):
    """What a list of assets, lots or systems is narrowed to."""

    school_id = fields.UUID()
    room_id = fields.UUID()
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    q = fields.String(validate=[validate.Length(max=100), _is_readable])


class SchoolSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    urn = fields.String(required=True, allow_none=True)
    trust_id = fields.String(required=True, allow_none=True)
    trust_name = fields.String(required=True, allow_none=True)
    phase = fields.String(required=True, allow_none=True)
    pupils = fields.Integer(required=True, allow_none=True)
    rooms = fields.Integer(required=True)
    assets = fields.Integer(required=True)


class SchoolsSchema(Schema):
    items = fields.List(fields.Nested(SchoolSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class RoomSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    building_id = fields.String(required=True, allow_none=True)
    building = fields.String(required=True, allow_none=True)
    floor = fields.String(required=True, allow_none=True)
    room_type = fields.String(required=True, allow_none=True)
    builtin = fields.String(required=True, allow_none=True)
    assets = fields.Integer(required=True)


class RoomsSchema(Schema):
    items = fields.List(fields.Nested(RoomSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class TrustSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    schools = fields.Integer(required=True)


class TrustsSchema(Schema):
    items = fields.List(fields.Nested(TrustSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ItemSchema(Schema):
    """One row of the register; what its kind has not is null."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    asset_type_id = fields.String(required=True)
    type_name = fields.String(required=True)
    category = fields.String(required=True)
    product = fields.String(required=True, allow_none=True)
    school_id = fields.String(required=True)
    school_name = fields.String(required=True)
    room_id = fields.String(required=True)
    room_name = fields.String(required=True)
    tag = fields.String(required=True, allow_none=True)
    serial = fields.String(required=True, allow_none=True)
    condition = fields.String(required=True, allow_none=True)
    life_state = fields.String(required=True)
    allocation = fields.String(required=True)
    bought_on = fields.Date(required=True, allow_none=True)
    quantity = fields.Integer(required=True)


class ItemsSchema(Schema):
    items = fields.List(fields.Nested(ItemSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class MarkField(fields.Field[tuple[str, int]]):
    """The version of a value: [client, mid]."""

    def _deserialize(self, value: object, *_args: object, **_options: object) -> tuple[str, int]:
        if isinstance(value, list) and len(value) == 2:
            client, mid = value
            if isinstance(client, str) and isinstance(mid, int) and len(client) <= 80:
                return client, mid
        raise ValidationError("Give the version as it was read.")


class EditSchema(Schema):
    """What a form changed, and the version of each field that stood in it."""

    set = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 120)),
        values=fields.Raw(allow_none=True),
        required=True,
        validate=validate.Length(1, 60),
    )
    base = fields.Dict(keys=fields.String(), values=MarkField(), load_default=dict)


class NewLabelsSchema(Schema):
    """How many labels, and for which school; no school = anywhere in the organisation."""

    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_LABELS))
    school_id = fields.UUID(allow_none=True)


class BatchSchema(Schema):
    batch_id = fields.String(required=True)
    count = fields.Integer(required=True)


class TagIndexSchema(Schema):
    """Every code of the organisation with its school, dated."""

    as_at = fields.Integer(required=True)
    codes = fields.List(fields.Raw(), required=True)
