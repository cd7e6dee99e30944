"""Each library has its place, so that it can be replaced there; and each earns its place."""

from __future__ import annotations

import re
import sys

import pytest

from tests.guards.source import files, packages

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


@pytest.mark.parametrize(
    "library", ["flask", "flask_sqlalchemy", "marshmallow", "qrcode", "PIL", "rq"]
)
def test_a_promised_library_is_used_by_shipped_code(library: str) -> None:
    assert any(library in packages(name) for name in SHIPPED)


def test_pytest_flask_is_used_by_the_tests() -> None:
    """Its ``client`` and the pushed request context are what most API tests stand on."""
    assert any("flask.testing" in text for text in map(_imports_of, files("tests/**.py")))
    assert "pytest_flask.plugin" in sys.modules


def _imports_of(name: str) -> str:
    from tests.guards.source import imports

    return " ".join(imports(name))
