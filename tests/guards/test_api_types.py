"""The app knows the API by its generated types alone: no address by hand, no copy of a shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.guards.source import files, read

GENERATED = "pwa/src/domain/generated/"
# The sync protocol, which also takes an exported file, has no OpenAPI; the sample is a server.
APART = (GENERATED, "pwa/src/sync/", "pwa/src/desk/unsent/send.ts", "pwa/src/desk/sample/")
# From this many members on, a set of names that one API type has too is no coincidence.
ENOUGH = 4

SHAPE = re.compile(r"(?:interface (\w+)[^{]*|type (\w+) = )\{\n((?:  .*\n)+)\}")
MEMBER = re.compile(r"^  (?:readonly )?(\w+)\??:", re.MULTILINE)


def app_files() -> list[str]:
    found = files("pwa/src/*.ts", "pwa/src/*.tsx")
    return [name for name in found if ".test." not in name and not name.startswith(APART)]


def shapes(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each interface or object type with the names of its members."""
    for interface, alias, body in SHAPE.findall(text):
        yield interface or alias, frozenset(MEMBER.findall(body))


def copies(text: str, told: dict[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Yield each shape that only has members of one API type, with the name of that type."""
    for name, members in shapes(text):
        if len(members) >= ENOUGH:
            yield from ((name, of) for of, all_of_it in told.items() if members <= all_of_it)


def told_shapes() -> dict[str, frozenset[str]]:
    return dict(pair for name in files(f"{GENERATED}*.ts") for pair in shapes(read(name)))


def test_no_shape_of_the_api_is_written_by_hand() -> None:
    told = told_shapes()
    assert {"VisitItem", "Session", "PlanDetail"} <= told.keys()
    found = {name: same for name in app_files() if (same := list(copies(read(name), told)))}
    assert found == {}


def test_a_copy_is_found_whatever_it_is_called() -> None:
    card = "export interface Card {\n  id: string;\n  name: string;\n  starts_on: string;\n"
    own = "type Own = {\n  id: string;\n  name: string;\n  starts_on: string;\n  spare: number;\n}"
    told = {"Visit": frozenset({"id", "name", "starts_on", "ends_on", "blind"})}
    assert list(copies(card + "  readonly blind?: boolean;\n}\n", told)) == [("Card", "Visit")]
    assert list(copies(own, told)) == []


def test_no_address_of_the_api_is_written_by_hand() -> None:
    """Addresses come from ``call`` and ``addressOf``, which know every route."""
    found = [
        f"{name}:{number}"
        for name in app_files()
        for number, line in enumerate(read(name).splitlines(), 1)
        if re.search(r"[\"'`]/api/", line)
    ]
    assert found == []
