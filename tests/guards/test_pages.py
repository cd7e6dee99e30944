"""Every page is examined by axe in light and dark: a new page without an axe test fails here.

What counts as examined is what pytest would run: the parameters of those tests of
tests/browser/test_axe.py that call ``examine``. A string elsewhere in that file is not a test.
"""

from __future__ import annotations

import ast
import re
from types import FunctionType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.audits.models import SUBJECT_KINDS
from tests.browser import test_axe
from tests.guards.source import files, read, tree

AXE = "tests/browser/test_axe.py"
FIELD, DESK = "pwa/src/field/paths.ts", "pwa/src/desk/index.tsx"
ROUTER = "pwa/src/app/router.ts"  # says what a route is, and has none
SCHOOL = "pwa/src/desk/school/view.tsx"
ROUTE = re.compile(r"\bpattern:")
PATTERN = re.compile(r'\bpattern:\s*(?:"([^"]+)"|`([^`]+)`|([A-Z_]+)\b)')
CONSTANT = re.compile(r'\bconst ([A-Z_]+) = "([^"]+)"')
TAB = re.compile(r'\btab === "(\w+)"')
EXTENDS = re.compile(r'{%-?\s*extends\s+"([\w.]+)"')
# Kinds of things that are seen and rated; a tag found on nothing has no page.
KINDS = [kind for kind in SUBJECT_KINDS if kind != "tag"]


def patterns(name: str) -> set[str]:
    """Return the patterns of a table of routes, its constants put in their places."""
    source = read(name)
    constants = dict(CONSTANT.findall(source))
    found = [
        plain or constants.get(word, "") or re.sub(r"\$\{(\w+)\}", lambda m: constants[m[1]], made)
        for plain, made, word in PATTERN.findall(source)
    ]
    assert len(found) == len(ROUTE.findall(source)), f"{name} has a route that cannot be read"
    assert all(found), name
    return set(found)


def field_pages() -> set[str]:
    found = patterns(FIELD)
    kinds = {page.replace("/:kind/", f"/{kind}/") for page in found for kind in KINDS}
    return {page for page in kinds if ":kind" not in page}


def desk_pages() -> set[str]:
    """Return the desk's pages: each tab of a school, a finding of each kind."""
    found = {f"/desk{page}" for page in patterns(DESK)}
    tabs = set(TAB.findall(read(SCHOOL))) - {"rooms"}  # the rooms are the school's own page
    assert tabs
    found |= {f"/desk/schools/:id/{tab}" for tab in tabs}
    found |= {f"/desk/findings/:{kind}" for kind in KINDS}
    return found - {"/desk/schools/:id/:tab", "/desk/findings/:id"}


def server_pages() -> set[str]:
    """Return every template, except those that others only extend."""
    names = files("server/*.html", "server/**.html")
    skeletons = {name for page in names for name in EXTENDS.findall(read(page))}
    return {name.rpartition("/")[2].removesuffix(".html") for name in names} - {
        name.removesuffix(".html") for name in skeletons
    }


def examined() -> set[str]:
    """Return the parameters of every test that asserts what ``examine`` returns is empty."""
    found: set[str] = set()
    for node in tree(AXE).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and asserts(node):
            test: FunctionType = getattr(test_axe, node.name)
            for mark in getattr(test, "pytestmark", ()):
                found |= set(mark.args[1]) if mark.name == "parametrize" else set()
    return found


def asserts(test: ast.FunctionDef) -> bool:
    return "assert examine(" in ast.unparse(test)


def test_no_route_of_the_app_hides_from_this_guard() -> None:
    with_routes = {
        name
        for name in files("pwa/src/*.ts", "pwa/src/*.tsx")
        if ".test." not in name and ROUTE.search(read(name))
    }
    assert with_routes == {FIELD, DESK, ROUTER}
    assert set(files("pwa/*.html")) - set(files("pwa/src/**")) == {
        "pwa/field.html",
        "pwa/desk.html",
    }


def test_the_pages_are_found() -> None:
    assert {"/field/sync", "/field/visits/:visit/rooms/:room/lot/:id"} <= field_pages()
    assert {"/desk/plans/:id", "/desk/findings/:system"} <= desk_pages()
    assert {"sign_in", "problem", "first_steps"} == server_pages()


def test_every_page_has_an_axe_test() -> None:
    assert (field_pages() | desk_pages() | server_pages()) - examined() == set()


def test_no_axe_test_is_of_a_page_that_is_gone() -> None:
    assert examined() - (field_pages() | desk_pages() | server_pages()) == set()


def test_axe_looks_at_both_themes() -> None:
    assert set(test_axe.SCHEMES) == {"light", "dark"}
    body = next(
        ast.unparse(node)
        for node in tree(AXE).body
        if isinstance(node, ast.FunctionDef) and node.name == "examine"
    )
    assert "for scheme in SCHEMES:" in body
    assert "emulate_media(color_scheme=scheme" in body


@pytest.mark.only("sqlite")
def test_the_server_answers_with_no_other_page(app: Flask, client: FlaskClient) -> None:
    """Every address without parameters, asked as a browser asks: two shells and one form."""
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments - set(rule.defaults or ())
        if answers_with_a_page(client, rule.rule)
    }
    assert pages == {"/field/", "/desk/", "/sign-in"}


def answers_with_a_page(client: FlaskClient, address: str) -> bool:
    with client.get(address, headers={"Accept": "text/html"}) as answer:
        return answer.status_code == 200 and answer.mimetype == "text/html"
