"""Each library has its place, so that it can be replaced there; and each earns its place."""

from __future__ import annotations

import ast
import re
import sys

import pytest
from flask import has_request_context
from flask.testing import FlaskClient

from server.app import FEATURES
from server.worker import JOBS
from tests.guards.source import files, packages, put_to_work, reachable, tree

SHIPPED = files("server/**.py", "server/*.py", "sync/*.py", "sync/**.py")
ENTRIES = (
    r"server/(app|shell|cli|wsgi|worker|job_api)\.py|server/(run|bench|demo)/.*|.*/bench\w*\.py"
)
# Library → where it may be imported. Flask's own boundary lies in a few modules of core.
PLACES = {
    "flask": rf"{ENTRIES}|.*/api(\.py|/.*)"
    r"|server/core/(database|errors|extension|queue|runner|security|sweep|unit)\.py",
    "flask_smorest": r".*/api(\.py|/.*)|server/(app|job_api)\.py"
    r"|server/core/(errors|extension)\.py",
    "marshmallow": r".*/(api|schemas)(\.py|/.*)|server/(app|job_api)\.py|server/core/extension\.py",
    "rq": r".*/jobs(\.py|/.*)|server/core/queue\.py|server/worker\.py",
    "alembic": r"server/core/migrate\.py",
    "click": r"server/(cli\.py|run/.*|bench/.*)",
}
PURE = re.compile(r"sync/.*|.*/rules(\.py|/.*)")


@pytest.mark.parametrize("library", PLACES)
def test_a_library_stays_in_its_place(library: str) -> None:
    strays = [
        name
        for name in SHIPPED
        if library in packages(name) and not re.fullmatch(PLACES[library], name)
    ]
    assert strays == []


def test_rules_and_the_sync_engine_use_the_standard_library_only() -> None:
    ours = {"server", "sync"} | sys.stdlib_module_names
    strays = {
        name: sorted(packages(name) - ours)
        for name in SHIPPED
        if PURE.fullmatch(name) and packages(name) - ours
    }
    assert strays == {}


def test_the_sync_engine_knows_nothing_of_the_server() -> None:
    assert [
        name for name in SHIPPED if name.startswith("sync/") and "server" in packages(name)
    ] == []


# Where the thread runs: the application, its features as app.py loads them, and the jobs.
PARTS = ("api", "api/__init__", "collections", "models", "unit", "errors", "security", "queue")
THREAD = sorted(
    {
        *("server/app.py", "server/wsgi.py", "server/worker.py"),
        *("server/shell.py", "server/job_api.py"),
        *(f"server/{floor}/{part}.py" for floor in ("core", *FEATURES) for part in PARTS),
        *(place.partition(":")[0].replace(".", "/") + ".py" for place in JOBS.values()),
    }
    & set(SHIPPED)
)


@pytest.fixture(scope="module")
def on_the_thread() -> set[str]:
    return reachable(THREAD)


def test_the_thread_reaches_its_rooms_and_no_bench_or_demo(on_the_thread: set[str]) -> None:
    assert {"server/estate/labels/sheet.py", "server/planning/jobs.py"} <= on_the_thread
    strays = [name for name in on_the_thread if name.startswith(("server/bench", "server/demo"))]
    assert strays == []


@pytest.mark.parametrize(
    "library", ["flask", "flask_sqlalchemy", "marshmallow", "qrcode", "PIL", "rq"]
)
def test_a_promised_library_works_on_the_thread(library: str, on_the_thread: set[str]) -> None:
    """An import that nothing calls, or one in a bench, is not a use."""
    assert [name for name in sorted(on_the_thread) if library in put_to_work(name)]


@pytest.mark.only("sqlite")
def test_pytest_flask_is_used_by_the_tests(client: FlaskClient) -> None:
    """``client`` is its fixture, with its request context pushed; no file makes another one."""
    assert has_request_context()
    assert client.preserve_context, "pytest-flask enters the client; a plain one is not entered"
    functions = [
        (name, node)
        for name in files("tests/*.py", "tests/**.py")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef)
    ]
    own = [name for name, node in functions if node.name == "client" and node.decorator_list]
    assert own == []
    takers = {
        f"{name}:{node.name}"
        for name, node in functions
        if node.name.startswith("test_") and "client" in {arg.arg for arg in node.args.args}
    }
    assert len(takers) > 20
