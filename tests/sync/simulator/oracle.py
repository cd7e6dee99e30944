"""The oracle: watches every step and judges the end by its own books, not by the engine's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.batch import LedgerRow
from sync.merge import same
from sync.record import Mark
from tests.sync.simulator.books import Books, Node, print_of
from tests.sync.simulator.judge import Judge
from tests.sync.simulator.server import Server
from tests.sync.simulator.tablet_port import Answer, Ask, Dump, Seen, TabletPort

if TYPE_CHECKING:
    from tests.sync.simulator.trouble import Trouble

Field = tuple[str, str, str]  # kind, id, field
ONCE = frozenset({"born", "owner", "sha256", "visit_id", "subject"})  # the first write wins


@dataclass
class Oracle:
    """What must always hold is looked at after each step; the rest is judged at the end."""

    books: Books
    server: Server
    trouble: Trouble
    reads_settings: bool = True  # False: only what is lost tells that a write was not flushed
    faults: list[str] = field(default_factory=list)
    before: dict[str, Dump] = field(default_factory=dict)
    views: dict[str, dict[Field, Node]] = field(default_factory=dict)
    old_bases: dict[str, set[tuple[str, Field, Mark]]] = field(default_factory=dict)
    lines_before: dict[str, tuple[dict[int, bytes], dict[Mark, str]]] = field(default_factory=dict)
    epochs: dict[str, str | None] = field(default_factory=dict)
    acked: set[Mark] = field(default_factory=set)  # what the server answered for, since a restore
    between: set[str] = field(default_factory=set)  # tablets on the way to a new epoch
    pruned: set[Mark] = field(default_factory=set)

    # -- a tablet ----------------------------------------------------------------------------------

    def look(self, tablet: TabletPort) -> None:
        """Look at a tablet's disk and screen after something happened to it."""
        dump, name = tablet.dump(), tablet.name
        for mid, line in dump.outbox.items():
            if self.books.bind(name, dump.client_id, mid, line) is None:
                self.faults.append(f"{name} changed its line {mid} after saving it (I1)")
        self.books.pending.pop(name, None)
        self._left(name, dump)
        if self.epochs.get(name) != dump.epoch:
            self._new_epoch(name, dump)
        if name in self.between:  # the old base is shown until the new one is whole
            self.views.pop(name, None)
            if not dump.is_staging:
                self.between.discard(name)
        self._view(tablet, dump)
        if dump.mismatches:
            self.faults.append(f"{name} has another digest than the server (I4, I5)")
        for (what, durability), n in dump.asked.items():
            if durability != "strict" and self.reads_settings:
                self.faults.append(f"{name} asked {n} times for a relaxed {what} (I6)")

    def _left(self, name: str, dump: Dump) -> None:
        """I6: a line leaves the outbox for sent, and sent only when it may."""
        outbox, sent = self.lines_before.get(name, ({}, {}))
        client = self.before[name].client_id if name in self.before else dump.client_id
        now = {(dump.client_id, mid) for mid in dump.outbox} | dump.sent.keys()
        here = {print_of(line) for line in dump.outbox.values()}
        for mid, line in outbox.items():
            node = print_of(line)
            if (client, mid) not in now and node is not None and node not in here:
                self.faults.append(f"{name} let line {mid} go without a result (I6)")
        for mark in sent.keys() - now:
            if mark[0] == dump.client_id:  # what it sent as another client is its twin's to keep
                self._pruned(name, mark)
        self.before[name] = dump
        self.lines_before[name] = (dict(dump.outbox), {k: v.status for k, v in dump.sent.items()})

    def _pruned(self, name: str, mark: Mark) -> None:
        self.pruned.add(mark)
        if self.trouble.has_backups and mark not in self.trouble.backed_up:
            self.faults.append(f"{name} let {mark} go before it was in a backup (I6)")

    def _new_epoch(self, name: str, dump: Dump) -> None:
        if self.epochs.get(name) is not None:
            held = self.old_bases.setdefault(name, set())
            for (scope, kind, id_), item in self._base_before(name).items():
                marks = {n: (c, m) for _, c, m, names in item["v"] for n in names}
                held |= {(scope, (kind, id_, n), mark) for n, mark in marks.items()}
        self.epochs[name] = dump.epoch
        self.between.add(name)

    def _base_before(self, name: str) -> dict[tuple[str, str, str], dict[str, list[list]]]:  # type: ignore[type-arg]
        return dict(self.before[name].base)  # type: ignore[arg-type]

    # -- the screen --------------------------------------------------------------------------------

    def _view(self, tablet: TabletPort, dump: Dump) -> None:
        """Nothing on the screen goes back to what its present value was made on top of."""
        name, view = tablet.name, self.views.setdefault(tablet.name, {})
        for (kind, id_), shown in tablet.screen().items():
            gone = shown.fields.get("deleted")
            if gone is not None and gone.value is True:
                continue  # known, but not on the screen
            for field_, seen in shown.fields.items():
                node = self.books.node_of(name, seen)
                key = (kind, id_, field_)
                before = view.get(key)
                if before == node or field_ in ONCE:
                    continue
                if node is None:
                    self.faults.append(f"{name} shows {seen} of {key}, which nobody made")
                    continue
                self._true(name, key, seen, node)
                if before is not None and self._went_back(name, dump, key, before, node):
                    self.faults.append(f"{name}'s view of {key} went back from {before} to {node}")
                view[key] = node

    def _true(self, name: str, key: Field, seen: Seen, node: Node) -> None:
        made = self.books.made.get(node)
        if made is not None and key[2] in made.set and not same(made.set[key[2]], seen.value):
            self.faults.append(f"{name} shows {seen.value!r} of {key}: its maker wrote another")

    def _went_back(self, name: str, dump: Dump, key: Field, before: Node, node: Node) -> bool:
        if node not in self.books.older(key[2], before) or self.waits_for_a_person(key, before):
            return False
        for (owner, mid), sent in dump.sent.items():
            if self.books.local.get((name, owner, mid)) != before:
                continue
            if sent.status == "rejected" or sent.decision == "refused":
                return False
            if sent.status == "held" and (
                owner != dump.client_id or self._deleted_later(name, owner, mid, key)
            ):
                return False
            return not (sent.status == "merged" and key[2] == "deleted")
        return True

    def waits_for_a_person(self, key: Field, node: Node) -> bool:
        """Say whether an open conflict keeps a value, or one made on it, beside an older one.

        Only after a restore may that be: tablets offer their ops again in any order, and where the
        one between two values came last the ledger could not tell that one was made on the other.
        """
        if not self.trouble.restores:
            return False
        kept = [
            self.books.truth.get(found[3])
            for found, row in self.server.memory.conflicts.items()
            if found[:3] == key and row.state == "open"
        ]
        return any(
            by is not None and (by == node or node in self.books.older(key[2], by)) for by in kept
        )

    def _deleted_later(self, name: str, client: str, mid: int, key: Field) -> bool:
        """Say whether this person deleted the record after all: what waited for it is hidden."""
        for (other, owner, number), node in self.books.local.items():
            made = self.books.made.get(node)
            if made is None or (other, owner) != (name, client) or number <= mid:
                continue
            if (made.kind, made.id) == key[:2] and made.set.get("deleted") is True:
                return True
        return False

    # -- disks and restores ------------------------------------------------------------------------

    def copied(self, tablet: TabletPort, twin: TabletPort) -> None:
        """A disk was copied: the twin knows what the first knew."""
        for (name, client, mid), node in list(self.books.local.items()):
            if name == tablet.name:
                self.books.local[(twin.name, client, mid)] = node

    def put_back(self, tablet: TabletPort, image: TabletPort) -> None:
        """A device forgot what it did since an image: what the server never had is gone with it."""
        kept = {print_of(line) for line in image.dump().outbox.values()}
        for line in tablet.dump().outbox.values():
            node = print_of(line)
            if node is not None and node not in kept:
                self.books.excused.add(node)

    # -- the server --------------------------------------------------------------------------------

    def committed(self, rows: Sequence[LedgerRow]) -> None:
        """Note which op each number of the ledger is, and whether its author had the right (I8)."""
        memory = self.server.memory
        for row in rows:
            op = row.op
            if op.client_id.startswith("server:"):
                continue
            node = print_of(op.raw)
            if node is not None:
                self.books.truth[op.mark] = node
            if row.outcome.status not in ("applied", "merged") or op.kind == "void":
                continue
            stood = memory.rows.get((op.kind, op.id))
            scope = stood.scope_id if stood is not None else op.scope_id
            right = memory.rights_now(row.actor_id or "").get(scope)
            if right is None or right.closed:
                self.faults.append(f"{op.mark} was applied without a right (I8)")

    def heard(self, user: str, ask: Ask, answer: Answer) -> None:
        """Read what a person was sent: nothing of a scope that they may not read (I8)."""
        if answer.status == 200 and ask.path == "/push":
            client = json.loads(ask.body.split(b"\n")[0])["client_id"]
            said = json.loads(answer.body)["results"]
            self.acked |= {(client, result["mid"]) for result in said}
        if answer.status != 200 or ask.path != "/pull":
            return
        rights = self.server.memory.rights_now(user)
        stray = {s for s in json.loads(answer.body)["scopes"] if s not in rights}
        if stray:
            self.faults.append(f"{user} was sent {sorted(stray)} without a right (I8)")

    def died(self) -> None:
        """The server lost its memory: what it had answered for must be on its disk (V1)."""
        lost = sorted(self.acked - self.server.memory.by_mark.keys())
        self.faults += [f"{mark} was answered for and is not on the disk (V1)" for mark in lost]

    def judge(self, tablets: Sequence[TabletPort]) -> list[str]:
        """Return every broken invariant of a run that has come to rest."""
        for tablet in tablets:
            self.look(tablet)
        self.faults += Judge(self, tablets).verdict()
        return self.faults
