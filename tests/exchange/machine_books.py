"""The state machine's own books: what ledger, rows and conflicts must say at the end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text

from server.core.database import db
from server.core.unit import unit_of_work
from server.exchange.digests import sum_scope
from server.exchange.models import SyncConflict, SyncDecision, SyncOp
from sync.codec import canonical
from sync.record import DIGEST_MOD, digest_of_wire
from tests.exchange.device import PREFIX
from tests.exchange.machine_tablet import Mark, Tablet
from tests.world import World

Key = tuple[str, str]  # record, field


@dataclass
class Books:
    """Everything of some scopes, read once at the end."""

    world: World
    scopes: tuple[str, ...]
    bodies: dict[Mark, bytes] = field(default_factory=dict)
    bases: dict[Mark, dict[str, Mark]] = field(default_factory=dict)
    taken: dict[Mark, dict[str, Any]] = field(default_factory=dict)  # applied ops and their lines
    stands: dict[Key, tuple[Mark, Any]] = field(default_factory=dict)
    lost: dict[Key, dict[Mark, Any]] = field(default_factory=dict)

    def read(self) -> None:
        north = self.world.organisations["north"]
        with unit_of_work(north, self.world.app):
            self._rows()
            self._ledger({record for record, _ in self.stands})
            for row in db.session.scalars(select(SyncConflict)):
                by = self.lost.setdefault((row.id, row.field), {})
                by[(row.by_client, row.by_mid)] = row.losing_value
            connection = db.session.connection()
            for scope in self.scopes:
                summed = sum_scope(connection, north, scope)
                assert summed is not None
                assert summed.is_right, "a digest is not that of its rows"

    def _rows(self) -> None:
        names = {f"s{n}": scope for n, scope in enumerate(self.scopes)}
        places = ", ".join(f":{name}" for name in names)
        for table in ("asset", "room"):
            query = text(f"SELECT wire FROM {table} WHERE scope_id IN ({places})")
            for (wire,) in db.session.execute(query, names):
                item = json.loads(wire)
                for _, client, mid, fields in item["v"]:
                    for name in fields:
                        self.stands[(item["id"], name)] = ((client, mid), item["f"][name])

    def _ledger(self, records: set[str]) -> None:
        accepted = {
            (row.client_id, row.mid)
            for row in db.session.scalars(select(SyncDecision))
            if row.outcome == "accepted"
        }
        for row in db.session.scalars(select(SyncOp)):
            mark = (row.client_id, row.mid)
            self.bodies[mark] = bytes(row.body or b"")
            assert hashlib.sha256(self.bodies[mark]).digest() == row.sha256
            if row.record_id not in records:
                continue
            bases = json.loads(row.bases) if row.bases else {}
            self.bases[mark] = {name: (base[0], base[1]) for name, base in bases.items()}
            if row.status in ("applied", "merged") or mark in accepted:
                self.taken[mark] = json.loads(self.bodies[mark])

    # -- the rules -------------------------------------------------------------------------------

    def each_line_is_once_in_the_ledger(self, tablets: Iterable[Tablet]) -> None:
        for tablet in tablets:
            mine = {
                mid: raw for (client, mid), raw in self.bodies.items() if client == tablet.client_id
            }
            assert mine == tablet.lines

    def nothing_is_lost(self) -> None:
        """Each taken value stands, was built on, lost and is kept, or equals one of these."""
        for mark, op in self.taken.items():
            for name, value in op["set"].items():
                key = (op["id"], name)
                assert self._is_accounted(key, mark, value, set()), (key, mark, value)

    def _is_accounted(self, key: Key, mark: Mark, value: Any, seen: set[Mark]) -> bool:
        if mark in seen:
            return False
        seen.add(mark)
        # Of a delete that saw too little only the conflict is kept: no ``deleted`` stands.
        standing, lost = self.stands.get(key), self.lost.get(key, {})
        if mark in lost or value in lost.values():
            return True
        if standing is not None and value == standing[1]:
            return True
        for other, op in self.taken.items():
            if op["id"] != key[0] or key[1] not in op["set"]:
                continue
            is_same = op["set"][key[1]] == value
            is_on_top = mark in self._ancestors(other, key[1])
            if (is_same or is_on_top) and self._is_accounted(key, other, op["set"][key[1]], seen):
                return True
        return False

    def no_older_value_stands_over_what_was_made_of_it(self) -> None:
        for mark, op in self.taken.items():
            for name in op["set"]:
                standing = self.stands.get((op["id"], name))
                is_older = standing is not None and standing[0] in self._ancestors(mark, name)
                assert not is_older, (op["id"], name, mark)

    def _ancestors(self, mark: Mark, name: str) -> set[Mark]:
        found: set[Mark] = set()
        step = self.bases.get(mark, {}).get(name)
        while step is not None and step not in found:
            found.add(step)
            step = self.bases.get(step, {}).get(name)
        return found - {mark}

    def all_hold_the_same(self, tablets: list[Tablet]) -> None:
        first = tablets[0].device
        for tablet in tablets[1:]:
            assert tablet.device.items == first.items
            assert tablet.device.cursors == first.cursors
        for scope in self.scopes:
            ours = [i for (place, _, _), i in first.items.items() if place == scope]
            seq = first.cursors[scope]["seq"]
            told = first.http.get(f"{PREFIX}/digest/{scope}?seq={seq}").json
            total = sum(digest_of_wire(canonical(item)) for item in ours) % DIGEST_MOD
            assert (told["n"], told["sum"]) == (len(ours), total)
