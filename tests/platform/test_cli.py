"""The shell commands of a real start: they do it whole, or say in words why not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import walkround
from server.core.problems import Problem
from server.run.doctor import look_around
from server.settings import read_settings

PASSWORD = "harbour lantern meadow 47"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in ("DATABASE_URL", "REDIS_URL", "BLOB_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WALKROUND_DATA", str(tmp_path / "data"))
    return CliRunner()


def start(shell: CliRunner) -> Result:
    who = ["--name", "Alder School", "--kind", "school", "--person", "Ada Walker"]
    return shell.invoke(
        walkround, ["init", *who, "--email", "ada@alder.example", "--password", PASSWORD]
    )


def test_a_real_start_needs_no_demo(shell: CliRunner) -> None:
    assert start(shell).exit_code == 0
    token = shell.invoke(walkround, ["token", "--user", "ada@alder.example"])
    assert re.fullmatch(r"wr_[\w-]{40,}\n", token.output)
    code = shell.invoke(walkround, ["code", "--user", "ada@alder.example"])
    assert len(code.output.strip()) == 8


def test_a_weak_password_starts_nothing(shell: CliRunner, tmp_path: Path) -> None:
    who = ["--name", "Alder School", "--kind", "school", "--person", "Ada Walker"]
    weak = [*who, "--email", "ada@alder.example", "--password", "short"]
    refused = shell.invoke(walkround, ["init", *weak])
    assert isinstance(refused.exception, Problem)
    assert "password" in refused.exception.fields
    again = shell.invoke(walkround, ["token", "--user", "ada@alder.example"])
    assert isinstance(again.exception, Problem), "nobody was made"


def test_a_person_is_added_with_one_role(shell: CliRunner) -> None:
    start(shell)
    who = ["--name", "Bo Rivers", "--email", "bo@alder.example", "--role", "technician"]
    added = shell.invoke(walkround, ["user", "add", *who, "--password", PASSWORD])
    assert added.exit_code == 0, added.output
    assert shell.invoke(walkround, ["token", "--user", "bo@alder.example"]).exit_code == 0


def test_a_school_that_is_not_there_is_said_with_its_urn(shell: CliRunner) -> None:
    start(shell)
    who = ["--name", "Bo Rivers", "--email", "bo@alder.example", "--role", "school_it"]
    refused = shell.invoke(
        walkround, ["user", "add", *who, "--school", "100001", "--password", PASSWORD]
    )
    assert isinstance(refused.exception, Problem)
    assert "100001" in refused.exception.detail


def test_the_doctor_finds_a_fresh_start_well_and_an_empty_folder_not(shell: CliRunner) -> None:
    before = {look.what: look.well for look in look_around(read_settings())}
    assert not before["Database"]
    start(shell)
    after = {look.what: look.well for look in look_around(read_settings())}
    assert after["Database"]
    assert after["SQLite"]
    assert after["Secret key"]


def test_an_unknown_bench_names_those_there_are(shell: CliRunner) -> None:
    refused = shell.invoke(walkround, ["bench", "nonsense"])
    assert refused.exit_code == 1
    assert "app" in refused.output


def test_every_bench_that_the_help_names_is_there(shell: CliRunner) -> None:
    from server.bench.harness import found_benches

    words = " ".join(shell.invoke(walkround, ["bench", "--help"]).output.split())
    named = words.split("one part (")[1].split(")")[0].split(", ")
    assert sorted(named) == sorted(name for name, _ in found_benches())


def test_every_line_of_a_bench_is_json_that_can_be_compared(
    shell: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.bench import harness
    from server.core.figures import Figure

    monkeypatch.setattr(
        harness, "found_benches", lambda: [("one", lambda _app, seed: [Figure("n", seed, "ms")])]
    )
    lines = shell.invoke(walkround, ["bench", "one", "--json", "--seed", "3"]).output.splitlines()
    header, result = map(json.loads, lines)
    assert header["seed"] == 3
    assert header["database"] == "SQLite"
    assert result == {
        "bench": "one", "name": "n", "value": 3, "unit": "ms", "better": "lower", "target": None
    }  # fmt: skip


def test_the_page_of_figures_marks_what_missed_its_target() -> None:
    from server.bench.page import page

    line = {"bench": "app", "unit": "s", "target": 5}
    slow = {**line, "name": "restart", "value": 5.5, "better": "lower"}
    fast = {**line, "name": "rate", "value": 5.5, "better": "higher"}
    words = page(map(json.dumps, ({"seed": 7}, slow, fast))).splitlines()
    assert "| app | restart | 5.5 | s | ≤ 5 | missed |" in words
    assert "| app | rate | 5.5 | s | ≥ 5 |  |" in words
