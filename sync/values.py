"""What a kind's fields may hold, and which of them a role may write; compiled once per kind."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sync.codec import MAX_DEPTH, JsonValue, canonical, good_numbers, good_text
from sync.collections import Collection, Field, FieldType
from sync.op import UUID

Check = Callable[[JsonValue], bool]
Plan = tuple[tuple[str, ...], frozenset[str] | None]
# Names come from devices, so what is kept of them has an end.
MOST_PLANS = 500

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
# Milliseconds of the years 1 to 9999.
FIRST_TIME, LAST_TIME = -62_135_596_800_000, 253_402_300_799_999
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}\Z")
DELETED = Field("bool", required=False)


def check_of(declared: Field) -> Check:
    """Return the test of one value that is not null."""
    longest, low, high = declared.max_length, declared.low, declared.high
    choices = frozenset(declared.choices)
    checks: dict[FieldType, Check] = {
        "text": lambda v: (
            isinstance(v, str)
            and len(v) <= longest
            and ("\0" not in v if v.isascii() else good_text(v))
        ),
        "int": lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high,
        "bool": lambda v: v is True or v is False,
        "date": _is_date,
        "time": _is_time,
        "id": lambda v: isinstance(v, str) and is_uuid(v),
        "choice": lambda v: isinstance(v, str) and v in choices,
        "json": lambda v: _is_json(v, longest),
    }
    return checks[declared.type]


def _is_date(value: JsonValue) -> bool:
    return isinstance(value, str) and is_day(value)


@lru_cache(maxsize=8192)  # the same few days and ids come in every batch
def is_day(text: str) -> bool:
    if not _DATE.match(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8192)
def is_uuid(text: str) -> bool:
    return UUID.match(text) is not None


def _is_time(value: JsonValue) -> bool:
    return (
        isinstance(value, int) and not isinstance(value, bool) and FIRST_TIME <= value <= LAST_TIME
    )


def _is_json(value: JsonValue, longest: int) -> bool:
    if not _is_shallow(value, MAX_DEPTH) or not good_numbers(value):
        return False
    try:
        return len(canonical(value).encode()) <= longest and good_keys(value)
    except UnicodeEncodeError:
        return False


def _is_shallow(value: JsonValue, levels: int) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_is_shallow(item, levels - 1) for item in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_shallow(item, levels - 1) for item in value)
    return True


def good_keys(value: JsonValue) -> bool:
    """Say whether all text inside, names too, can be stored."""
    if isinstance(value, str):
        return good_text(value)
    if isinstance(value, list):
        return all(good_keys(item) for item in value)
    if isinstance(value, dict):
        return all(good_text(name) and good_keys(item) for name, item in value.items())
    return True


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One declared field with its compiled test."""

    declared: Field
    check: Check

    def takes(self, value: JsonValue) -> bool:
        if value is None:
            return not self.declared.required
        return self.check(value)


@dataclass(slots=True)
class KindRules:
    """One collection, ready for the hot path."""

    collection: Collection
    fields: dict[str, FieldRule] = field(default_factory=dict)
    maps: dict[str, FieldRule] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    immutable: frozenset[str] = frozenset()
    # field -> kind, or field -> name of the field that says the kind
    refers: dict[str, str] = field(default_factory=dict)
    refers_by: dict[str, str] = field(default_factory=dict)
    same_scope: frozenset[str] = frozenset()
    # (names, may_write) -> the tests of those names in order, None where one may not be written
    plans: dict[Plan, tuple[Check, ...] | None] = field(default_factory=dict)

    def plan(
        self, names: tuple[str, ...], may_write: frozenset[str] | None
    ) -> tuple[Check, ...] | None:
        """Return the tests for these names, found once: most ops of a kind set the same fields."""
        key = (names, may_write)
        found = self.plans.get(key)
        if found is None and key not in self.plans:
            if len(self.plans) >= MOST_PLANS:
                self.plans.clear()
            found = self.plans[key] = self._plan(names, may_write)
        return found

    def _plan(
        self, names: tuple[str, ...], may_write: frozenset[str] | None
    ) -> tuple[Check, ...] | None:
        rules = [self.rule(name) for name in names]
        known = [rule for rule in rules if rule is not None]
        if len(known) < len(rules) or (
            may_write is not None
            and not all(
                _may(rule.declared, name, may_write)
                for rule, name in zip(known, names, strict=True)
            )
        ):
            return None
        return tuple(rule.check for rule in known)

    def rule(self, name: str) -> FieldRule | None:
        """Return the rule of a field name; ``faults/hinge`` finds the map ``faults``."""
        found = self.fields.get(name)
        if found is not None:
            return found
        stem, slash, key = name.partition("/")
        return self.maps.get(stem) if slash and _KEY.match(key) else None


def compile_kind(collection: Collection) -> KindRules:
    """Return the rules of a collection. Natural-key kinds have no field ``deleted``."""
    rules = KindRules(collection)
    for name, declared in collection.fields.items():
        rule = FieldRule(declared, check_of(declared))
        (rules.maps if declared.map else rules.fields)[name] = rule
        if declared.refers_to is not None:
            rules.refers[name] = declared.refers_to
        if declared.refers_by is not None:
            rules.refers_by[name] = declared.refers_by
    if collection.deletable and not collection.natural_key:
        rules.fields["deleted"] = FieldRule(DELETED, check_of(DELETED))
    rules.required = tuple(n for n, f in collection.fields.items() if f.required)
    rules.same_scope = frozenset(n for n, f in collection.fields.items() if f.same_scope)
    rules.immutable = frozenset(n for n, f in collection.fields.items() if f.immutable)
    return rules


def compile_kinds(collections: Iterable[Collection]) -> dict[str, KindRules]:
    return {found.kind: compile_kind(found) for found in collections}


@dataclass(frozen=True, slots=True)
class Faults:
    """Why the values of an op cannot be taken: the code, and the fields it names."""

    code: str
    fields: tuple[str, ...]


def check_values(
    rules: KindRules, values: Mapping[str, JsonValue], may_write: frozenset[str] | None
) -> Faults | None:
    """Return the first kind of fault with every field that has it; None when all can be taken.

    ``may_write``: the fields a person may write, by name or map name; None = the server itself.
    Order: unknown_field, field_readonly, bad_value.
    """
    checks = rules.plan(tuple(values), may_write)
    if checks is not None:
        for check, value in zip(checks, values.values(), strict=True):
            if value is None or not check(value):
                break
        else:
            return None
    return _faults(rules, values, may_write)


def _faults(
    rules: KindRules, values: Mapping[str, JsonValue], may_write: frozenset[str] | None
) -> Faults | None:
    """Ask field by field: something is wrong, or cleared."""
    unknown: list[str] = []
    readonly: list[str] = []
    bad: list[str] = []
    known = rules.fields
    for name, value in values.items():
        rule = known.get(name) or rules.rule(name)
        if rule is None:
            (readonly if name == "deleted" else unknown).append(name)
        elif may_write is not None and not _may(rule.declared, name, may_write):
            readonly.append(name)
        elif not (rule.check(value) if value is not None else rule.takes(value)) or (
            name == "deleted" and value is None
        ):
            bad.append(name)
    for code, found in (
        ("unknown_field", unknown),
        ("field_readonly", readonly),
        ("bad_value", bad),
    ):
        if found:
            return Faults(code, tuple(sorted(found)))
    return None


EVERY: frozenset[str] = frozenset({"*"})


def _may(declared: Field, name: str, may_write: frozenset[str]) -> bool:
    if declared.server_only:
        return False
    return may_write is EVERY or name in may_write or name.partition("/")[0] in may_write


def writable(collection: Collection, roles: Iterable[str]) -> frozenset[str]:
    """Return the fields these roles may write together: EVERY, some, or none."""
    found: frozenset[str] = frozenset()
    for role in roles:
        granted = collection.writes.get(role)
        if granted is None:
            continue
        if not isinstance(granted, frozenset):
            return EVERY
        found |= granted
    return found
