"""The end of a run: everything is in the ledger once, no value is lost, all are equal (I1–I8)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sync.batch import LedgerRow
from sync.merge import same
from sync.record import DIGEST_MOD, Mark, digest_of_wire
from sync.restore import knows
from tests.sync.simulator.books import Node, print_of
from tests.sync.simulator.kinds import RULES
from tests.sync.simulator.tablet_port import TabletPort

if TYPE_CHECKING:
    from tests.sync.simulator.oracle import Oracle

Field = tuple[str, str, str]


class Judge:
    """Asks every question once, of a run at rest."""

    def __init__(self, oracle: Oracle, tablets: Sequence[TabletPort]) -> None:
        self.oracle, self.tablets = oracle, tablets
        self.books, self.server, self.trouble = oracle.books, oracle.server, oracle.trouble
        self.memory = oracle.server.memory
        self.faults: list[str] = []
        self.accepted = {
            (told.client_id, told.mid)
            for told in self.memory.told.values()
            if told.outcome == "accepted"
        }

    def verdict(self) -> list[str]:
        self._ledger()
        self._groups()
        self._values()
        self._numbers()
        self._photos()
        for tablet in self.tablets:
            self._equal(tablet)
            self._rejected_kept(tablet)
            if "recover" in tablet.skills:
                self._recovered(tablet)
        for (what, durability), n in self.memory.log.asked.items():
            if durability != "strict" and self.oracle.reads_settings:
                self.faults.append(f"the server asked {n} times for a relaxed {what} (I6)")
        return self.faults

    # -- I1 ----------------------------------------------------------------------------------------

    def _ledger(self) -> None:
        times: Counter[Node] = Counter()
        for row in self.memory.ledger:
            if row.op.client_id.startswith("server:"):
                continue
            node = print_of(row.op.raw)
            if node is None:
                self._void(row)
                continue
            times[node] += 1
            if row.op.raw not in self.books.lines.get(row.op.mark, ()):
                self.faults.append(f"{row.op.mark} is in the ledger with other bytes (I1)")
        for node, n in times.items():
            if n > 1:
                self.faults.append(f"{node} is {n} times in the ledger (I1)")
        for node in [*self.books.poison, *self.books.made]:
            made = self.books.made.get(node)
            if times[node] or node in self.books.excused or (made and made.by == "desk"):
                continue
            self.faults.append(f"{node} is not in the ledger (I1)")

    def _void(self, row: LedgerRow) -> None:
        """A number without its body: right only for what was let go as it may be."""
        mark = row.op.mark
        if mark not in self.oracle.pruned or self.trouble.has_backups:
            self.faults.append(f"{mark} was offered again without its body (I6)")
        node = self.books.truth.get(mark)
        if node is not None:
            self.books.excused.add(node)

    def _groups(self) -> None:
        groups: dict[tuple[str, str], set[bool]] = {}
        for row in self.memory.ledger:
            if row.op.txn is not None and not row.op.fault:
                key = (row.op.client_id, row.op.txn)
                groups.setdefault(key, set()).add(self._took(row))
        split = [key[1] for key, fates in groups.items() if len(fates) > 1]
        self.faults += [f"group {txn} was split" for txn in split]

    def _took(self, row: LedgerRow) -> bool:
        return row.outcome.status in ("applied", "merged") or row.op.mark in self.accepted

    # -- I2 ----------------------------------------------------------------------------------------

    def _values(self) -> None:
        """Judge each field by who saw what; the bases that engines wrote are not asked."""
        taken: dict[Field, dict[Node, Mark]] = {}
        for row in self.memory.ledger:
            node = self.books.truth.get(row.op.mark)
            made = self.books.made.get(node) if node is not None else None
            if made is None or not self._took(row) or row.op.fault or row.op.kind == "void":
                continue
            for name in made.set:
                taken.setdefault((made.kind, made.id, name), {})[made.node] = row.op.mark
        for key, nodes in taken.items():
            if key[0] in RULES:
                self._field(key, nodes)
        self._false_conflicts()

    def _field(self, key: Field, nodes: dict[Node, Mark]) -> None:
        row = self.memory.rows.get(key[:2])
        if row is None:
            self.faults.append(f"{key} was accepted and is not there (I2)")
            return
        name = key[2]
        standing, values = self._standing(row.wire, name)
        built_on = {before for node in nodes for before in self.books.older(name, node)}
        safe = [
            node
            for node, mark in nodes.items()
            if node == standing or node in built_on or (*key, mark) in self.memory.conflicts
        ]
        kept = [*values, *(self.books.made[node].set[name] for node in safe)]
        if name == "deleted" and any(found[:3] == key for found in self.memory.conflicts):
            kept.append(False)  # an edit brought it back, which is the same as taking it back
        for node in nodes.keys() - set(safe):
            value = self.books.made[node].set[name]
            if not any(same(value, other) for other in kept):
                self.faults.append(f"{node} set {key} to {value!r} and it is lost (I2)")
        self._older_stands(key, standing, nodes)

    def _older_stands(self, key: Field, standing: Node | None, nodes: dict[Node, Mark]) -> None:
        if standing is None or key[2] == "deleted" or key[2] in RULES[key[0]].immutable:
            return
        self.faults += [
            f"{key} shows {standing}, which {node} was made on top of (I2)"
            for node in nodes
            if standing in self.books.older(key[2], node)
            and not self.oracle.waits_for_a_person(key, node)
        ]

    def _false_conflicts(self) -> None:
        if self.trouble.restores:
            return
        for (kind, id_, name, loser), kept in self.memory.conflicts.items():
            row, node = self.memory.rows.get((kind, id_)), self.books.truth.get(loser)
            if kept.state != "open" or row is None or node is None:
                continue
            if name == "deleted" or name in RULES[kind].immutable:
                continue
            standing, _ = self._standing(row.wire, name)
            if standing is not None and node in self.books.older(name, standing):
                self.faults.append(f"{kind} {id_} {name}: an open conflict, but it was seen (I2)")

    def _standing(self, wire: str, name: str) -> tuple[Node | None, list[Any]]:
        item = json.loads(wire)
        marks = {n: (c, m) for _, c, m, names in item["v"] for n in names}
        values = [item["f"][name]] if name in item["f"] else []
        return self.books.truth.get(marks[name]) if name in marks else None, values

    # -- I3, I5, I7 --------------------------------------------------------------------------------

    def _numbers(self) -> None:
        used: set[tuple[str, int]] = set()
        places = self.memory.places_by_id
        sums = dict.fromkeys(places, 0)
        for row in self.memory.rows.values():
            where = (row.scope_id, row.seq)
            if where in used or row.seq > places[row.scope_id].counter.seq:
                self.faults.append(f"number {where} is used twice or above the head (I3)")
            used.add(where)
            if not row.deleted:
                sums[row.scope_id] += digest_of_wire(row.wire)
        for scope, total in sums.items():
            if places[scope].counter.digest != total % DIGEST_MOD:
                self.faults.append(f"the digest of {scope} was not kept")

    def _equal(self, tablet: TabletPort) -> None:
        dump = tablet.dump()
        rights = self.memory.rights_now(tablet.user)
        there = {
            (row.scope_id, kind, id_): json.loads(row.wire)
            for (kind, id_), row in self.memory.rows.items()
            if row.scope_id in rights and not row.deleted
        }
        if dump.outbox:
            self.faults.append(f"{tablet.name} has not drained (I7)")
        if dump.is_staging:
            self.faults.append(f"{tablet.name} did not come to rest (I7)")
        if dict(dump.base) != there:
            self.faults.append(f"{tablet.name} does not hold what the server holds (I5)")

    def _rejected_kept(self, tablet: TabletPort) -> None:
        """A refused op is still on the device, for its person to see (I2)."""
        dump = tablet.dump()
        for row in self.memory.ledger:
            here = (tablet.name, *row.op.mark) in self.books.local
            if row.outcome.status == "rejected" and here and row.op.client_id == dump.client_id:
                kept = dump.sent.get(row.op.mark)
                if kept is None or kept.status != "rejected":
                    self.faults.append(f"{tablet.name} forgot that {row.op.mark} was refused (I2)")

    # -- photos, restores --------------------------------------------------------------------------

    def _photos(self) -> None:
        whole = self.server.blobs.whole
        for sha, data in whole.items():
            if hashlib.sha256(data).hexdigest() != sha:
                self.faults.append(f"bytes are stored whose hash is not {sha[:8]} (I6)")
        for (kind, id_), row in self.memory.rows.items():
            said = json.loads(row.wire)["f"] if kind == "photo" else {}
            if said.get("state") == "stored" and said["sha256"] not in whole:
                self.faults.append(f"picture {id_} says stored, but its bytes are not here (V6)")
        named = {
            json.loads(row.wire)["f"]["sha256"]
            for key, row in self.memory.rows.items()
            if key[0] == "photo"
        }
        for tablet in self.tablets:
            self._bytes_of(tablet, named)

    def _bytes_of(self, tablet: TabletPort, named: set[str]) -> None:
        dump = tablet.dump()
        for sha, state in dump.photos.items():
            if sha in self.server.blobs.whole or sha not in named:
                continue
            if state in ("waiting", "sent"):
                self.faults.append(f"{tablet.name}: the bytes of {sha[:8]} never arrived (I6)")
            elif state == "freed" and self.trouble.has_backups:
                self.faults.append(f"{tablet.name} freed {sha[:8]} before a backup had it (I6)")

    def _recovered(self, tablet: TabletPort) -> None:
        """What an old base showed and the restored ledger lacks waits for a person."""
        held = self.oracle.old_bases.get(tablet.name, set())
        for scope, (kind, id_, name), mark in sorted(held):
            lost = (tablet.user, scope) in self.trouble.ever_lost
            if lost or knows(self.memory.by_mark.get(mark)):
                continue
            if (scope, kind, id_, name, mark) not in self.memory.lost_values:
                self.faults.append(f"{kind} {id_} {name} of {mark} is in no recovery list (I2)")
