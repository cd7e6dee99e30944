"""The checkout is what it says: the top level is fixed, nothing of one machine is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import server
import sync
from tests.guards.source import ROOT, files

TOP = {
    *(".ci", ".gitignore", "Makefile", "README.md", "CHANGELOG.md", "LICENSE"),
    *("pyproject.toml", "requirements.lock"),
    *("docs", "migrations", "pwa", "server", "sync", "tests"),
}
# Written in pieces, so that this file does not find itself.
HOSTS = "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)"))
REGISTRY = re.compile(rf"https?://[^\s\"']*({HOSTS}|/simple/|artifactory|nexus)")
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users)/\w")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|wr_[A-Za-z0-9_-]{40,}")


def test_the_top_level_is_fixed() -> None:
    assert {name.partition("/")[0] for name in files()} - TOP == set()


def test_the_packages_resolve_inside_the_checkout() -> None:
    for package in (server, sync):
        assert Path(package.__file__ or "").resolve().is_relative_to(ROOT)


def test_no_test_folder_shadows_a_package() -> None:
    assert not (ROOT / "tests/server").exists()
    clash = ROOT / "tests/sync/__init__.py"
    assert not clash.exists(), "tests/sync must not become a package named sync"


def test_nothing_of_one_machine_or_registry_is_committed() -> None:
    found = {
        name: match.group()
        for name in files()
        if (text := text_of(name)) is not None
        for pattern in (REGISTRY, MACHINE, SECRET)
        if (match := pattern.search(text))
    }
    assert found == {}


def text_of(name: str) -> str | None:
    """Return what a file says, whatever its name ends with; None for pictures, fonts and books."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (REGISTRY, "registry=https://" + "registry.npmjs" + ".org/"),
        (REGISTRY, "--index-url http://192.0.2.1:8080" + "/simple/"),
        (MACHINE, "cd /" + "work/main"),
        (MACHINE, 'path = "/' + 'home/somebody"'),
        (SECRET, "-----BEGIN RSA " + "PRIVATE KEY-----"),
        (SECRET, "wr_" + "a" * 43),
    ],
)
def test_what_must_not_be_committed_is_recognised(pattern: re.Pattern[str], words: str) -> None:
    assert pattern.search(words)


def test_the_locks_hold_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pinned = re.findall(r"^[a-z0-9][^\s=]*==", lock, re.MULTILINE)
    assert len(pinned) > 20
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert '"resolved"' not in (ROOT / "pwa/package-lock.json").read_text(encoding="utf-8")
