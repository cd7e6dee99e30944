"""This build's kinds, compiled once per database: rules for the engine, statements for rows."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect

from server.exchange.changes import Changes
from server.exchange.plans import Plans
from server.exchange.registry import Registry
from server.exchange.shapes import Shapes
from server.exchange.tables import KindTable, kind_table
from sync.values import KindRules, compile_kinds


@dataclass(frozen=True, slots=True)
class Build:
    """This build's kinds: rules for the engine, tables for the store."""

    registry: Registry
    rules: dict[str, KindRules]
    tables: dict[str, KindTable]
    shapes: dict[str, Shapes]
    changes: dict[str, Changes]
    plans: Plans


_builds: WeakKeyDictionary[Registry, dict[str, Build]] = WeakKeyDictionary()


def build_for(registry: Registry, dialect: Dialect) -> Build:
    """Return the compiled kinds of a registry on a database; compiled on first use."""
    known = _builds.setdefault(registry, {})
    found = known.get(dialect.name)
    if found is None:
        tables = {item.collection.kind: kind_table(item, dialect) for item in registry.all()}
        rules = compile_kinds(item.collection for item in registry.all())
        shapes = {kind: Shapes(table, dialect) for kind, table in tables.items()}
        changes = {kind: Changes(table, dialect) for kind, table in tables.items()}
        plans = Plans(rules, shapes)
        found = known[dialect.name] = Build(registry, rules, tables, shapes, changes, plans)
    return found
