"""Whether each accepted value stands, was built on, or is kept beside what stands."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.faults.truth import Mark, Truth

Field = tuple[str, str, str]  # kind, id, field


def kept_values(truth: Truth) -> Iterator[str]:
    """Return, in words, each accepted value that was lost without a trace."""
    written, bases = _graph(truth)
    standing = dict(_standing(truth))
    lost = defaultdict(set)
    for kind, id_, name, client, mid in truth.conflicts:
        lost[kind, id_, name].add((client, mid))
    for at, values in written.items():
        mark, value = standing.get(at, (None, None))
        kept = set(lost[at]) | ({mark} if mark else set())
        if mark is not None:
            values.setdefault(mark, value)
        built_on = _represented(kept, values, bases[at])
        for author in values.keys() - built_on:
            chain = {one: bases[at].get(one) for one in values}
            words = f"{at} {values[author]!r} of {author} was accepted, and neither stands nor is"
            yield f"{words} kept; {mark} {value!r} stands; kept {lost[at]}; bases {chain}"


def _represented(kept: set[Mark], values: dict[Mark, Any], bases: dict[Mark, Mark]) -> set[Mark]:
    """Return all that the kept marks stand for: what they were built on, and equal values.

    Equal values never conflict: the greater version stands for both, and so for all that either of
    them was built on.
    """
    found = _ancestors(kept, bases)
    while True:
        said = [values[mark] for mark in found if mark in values]
        more = {mark for mark, value in values.items() if value in said} - found
        if not more:
            return found
        found |= _ancestors(more, bases)


def _graph(truth: Truth) -> tuple[dict[Field, dict[Mark, Any]], dict[Field, dict[Mark, Mark]]]:
    """Return who wrote which value of each field, and on top of which value."""
    written: dict[Field, dict[Mark, Any]] = defaultdict(dict)
    bases: dict[Field, dict[Mark, Mark]] = defaultdict(dict)
    for mark, line in truth.ledger.items():
        if line.body is None or line.kind is None or line.id is None:
            continue
        try:
            values = json.loads(line.body)["set"]
        except (ValueError, KeyError, TypeError):
            continue  # recorded as malformed: it says nothing that could be lost
        for name, value in values.items():
            at = (line.kind, line.id, name)
            if name in line.bases:
                bases[at][mark] = line.bases[name]
            if line.status in {"applied", "merged"}:
                written[at][mark] = value
    return written, bases


def _standing(truth: Truth) -> Iterator[tuple[Field, tuple[Mark, Any]]]:
    for items in truth.items.values():
        for (kind, id_), item in items.items():
            for _at, client, mid, names in item["v"]:
                for name in names:
                    yield (kind, id_, name), ((client, mid), item["f"].get(name))


def _ancestors(marks: set[Mark], bases: dict[Mark, Mark]) -> set[Mark]:
    found = set()
    for mark in marks:
        at: Mark | None = mark
        while at is not None and at not in found:
            found.add(at)
            at = bases.get(at)
    return found
