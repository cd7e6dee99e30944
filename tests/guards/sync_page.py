"""The kinds as sync/README.md lists them, written from what the features declare.

``python -m tests.guards.sync_page`` prints them; a guard holds the page equal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from server.app import synced_kinds
from sync.collections import ALL, Collection, Field

WIDTH = 130
GLUE = "_ _"  # keeps a field on one line
ANY = Field("int")


def kinds_text() -> str:
    """Return every kind with its fields, in the order in which references need them."""
    return "\n".join(line for item in synced_kinds().all() for line in _kind(item.collection))


def _kind(kind: Collection) -> Iterator[str]:
    key = ", ".join(kind.natural_key)
    made = f"id from ({key})" if key else "id of the scope" if _is_its_scope(kind) else "UUIDv7"
    deletes = "" if kind.deletable and not key else "; never deleted"
    yield f"{kind.kind}: {kind.scope_kind}; {made}{deletes}; {_writers(kind)}"
    whole = (_field(*field).replace(" ", GLUE) for field in kind.fields.items())
    for line in textwrap.wrap(", ".join(whole), WIDTH - 2, break_on_hyphens=False):
        yield f"  {line.replace(GLUE, ' ')}"


def _is_its_scope(kind: Collection) -> bool:
    return kind.kind == kind.scope_kind


def _writers(kind: Collection) -> str:
    """Return the roles; one that may write some fields only, with these."""
    return ", ".join(
        role if fields == ALL else f"{role} ({' '.join(sorted(fields))})"
        for role, fields in kind.writes.items()
    )


def _field(name: str, declared: Field) -> str:
    marks = {
        "!": declared.required,
        "=": declared.immutable,
        "*": declared.server_only,
        "~": declared.quiet,
    }
    said = "".join(mark for mark, is_so in marks.items() if is_so)
    return f"{name}{'/…' if declared.map else ''}{said} {_type(declared)}"


def _type(declared: Field) -> str:
    if declared.type in ("text", "json"):
        return f"{declared.type} {declared.max_length}"
    if declared.type == "int":
        low, high = (
            "" if bound == default else str(bound)
            for bound, default in ((declared.low, ANY.low), (declared.high, ANY.high))
        )
        return f"int {low}…{high}" if low or high else "int"
    if declared.type == "choice":
        return f"choice {'|'.join(declared.choices)}"
    return f"{declared.type}{_reference(declared)}"


def _reference(declared: Field) -> str:
    """Return what an id names: a kind, or the field that says the kind."""
    named = declared.refers_to or (f"({declared.refers_by})" if declared.refers_by else "")
    if not named:
        return ""
    ahead = "".join(f" or a {kind} to come" for kind in declared.may_precede)
    return f"→{'near ' if declared.same_scope else ''}{named}{ahead}"


if __name__ == "__main__":
    print(kinds_text())
