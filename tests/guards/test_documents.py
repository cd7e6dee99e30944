"""What the documents say is true: settings, problems, commands."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from server.cli import walkround
from server.core.problems import CATALOGUE
from tests.guards.source import ROOT, files, read, tracked

SETTING = re.compile(
    r"\b(?:WALKROUND_[A-Z_]+|DATABASE_URL|DATABASE_OWNER_URL|REDIS_URL|BLOB_URL)\b"
)
CODE = re.compile(r"```(?:\w*)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)")
DOCUMENTS = [name for name in files("*.md", "docs/**.md") if not name.startswith("pwa/")]


def commands(text: str) -> list[str]:
    """Return the commands in a document's code, without prompt, folder and remark."""
    found = [block or inline for block, inline in CODE.findall(text)]
    lines = [line.partition("#")[0].strip() for part in found for line in part.splitlines()]
    return [line.removeprefix("$ ").removeprefix(".venv/bin/") for line in lines if line]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9]+):", read("Makefile"), re.MULTILINE))


def test_every_setting_has_a_row_in_the_readme() -> None:
    used = {
        name
        for path in files("server/**.py", "server/*.py")
        for name in SETTING.findall(read(path))
    }
    rows = set(SETTING.findall("\n".join(re.findall(r"^\|.*$", read("README.md"), re.MULTILINE))))
    assert used - rows == set()
    assert rows - used == set(), "the README names settings that nothing reads"


def test_every_problem_is_documented() -> None:
    written = set(re.findall(r"^\|\s*`(\w+)`", read("docs/problems.md"), re.MULTILINE))
    assert written == set(CATALOGUE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_and_picture_of_a_document_is_in_the_repository(name: str) -> None:
    """A file that only lies in somebody's work tree is a broken picture for everybody else."""
    known = tracked()
    missing = [
        target
        for target in LINK.findall(read(name))
        if not _is_tracked((ROOT / name).parent / target.partition("#")[0], known)
    ]
    assert missing == []


def _is_tracked(path: Path, known: set[str]) -> bool:
    inside = path.resolve().relative_to(ROOT).as_posix()
    return inside in known or any(one.startswith(f"{inside}/") for one in known)


def test_every_module_that_make_starts_exists() -> None:
    modules = set(re.findall(r"-m ((?:server|tests)[\w.]*)", read("Makefile")))
    assert modules
    for module in modules:
        stem = module.replace(".", "/")
        assert {f"{stem}.py", f"{stem}/__main__.py"} & tracked(), module


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_in_a_document_exists(name: str) -> None:
    missing = []
    for line in commands(read(name)):
        words = line.split()
        if words[:1] == ["make"] and len(words) > 1 and words[1] not in targets():
            missing.append(line)
        if words[:1] == ["walkround"] and not _is_command(words[1:]):
            missing.append(line)
    assert missing == []


def _is_command(words: list[str]) -> bool:
    """Follow the words down the command tree; options must exist on the last command."""
    command: click.Command = walkround
    for word in words:
        if isinstance(command, click.Group) and not word.startswith(("-", "[")):
            if word not in command.commands:
                return False
            command = command.commands[word]
    options = {option for parameter in command.params for option in parameter.opts} | {
        "--help",
        "-h",
    }
    return all(
        re.split(r"[=\]]", word.strip("[]"))[0] in options for word in words if "--" in word[:3]
    )


def test_bare_make_lists_every_target() -> None:
    described = set(re.findall(r"^([a-z0-9]+):.*## ", read("Makefile"), re.MULTILINE))
    assert targets() - {"help"} <= described | {"help"}


def test_ci_types_what_the_readme_tells_a_stranger() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text()
    assert {"make run", "make test"} <= set(commands(read("README.md")))
