"""What a synced kind is: its fields, who may write them, and how its id is made.

Features declare a Collection each in their ``collections.py``; ``server/app.py`` registers them.
The same declarations are exported to TypeScript, so both engines refuse the same things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal["text", "int", "bool", "date", "time", "id", "choice", "json"]
ScopeKind = Literal["organisation", "school", "visit", "workshop"]

# Wire forms: text str, int int (pence, mm, thousandths, counts), bool true/false,
# date "YYYY-MM-DD", time int UTC milliseconds, id UUID text in lower case, choice str of
# `choices`, json list or object without floats. null clears any field that is not required.


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. A ``map`` field stands for every ``name/<key>`` (custom, faults)."""

    type: FieldType
    required: bool = False  # must be in the op that creates the record
    immutable: bool = False  # the first write wins; a different second is a conflict
    server_only: bool = False  # devices may not write it: field_readonly
    map: bool = False
    max_length: int = 2000  # characters of text, bytes of json
    choices: tuple[str, ...] = ()
    refers_to: str | None = None  # kind of the record that an id field names
    refers_by: str | None = None  # or: the field that says that kind (owner_kind for owner_id)
    # What it names must live in the record's own scope or, for a kind of a visit, in its school.
    same_scope: bool = False
    may_precede: tuple[str, ...] = ()  # kinds that may be named before they exist (an unknown tag)
    # Written by the app beside what a person does (when, by whom): a difference is kept like any
    # other, and nobody is asked to choose.
    quiet: bool = False
    low: int = -(2**53) + 1
    high: int = 2**53 - 1


ALL: Literal["*"] = "*"


@dataclass(frozen=True, slots=True)
class Collection:
    """One synced kind, in one kind of scope."""

    kind: str
    scope_kind: ScopeKind
    fields: Mapping[str, Field]
    # role -> the fields that role may write from a device or the desk, or ALL; absent = may not.
    writes: Mapping[str, frozenset[str] | Literal["*"]]
    # Fields whose values make the id (natural_id), in order; empty = UUIDv7.
    natural_key: tuple[str, ...] = ()
    # Field that must equal the scope id (finding.visit_id); None = scope comes with the op.
    scope_field: str | None = None
    deletable: bool = True  # natural-key kinds never are
    schema_version: int = 1
    upcasters: Mapping[int, str] = field(default_factory=dict)

    def field_for(self, name: str) -> Field | None:
        """Return the declaration of a field name, ``faults/hinge`` finding the map ``faults``."""
        found = self.fields.get(name)
        if found is not None:
            return None if found.map else found
        stem, slash, key = name.partition("/")
        found = self.fields.get(stem) if slash and key and len(name) <= 120 else None
        return found if found is not None and found.map else None
