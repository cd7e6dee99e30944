"""The oracle: judges a finished run by its own books, not by the engine's."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from sync.merge import same
from sync.record import DIGEST_MOD, Mark, digest_of_wire
from tests.sync.simulator.memory import Memory
from tests.sync.simulator.server import Server
from tests.sync.simulator.tablet import Tablet


@dataclass
class Oracle:
    """What was really made, written down when it was made."""

    made: dict[Mark, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, tablet: Tablet) -> None:
        """Write down every line a tablet has saved; called after each of its steps."""
        for mid, line in tablet.outbox.items():
            known = self.made.setdefault((tablet.id, mid), line)
            if known != line:
                self.faults.append(f"{tablet.id} changed its line {mid} after saving it")

    def judge_pull(self, tablet: Tablet, reply: dict[str, Any]) -> None:
        stray = set(reply["pulled"].pages) - set(reply["may_read"])
        if stray:
            self.faults.append(f"{tablet.user} was sent {sorted(stray)} without a right (I8)")

    def judge(self, server: Server, tablets: list[Tablet]) -> list[str]:
        """Return every broken invariant of a drained run."""
        self._ledger(server.memory)
        self._rights(server)
        self._groups(server.memory)
        self._values(server.memory)
        self._numbers(server.memory)
        for tablet in tablets:
            self._equal(server, tablet)
        return self.faults

    def _ledger(self, memory: Memory) -> None:
        seen: dict[Mark, int] = {}
        for row in memory.ledger:
            seen[row.op.mark] = seen.get(row.op.mark, 0) + 1
        for mark, n in seen.items():
            if n > 1:
                self.faults.append(f"{mark} is {n} times in the ledger (I1)")
        for mark, line in self.made.items():
            row = memory.by_mark.get(mark)
            if row is None:
                self.faults.append(f"{mark} is not in the ledger (I1)")
            elif row.op.sha256 != hashlib.sha256(line).digest():
                self.faults.append(f"{mark} is in the ledger with other bytes (I1)")

    def _rights(self, server: Server) -> None:
        self.faults += [
            f"{op.mark} was applied without a right (I8)" for op, had in server.decided if not had
        ]

    def _groups(self, memory: Memory) -> None:
        groups: dict[tuple[str, str], list[str]] = {}
        accepted = {(d.client_id, d.mid) for d in memory.decisions if d.outcome == "accepted"}
        for row in memory.ledger:
            if row.op.txn is not None and not row.op.fault:
                ok = row.outcome.status in ("applied", "merged") or row.op.mark in accepted
                groups.setdefault((row.op.client_id, row.op.txn), []).append("in" if ok else "out")
        self.faults += [
            f"group {key[1]} was split" for key, fates in groups.items() if len(set(fates)) > 1
        ]

    # -- I2: every accepted value stands, was built on, or is kept ---------------------------------

    def _values(self, memory: Memory) -> None:
        accepted = {(d.client_id, d.mid) for d in memory.decisions if d.outcome == "accepted"}
        taken: dict[tuple[str, str, str], dict[Mark, Any]] = {}
        bases: dict[Mark, dict[str, Mark]] = {}
        for row in memory.ledger:
            op = row.op
            if op.fault or op.kind not in ("thing", "sight"):
                continue
            said = json.loads(op.raw)
            bases[op.mark] = {n: (c, m) for n, (c, m) in said.get("base", {}).items()}
            if row.outcome.status in ("applied", "merged") or op.mark in accepted:
                for name, value in said["set"].items():
                    taken.setdefault((op.kind, op.id, name), {})[op.mark] = value
        for key, values in taken.items():
            self._field(memory, key, values, bases)

    def _field(
        self,
        memory: Memory,
        key: tuple[str, str, str],
        values: dict[Mark, Any],
        bases: dict[Mark, dict[str, Mark]],
    ) -> None:
        kind, id_, name = key
        row = memory.rows.get((kind, id_))
        if row is None:
            self.faults.append(f"{kind} {id_} was accepted and is not there (I2)")
            return
        item = json.loads(row.wire)
        marks = {n: (c, m) for _, c, m, names in item["v"] for n in names}
        built_on = {ancestor for mark in values for ancestor in _ancestors(name, mark, bases)}
        safe = [
            value
            for mark, value in values.items()
            if marks.get(name) == mark or mark in built_on or (*key, mark) in memory.conflicts
        ]
        standing = [item["f"][name]] if name in item["f"] else []
        for mark, value in values.items():
            if not any(same(value, other) for other in [*safe, *standing]):
                self.faults.append(f"{mark} set {key} to {value!r} and it is lost (I2)")

    # -- I3, I5 ------------------------------------------------------------------------------------

    def _numbers(self, memory: Memory) -> None:
        used: set[tuple[str, int]] = set()
        sums = dict.fromkeys(memory.places_by_id, 0)
        for row in memory.rows.values():
            where = (row.scope_id, row.seq)
            if where in used or row.seq > memory.places_by_id[row.scope_id].counter.seq:
                self.faults.append(f"number {where} is used twice or above the head (I3)")
            used.add(where)
            if not row.deleted:
                sums[row.scope_id] += digest_of_wire(row.wire)
        for scope, total in sums.items():
            if memory.places_by_id[scope].counter.digest != total % DIGEST_MOD:
                self.faults.append(f"the digest of {scope} was not kept")

    def _equal(self, server: Server, tablet: Tablet) -> None:
        mine = {s for s, r in server.memory.rights_now(tablet.user).items() if r.can_read}
        there = {
            (row.scope_id, kind, id_): json.loads(row.wire)
            for (kind, id_), row in server.memory.rows.items()
            if row.scope_id in mine and not row.deleted
        }
        if tablet.outbox:
            self.faults.append(f"{tablet.id} has not drained (I7)")
        if tablet.base != there:
            self.faults.append(f"{tablet.id} does not hold what the server holds (I5)")


def _ancestors(name: str, mark: Mark, bases: dict[Mark, dict[str, Mark]]) -> set[Mark]:
    found: set[Mark] = set()
    here = bases.get(mark, {}).get(name)
    while here is not None and here not in found:
        found.add(here)
        here = bases.get(here, {}).get(name)
    return found
