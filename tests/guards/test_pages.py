"""Every page is examined by axe: a new page without an axe test fails here.

The axe tests of tests/browser name each page by its pattern, as a string: "/desk/plans/:id".
"""

from __future__ import annotations

import ast
import re

from tests.guards.source import files, read, tree

PATTERN = re.compile(r'pattern:\s*(?:"([^"]+)"|`\$\{ROOM\}([^`]*)`|(ROOM)\b)')
ROOM = re.compile(r'ROOM = "([^"]+)"')
# Pages that the server itself renders; the template that others extend is no page.
TEMPLATES = "server/templates/*.html"
SKELETON = "page.html"


def field_pages() -> set[str]:
    source = read("pwa/src/field/paths.ts")
    room = ROOM.search(source)
    start = room[1] if room else ""
    return {whole or start + (tail or "") for whole, tail, _ in PATTERN.findall(source)}


def desk_pages() -> set[str]:
    found = {whole for whole, _, _ in PATTERN.findall(read("pwa/src/desk/index.tsx"))}
    return {f"/desk{page}" for page in found}


def server_pages() -> set[str]:
    names = {name.rpartition("/")[2] for name in files(TEMPLATES)} - {SKELETON}
    return {name.removesuffix(".html") for name in names} | {"first_steps"}


def examined() -> set[str]:
    """Return every string of the browser tests' modules that speak of axe."""
    return {
        node.value
        for name in files("tests/browser/*.py")
        if "axe" in read(name)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_the_pages_are_found() -> None:
    assert "/field/sync" in field_pages()
    assert "/desk/plans/:id" in desk_pages()
    assert "sign_in" in server_pages()


def test_every_page_has_an_axe_test() -> None:
    assert (field_pages() | desk_pages() | server_pages()) - examined() == set()
