"""Every queue has a worker, and every name that is enqueued leads to a function."""

from __future__ import annotations

import ast

from server.core.jobs import QUEUES
from server.worker import DAILY, JOBS, WORKERS, find
from tests.guards.source import files, tree

# Queues each of the names it is given: the worker gives it DAILY.
SWEEP = "server/core/sweep.py"


def test_every_queue_has_a_worker() -> None:
    assert set(WORKERS) == set(QUEUES)


def test_every_job_leads_to_a_function() -> None:
    assert {name: callable(find(name)) for name in JOBS} == dict.fromkeys(JOBS, True)


def test_every_name_that_is_enqueued_is_in_the_table() -> None:
    """A name is written at the call or a constant of its module; another cannot be checked."""
    unknown = {
        f"{name}:{call.lineno}": asked
        for name in files("server/*.py", "server/**.py")
        if name != SWEEP
        for call in ast.walk(tree(name))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) == "enqueue"
        and (asked := first_argument(call, name)) not in JOBS
    }
    assert unknown == {}


def test_what_is_queued_every_day_is_in_the_table() -> None:
    assert set(DAILY) <= set(JOBS)


def first_argument(call: ast.Call, name: str) -> object:
    given = call.args[0] if call.args else None
    if isinstance(given, ast.Name):
        return constants(name).get(given.id)
    return given.value if isinstance(given, ast.Constant) else None


def constants(name: str) -> dict[str, object]:
    return {
        target.id: node.value.value
        for node in tree(name).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
