"""Fields that tell the API's description more: closed lists by name, rows, a kind's wire fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from sync.collections import Collection, Field


class Word(fields.String):
    """A word of a closed list; the app's types call the list by its name, when it has one."""

    def __init__(
        self,
        words: Sequence[str],
        name: str | None = None,
        *,
        required: bool = True,
        allow_none: bool = False,
    ) -> None:
        super().__init__(
            validate=validate.OneOf(words),
            required=required,
            allow_none=allow_none,
            metadata={"title": name} if name else {},
        )


class Row(fields.Raw):
    """A JSON list of fixed length, written as it is: thousands of them travel in one answer."""

    def __init__(self, *places: Mapping[str, object]) -> None:
        super().__init__(metadata={"x-row": list(places)})


# On the wire a field that was never written is missing, and one that was cleared is null.
_PLAIN: Mapping[str, Callable[[], fields.Field[Any]]] = {
    "int": lambda: fields.Integer(allow_none=True),
    "time": lambda: fields.Integer(allow_none=True),
    "bool": lambda: fields.Boolean(allow_none=True),
    "json": lambda: fields.Raw(allow_none=True),
}


def wire_fields(collection: Collection) -> dict[str, fields.Field[Any]]:
    """Return a kind's fields as devices see them. Map fields stay out: their names are data."""
    return {name: _wire_field(one) for name, one in collection.fields.items() if not one.map}


def _wire_field(one: Field) -> fields.Field[Any]:
    if one.choices:
        return Word(one.choices, required=False, allow_none=True)
    plain = _PLAIN.get(one.type)
    return plain() if plain else fields.String(allow_none=True)
