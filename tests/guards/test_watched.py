"""A watched command is followed, kept, stopped in time, and leaves no process and no file."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests import run, soak, soak_report
from tests.faults import lab
from tests.faults.outcome import Outcome
from tests.watched import Watch

ROOT = Path(__file__).resolve().parents[2]
# A command that starts a server in a session of its own, which nobody ends, and says its id.
LEAVES_ONE = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                         start_new_session=True, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
"""
WAITS = "import time\nprint('first', flush=True)\ntime.sleep(600)"


def python(words: str) -> tuple[str, ...]:
    return (sys.executable, "-c", words)


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def test_what_a_command_left_behind_is_ended_and_nothing_else() -> None:
    watch = Watch()
    with watch.guarded():
        said, code = watch.run(python(LEAVES_ONE), ROOT, os.environ)
        assert code == 0
        assert is_alive(int(said))
    assert not is_alive(int(said))
    assert is_alive(os.getpid())


def test_a_stopped_command_has_told_what_it_did_and_no_other_is_told_twice(tmp_path: Path) -> None:
    """The first line ends the run, as Ctrl-C does: it is kept, and the command is over."""
    watch, log, heard = Watch(), tmp_path / "log", list[str]()

    def say(line: str) -> None:
        heard.append(line)
        os.kill(os.getpid(), signal.SIGINT)

    with watch.guarded():
        said, code = watch.run(python(WAITS), ROOT, os.environ, log=log, say=say)
    assert (code, watch.is_stopped) == (-signal.SIGINT, True)
    assert heard[0] == "first"
    assert said == log.read_text(encoding="utf-8")


def test_a_command_over_its_time_is_stopped() -> None:
    _, code = Watch().run(python(WAITS), ROOT, os.environ, ends=time.time() + 0.3)
    assert code == -signal.SIGINT


def test_temporary_files_of_a_soak_are_removed() -> None:
    watch = Watch()
    words = "import tempfile; print(tempfile.mkdtemp(), end='')"
    with watch.own_temporary():
        said, _ = watch.run(python(words), ROOT, os.environ)
        assert Path(said).exists()
    assert not Path(said).exists()


@pytest.fixture
def an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(soak.HOURS, "1")
    monkeypatch.setenv(soak.UNTIL, "")


@pytest.mark.usefixtures("an_hour")
def test_all_parts_of_a_soak_end_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    soak_report.begin(tmp_path)
    until = float(os.environ[soak.UNTIL])
    assert soak.last_moment() == until + 360
    monkeypatch.setattr(time, "time", lambda: until - 60)
    assert soak.seconds_left() == 60
    monkeypatch.setattr(time, "time", lambda: until + 5)
    assert list(soak.rounds(1, 20)) == [0]


def test_without_hours_each_long_test_has_a_number_of_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(soak.HOURS, raising=False)
    monkeypatch.delenv(soak.UNTIL, raising=False)
    assert list(soak.rounds(1, 3)) == [0, 1, 2]


@pytest.mark.usefixtures("an_hour")
def test_the_report_is_written_when_a_suite_was_stopped(tmp_path: Path) -> None:
    """The last figures that the stories told stand in it, and the lab's table as far as it got."""
    log = tmp_path / "soak-stories.log"
    told = '{"suite": "simulator", "tablets": "both", "runs": %d, "ops": 9, "broken": 0}\n'
    log.write_text(told % 40 + "tests/x.py " + told % 80 + '{"suite": "torn', encoding="utf-8")
    (tmp_path / "soak.md").write_text("| F08 | network |\n", encoding="utf-8")
    text = soak_report.end(tmp_path, {log: ("stories", "stopped", 120.0)}, 130.0)
    assert "| stories | stopped | 2.0 min |" in text
    assert "| simulator | both | 80 | 9 |  |  |  | 0 |" in text
    assert text.endswith("| F08 | network |\n")
    assert (tmp_path / "soak.md").read_text(encoding="utf-8") == text


def test_a_stopped_run_has_failed_and_starts_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WATCH", Watch(is_stopped=True))
    outcome = run.run_suite(run.Suite("one", "none", (python("print('1 passed')"),)))
    assert (outcome.failed, outcome.passed, outcome.word) == (1, 0, "stopped")


def test_what_a_stopped_lab_did_not_come_to_is_named() -> None:
    done = lab.experiments()[0]
    left = lab.unfinished([Outcome(done.fault, done.name, done.on, 1, runs=1)])
    named = {(one.fault, one.on, one.name) for one in left}
    wanted = {(one.fault, one.on, one.name) for one in lab.experiments()[1:]}
    assert named == wanted | {(fault, "-", name) for fault, name, _ in lab.NOT_HERE}
    assert all(one.word == "not run" for one in left)


def test_each_fault_gets_its_first_run_and_the_rest_is_shared_by_weight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever overruns takes from what all the later ones share, never from their first runs."""
    clock, given = [0.0], dict[str, float]()

    def go(name: str, seconds_taken: float) -> lab.Experiment:
        def spend(seed: int, seconds: float, _least: int) -> Outcome:
            given[name] = seconds
            clock[0] += max(seconds, seconds_taken)
            return Outcome("F03", name, "sqlite", seed, runs=1)

        return lab.Experiment("F03", name, "sqlite", spend, 1)

    some = [go("one", 0), go("slow", 775), go("three", 30), go("four", 0)]
    monkeypatch.setattr(lab, "experiments", lambda: some)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    done = list(lab.run_all(1, 1000, ("F03",)))
    assert [one.word for one in done] == ["ok"] * 3 + ["not run"]
    assert given["one"] == given["slow"] == 250
    assert given["three"] == 0
    assert done[-1].not_run == lab.NO_TIME
