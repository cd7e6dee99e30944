"""What the simulated tablet and its person once did wrong, each told by one short story."""

from __future__ import annotations

import random

from tests.sync.simulator.books import Books
from tests.sync.simulator.people import Person
from tests.sync.simulator.run import Run
from tests.sync.simulator.tablet_port import Edit, Moment
from tests.sync.test_restored import SCOPE, USER, drain, restored, tablet_of

CLIENT = "dddddddd-0000-4000-8000-000000000002"
THING = "a5000000-0000-7000-8000-000000000001"
FRESH = {"client": CLIENT, "formers": [], "next_mid": 1, "sent": {}}


def test_a_tablet_shut_out_gives_a_restored_server_its_work_again() -> None:
    """Seeds 11260 and 12042: it was told to purge, and went before it had offered anything."""
    server, tablet = restored({}), tablet_of(FRESH)
    before = (server.memory.backup(), server.blobs.backup())
    tablet.edit([Edit("thing", THING, SCOPE, {"name": "Bench", "a": 1})], [], Moment(1, 1))
    drain(tablet, server)
    assert [row.op.mark for row in server.memory.ledger] == [(CLIENT, 1)]
    server.memory.restore(before[0], server.fresh_id())
    server.memory.rights[USER] = {}
    drain(tablet, server)
    assert [row.op.mark for row in server.memory.ledger] == [(CLIENT, 1)]
    assert tablet.dump().base == {}


def test_a_form_opened_before_a_fork_is_loaded_anew() -> None:
    """Seed 11465: its marks were numbers of the earlier client, which were the twin's then."""
    tablet = tablet_of(FRESH)
    tablet.edit([Edit("thing", THING, SCOPE, {"b": 1})], [], Moment(1, 1))
    person = Person(tablet, random.Random(1), Books(), SCOPE, [SCOPE])
    while person.form is None:
        person._change()
    tablet.disk.meta["client_id"] = "eeeeeeee-0000-4000-8000-000000000003"
    edit = person._change()
    assert edit is not None
    assert edit.base is None


def test_seeds_that_broke_once_do_not_again() -> None:
    """10934: a tablet that had let go of all its lines had nothing to offer a restored server.

    11802: it is no step back when an older value stands until a person settles what is beside it.
    """
    for seed in (10934, 11802, 11260, 11465, 12042):
        assert Run(seed).go(300) == [], seed
