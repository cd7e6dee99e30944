"""What goes in and out of the estate's API."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from server.core.schemas import Row, Word, wire_fields
from server.estate.categories import CATEGORIES
from server.estate.collections import ASSET, LOT, SYSTEM
from server.estate.models import ALLOCATIONS, BUILTIN_ROOMS, CONDITIONS, LIFE_STATES
from server.estate.services.labels import MOST_LABELS
from sync.collections import Collection


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
    category = Word(CATEGORIES, "Category", required=False)
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
    builtin = Word(BUILTIN_ROOMS, allow_none=True)
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
    category = Word(CATEGORIES, "Category")
    product = fields.String(required=True, allow_none=True)
    school_id = fields.String(required=True)
    school_name = fields.String(required=True)
    room_id = fields.String(required=True)
    room_name = fields.String(required=True)
    tag = fields.String(required=True, allow_none=True)
    serial = fields.String(required=True, allow_none=True)
    condition = Word(CONDITIONS, "Condition", allow_none=True)
    life_state = Word(LIFE_STATES)
    allocation = Word(ALLOCATIONS)
    bought_on = fields.Date(required=True, allow_none=True)
    quantity = fields.Integer(required=True)


class ItemsSchema(Schema):
    items = fields.List(fields.Nested(ItemSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class MarkField(Row):
    """The version of a value: [client, mid]."""

    def __init__(self) -> None:
        super().__init__({"type": "string"}, {"type": "integer"})

    def _deserialize(self, value: object, *_args: object, **_options: object) -> tuple[str, int]:
        if isinstance(value, list) and len(value) == 2:
            client, mid = value
            if isinstance(client, str) and isinstance(mid, int) and len(client) <= 80:
                return client, mid
        raise ValidationError("Give the version as it was read.")


class WholeSchema(ItemSchema):
    """One row of the register with what each of its fields was last written by."""

    v = fields.Dict(keys=fields.String(), values=MarkField(), required=True)


def _whole(collection: Collection, **more: fields.Field[Any]) -> type[Schema]:
    """Add a kind's wire fields to what every row has."""
    kind = collection.kind
    own = {
        name: field
        for name, field in wire_fields(collection).items()
        if name not in ItemSchema().fields
    }
    return WholeSchema.from_dict(
        {"kind": Word((kind,)), **more, **own}, name=f"{kind.capitalize()}Schema"
    )


AssetSchema = _whole(ASSET, tags=fields.List(fields.String(), required=True))
LotSchema = _whole(LOT)
SystemSchema = _whole(SYSTEM)


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
    codes = fields.List(Row({"type": "string"}, {"type": ["string", "null"]}), required=True)
