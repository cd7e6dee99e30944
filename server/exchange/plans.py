"""The short road's plans: for one set of fields, one function that checks values and gives columns.

The general road asks each field through the engine's rules and builds a row through its shape;
most changes of a push set the same fields, so both are written out once as one function. Its source
holds positions, numbers and declared names only, never anything a device said
(docs/decisions/0050-sync-speed.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from server.exchange.shapes import HEAD, TAIL, Shape, Shapes
from sync.codec import JsonValue, canonical
from sync.collections import Field
from sync.op import MAX_FIELDS
from sync.values import FIRST_TIME, LAST_TIME, KindRules, is_day, is_uuid

Fields = Mapping[str, JsonValue]
Take = Callable[[Fields], tuple[object, ...] | None]
Key = tuple[str, tuple[str, ...], frozenset[str]]
# Names come from devices, so what is kept of them has an end.
MOST_PLANS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How records of one kind that set exactly these fields are taken."""

    kind: str
    shape: Shape
    take: Take  # the columns between head and tail; None when a value cannot be taken
    names: str  # as a version lists them
    version: int  # of the schema: what is older must be lifted first
    is_place: bool  # its id is its scope
    is_natural: bool  # its id follows from its values
    near: frozenset[str]
    refers: tuple[tuple[str, str], ...]  # field, kind
    refers_by: tuple[tuple[str, str, frozenset[str]], ...]  # field, who says the kind, what may


class Plans:
    """The plans of one build, each made when it is first met; None: not for the short road."""

    def __init__(self, kinds: Mapping[str, KindRules], shapes: Mapping[str, Shapes]) -> None:
        self.kinds = kinds
        self.shapes = shapes
        self.known: dict[Key, Plan | None] = {}

    def of(self, key: Key) -> Plan | None:
        """Return the plan of (kind, names in order, fields that may be written)."""
        found = self.known.get(key)
        if found is None and key not in self.known:
            if len(self.known) >= MOST_PLANS:
                self.known.clear()
            found = self.known[key] = self._make(*key)
        return found

    def _make(self, kind: str, names: tuple[str, ...], may_write: frozenset[str]) -> Plan | None:
        rules = self.kinds[kind]
        collection = rules.collection
        refers = tuple((n, rules.refers[n]) for n in names if n in rules.refers)
        by = tuple(
            (n, rules.refers_by[n], rules.fields[n].declared.may_precede)
            for n in names
            if n in rules.refers_by
        )
        said = {*rules.refers, *rules.refers_by}
        if (
            not 0 < len(names) <= MAX_FIELDS
            or list(names) != sorted(names)
            or "deleted" in names
            or not set(rules.required).issubset(names)
            or rules.plan(names, may_write) is None
            or any(_declared(rules, n).type != "id" for n in names if n in said)
        ):
            return None
        shape = self.shapes[kind].of(dict.fromkeys(names, True))
        return Plan(
            kind=kind,
            shape=shape,
            take=_compile(rules, shape, names),
            names=canonical(list(names)),
            version=collection.schema_version,
            is_place=kind == collection.scope_kind,
            is_natural=bool(collection.natural_key),
            near=rules.same_scope,
            refers=refers,
            refers_by=tuple((n, says, frozenset(may)) for n, says, may in by),
        )


def _compile(rules: KindRules, shape: Shape, names: tuple[str, ...]) -> Take:
    """Write the function out and return it."""
    declared = {name: _declared(rules, name) for name in names}
    known: dict[str, object] = {"is_uuid": is_uuid, "is_day": is_day, "derive": shape.derive}
    tests = [_test(f"v{i}", declared[name], known) for i, name in enumerate(names)]
    columns = [
        _column(c, shape, names, declared, known) for c in shape.columns[len(HEAD) : -len(TAIL)]
    ]
    lines = [
        "def take(f):",
        f"    ({', '.join(f'v{i}' for i in range(len(names)))},) = f.values()",
        f"    if not ({' and '.join(tests)}):",
        "        return None",
        *(["    d = derive(f)"] if shape.derive is not None else []),
        f"    return ({''.join(f'{text}, ' for text in columns)})",
    ]
    exec("\n".join(lines), known)  # noqa: S102  (made of positions and declarations alone)
    return cast("Take", known["take"])


def _declared(rules: KindRules, name: str) -> Field:
    rule = rules.rule(name)
    assert rule is not None, name
    return rule.declared


def _test(v: str, declared: Field, known: dict[str, object]) -> str:
    """Return the test of one value, as sync.values.check_of makes it, for what JSON can hold.

    No text holds U+0000 or a lone surrogate here: a line that could is not for the short road.
    """
    if declared.type == "choice":
        known[f"c{v}"] = frozenset(declared.choices)
        return f"type({v}) is str and {v} in c{v}"
    if declared.type == "json":  # plain values alone: what nests is not for the short road
        known[f"c{v}"] = declared.max_length
        return f"type({v}) is str and len({v}) * 6 + 2 <= c{v}"
    if declared.type == "int":
        return f"type({v}) is int and {declared.low:d} <= {v} <= {declared.high:d}"
    return {
        "text": f"type({v}) is str and len({v}) <= {declared.max_length:d}",
        "bool": f"({v} is True or {v} is False)",
        "date": f"type({v}) is str and is_day({v})",
        "time": f"type({v}) is int and {FIRST_TIME} <= {v} <= {LAST_TIME}",
        "id": f"type({v}) is str and is_uuid({v})",
    }[declared.type]


def _column(
    name: str,
    shape: Shape,
    names: tuple[str, ...],
    declared: Mapping[str, Field],
    known: dict[str, object],
) -> str:
    """Return what one column holds, as Shape.row finds it."""
    fills = dict(shape.fills)
    own = f"n{len(known)}"
    if name in shape.fixed:
        known[own] = shape.fixed[name]
        text = own
    elif name in fills and (name not in names or declared[name].type == "json"):
        known[own] = fills[name]
        text = f"{own}(f)"
    elif name in names:
        text = f"v{names.index(name)}"
    else:
        text = f"d[{name!r}]"
    return f"(1 if {text} else 0)" if name in shape.flags else text
