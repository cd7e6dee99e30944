"""A server that was restored and a tablet that forked before: golden cases, and whole stories."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sync.codec import canonical
from sync.mutants import NONE
from tests.sync.simulator.kinds import NOW_SV, ORGANISATION, Held
from tests.sync.simulator.memory import Place
from tests.sync.simulator.server import Server
from tests.sync.simulator.tablet import PyTablet
from tests.sync.simulator.tablet_disk import SentRow
from tests.sync.simulator.tablet_port import Ask, Moment, Setup

CASES = Path(__file__).resolve().parents[2] / "sync" / "cases" / "restore.json"
Case = dict[str, Any]
SCOPE, USER = "5c000000-0000-4000-8000-000000000001", "user0"
NOW = 1_764_000_100_000


def restored(ledger: Mapping[str, Sequence[str]]) -> Server:
    """Return a server whose ledger holds these lines, as a backup brought them back."""
    server = Server(1, NONE, on_commit=lambda _: None)
    server.memory.places_by_id[SCOPE] = Place("school")
    server.memory.rights[USER] = {SCOPE: Held("school", frozenset({"walker"}))}
    for client, lines in ledger.items():
        header = {
            "client_id": client, "server_epoch": server.epoch, "device_now": NOW,
            "first_mid": 1, "n": len(lines),
        }  # fmt: skip
        body = "\n".join([canonical(header), *lines]).encode()
        assert server.handle(USER, Ask(1, "POST", "/push", body), NOW).status == 200
    return server


def tablet_of(case: Case) -> PyTablet:
    setup = Setup(
        "t0", USER, case["client"], case["client"], ORGANISATION, 1,
        sv=NOW_SV, ops=6, page=9, chunk=16,
    )  # fmt: skip
    tablet = PyTablet(setup, NONE)
    disk = tablet.disk
    disk.meta["epoch"], disk.meta["formers"] = "before", case["formers"]
    disk.meta["next_mid"], disk.meta["cursors"] = case["next_mid"], {SCOPE: (1, 0)}
    for client, lines in case["sent"].items():
        for mid, line in lines.items():
            disk.sent[(client, int(mid))] = SentRow(line.encode(), "applied", 1, is_folded=True)
    tablet.commit("begin")
    return tablet


def drain(tablet: PyTablet, server: Server) -> None:
    moment = Moment(NOW, 1)
    for _ in range(4):
        tablet.begin_round(moment)
        while asks := tablet.asks():
            for ask in asks:
                tablet.answer(ask.n, server.handle(USER, ask, NOW), moment)


@pytest.mark.parametrize(
    "case", json.loads(CASES.read_text())["cases"], ids=lambda case: str(case["name"])
)
def test_what_a_tablet_sent_before_its_forks_is_in_the_restored_ledger(case: Case) -> None:
    server, tablet = restored(case["ledger"]), tablet_of(case)
    drain(tablet, server)
    held: dict[str, list[str]] = {client: [] for client in case["then"]}
    for row in server.memory.ledger:
        held[row.op.client_id].append(row.op.raw.decode())
    assert held == case["then"]
    assert tablet.dump().outbox == {}
