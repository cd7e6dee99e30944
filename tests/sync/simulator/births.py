"""Who stands in for the tablets of a story: the Python double, the shipped engine, or both."""

from __future__ import annotations

from typing import Literal

from sync.mutants import NONE, Mutants
from tests.sync.simulator.node_tablet import NodeTablet
from tests.sync.simulator.run import Run
from tests.sync.simulator.tablet import PyTablet
from tests.sync.simulator.tablet_port import Setup, TabletPort

Tablets = Literal["python", "node", "both"]


def told_to(
    tablets: Tablets,
    seed: int,
    mutants: Mutants = NONE,
    *,
    reads_settings: bool = True,
    idb: bool = True,
) -> Run:
    """Return a story. Where the shipped engine is in it, only that one has the seeded faults."""

    def birth(setup: Setup, _: Mutants) -> TabletPort:
        if tablets == "both" and int(setup.name[1:]) % 2 == 0:
            return PyTablet(setup, NONE)
        return NodeTablet(setup, mutants, idb=idb)

    if tablets == "python":
        return Run(seed, mutants, reads_settings=reads_settings)
    return Run(seed, birth=birth, reads_settings=reads_settings)
