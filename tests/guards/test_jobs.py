"""Every queue has a worker, and every name that is enqueued leads to a function."""

from __future__ import annotations

import ast

from server.core.jobs import QUEUES
from server.worker import JOBS, WORKERS, find
from tests.guards.source import files, tree


def test_every_queue_has_a_worker() -> None:
    assert set(WORKERS) == set(QUEUES)


def test_every_job_leads_to_a_function() -> None:
    assert {name: callable(find(name)) for name in JOBS} == dict.fromkeys(JOBS, True)


def test_every_name_that_is_enqueued_is_in_the_table() -> None:
    unknown = {
        f"{name}:{call.lineno}": call.args[0].value
        for name in files("server/**.py")
        for call in ast.walk(tree(name))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) == "enqueue"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in JOBS
    }
    assert unknown == {}
