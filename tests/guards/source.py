"""The source that the guards read: files as git knows them, Python as syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files(*patterns: str) -> list[str]:
    """Return tracked and new files (not ignored ones), as paths from the checkout."""
    command = ["git", "ls-files", "-z", "-co", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def tracked() -> set[str]:
    """Return the files a clone would have."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(listed.stdout.split("\0")) - {""}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)  # of the file in hand; all of them would be a burden to every later test
def tree(name: str) -> ast.Module:
    return ast.parse(read(name), name)


@cache
def imports(name: str) -> frozenset[str]:
    """Return every module a file imports, late imports included."""
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return frozenset(found)


def packages(name: str) -> set[str]:
    return {module.partition(".")[0] for module in imports(name)}


def reachable(roots: list[str]) -> set[str]:
    """Return the files that these lead to: through imports, or started by their file's name."""
    known = {_module(name): name for name in files("server/*.py", "server/**.py", "sync/*.py")}
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [known[module] for module in _modules(name) if module in known]
            waiting += _started(name) & set(known.values())
    return found


def _modules(name: str) -> Iterator[str]:
    """Yield every module a file may import: ``from a import b`` may mean the module a.b."""
    yield from imports(name)
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _started(name: str) -> set[str]:
    """Return the files beside this one that it names: a decoder runs in a process of its own."""
    folder = name.rpartition("/")[0]
    return {
        f"{folder}/{node.value}"
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.endswith(".py")
    }


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def put_to_work(name: str) -> frozenset[str]:
    """Return the libraries of which a file calls what it imports, or derives a class from it."""
    walked = list(ast.walk(tree(name)))
    bound = {
        (alias.asname or alias.name).partition(".")[0]: module.partition(".")[0]
        for node in walked
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (module := getattr(node, "module", None) or alias.name)
    }
    worked = [node.func for node in walked if isinstance(node, ast.Call)]
    worked += [base for node in walked if isinstance(node, ast.ClassDef) for base in node.bases]
    return frozenset(bound[root] for one in worked if (root := _root(one)) in bound)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""
