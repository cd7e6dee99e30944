"""Upcasters: lift a change written by an earlier schema to today's, for ever, without guessing."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from sync.codec import JsonValue
from sync.collections import Collection
from sync.op import Op

Values = dict[str, JsonValue]
# name in Collection.upcasters -> pure function from the values of one version to the next's
UPCASTERS: MappingProxyType[str, Callable[[Values], Values]] = MappingProxyType({})


def upcast(op: Op, collection: Collection) -> None:
    """Lift the op's values to the collection's version. Its raw bytes stay as they came."""
    for version in range(op.sv, collection.schema_version):
        name = collection.upcasters.get(version)
        if name is not None:
            op.set = UPCASTERS[name](op.set)
