"""Upcasters: lift a change written by an earlier schema to today's, for ever, without guessing.

An upcaster is pure and takes anything: a value that it does not understand it leaves for the checks
to refuse. It lifts bases with the values, so that a renamed field keeps its ancestry. Whatever a
replay reads back from the ledger is lifted again, from the line as it was first written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from sync.codec import JsonValue
from sync.collections import Collection
from sync.op import Op
from sync.record import Mark
from sync.values import KindRules

T = TypeVar("T")
Values = dict[str, JsonValue]
Bases = dict[str, Mark]
# From the values and bases of one version to those of the next; both may be changed in place.
Upcaster = Callable[[Values, Bases], tuple[Values, Bases]]
Upcasters = Mapping[str, Upcaster]
# name in Collection.upcasters -> the function
UPCASTERS: Upcasters = MappingProxyType({})


def upcast(op: Op, collection: Collection, upcasters: Upcasters = UPCASTERS) -> None:
    """Lift the op to the collection's version, once. Its bytes and its ``sv`` stay as they came."""
    if op.is_lifted:
        return
    op.is_lifted = True
    for version in range(op.sv, collection.schema_version):
        name = collection.upcasters.get(version)
        if name is not None:
            op.set, op.bases = upcasters[name](op.set, op.bases)


def lift(ops: Iterable[Op], kinds: Mapping[str, KindRules], upcasters: Upcasters) -> None:
    """Lift all that can be read and is known. What the server itself writes is of today."""
    for op in ops:
        if op.fault is None and op.kind in kinds:
            collection = kinds[op.kind].collection
            if not op.sha256:  # the server's own has no line yet
                op.sv = collection.schema_version
            upcast(op, collection, upcasters)


def renamed(old: str, new: str) -> Upcaster:
    """Return the upcaster of a field with another name now. If both are said, the new counts."""

    def lift(values: Values, bases: Bases) -> tuple[Values, Bases]:
        return _renamed(values, old, new), _renamed(bases, old, new)

    return lift


def _renamed(found: dict[str, T], old: str, new: str) -> dict[str, T]:
    if old not in found:
        return found
    rest = {name: value for name, value in found.items() if name != old}
    return {new: found[old], **rest}
