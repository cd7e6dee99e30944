"""Files and functions stay small: past these sizes look for the second reason to exist."""

from __future__ import annotations

import ast

from tests.guards.source import files, read, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
CODE = ("*.py", "*.ts", "*.tsx", "*.css")
# Their length follows the schema, and once released they never change.
FROZEN = ("migrations/versions/",)


def is_test(name: str) -> bool:
    return name.startswith("tests/") or ".test." in name or "/fake" in name


def test_no_file_is_too_long() -> None:
    long = {
        name: lines
        for name in files(*CODE)
        if not name.startswith(FROZEN) and (lines := read(name).count("\n")) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{name}:{node.lineno} {node.name}": length
        for name in files("*.py")
        if not name.startswith(FROZEN) and not is_test(name)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_every_module_says_its_reason_first() -> None:
    silent = [
        name
        for name in files("server/**.py", "server/*.py", "sync/*.py", "tests/**.py")
        if read(name).strip() and ast.get_docstring(tree(name)) is None
    ]
    assert silent == []


def test_no_module_is_named_after_nothing() -> None:
    nameless = {"utils", "helpers", "common", "misc", "manager", "base", "util", "helper"}
    found = [
        name
        for name in files("*.py", "*.ts", "*.tsx")
        if nameless & set(name.replace(".", "/").split("/"))
    ]
    assert found == []
