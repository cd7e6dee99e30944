"""The desk and the server's own jobs: edits with forms that may be old, reviews, moves, checks."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sync.batch import Decision, Held, Sender
from sync.codec import JsonValue
from sync.op import Op
from sync.push import Push
from sync.record import Mark
from tests.sync.simulator.books import Books, Saw
from tests.sync.simulator.kinds import ORGANISATION, RULES, UPCASTERS
from tests.sync.simulator.kinds import Held as RightHeld
from tests.sync.simulator.memory import Kept
from tests.sync.simulator.server import Server
from tests.sync.simulator.tablet_port import Key

Form = tuple[Key, dict[str, Mark]]


@dataclass
class Desk:
    """Writes as ``server:<uuid>``, always by the one road."""

    server: Server
    books: Books
    rng: random.Random
    schools: list[str]
    form: Form | None = None

    def act(self, now: int) -> None:
        what = self.rng.random()
        if what < 0.55:
            self._edit(now)
        elif what < 0.8:
            self._review(now)
        elif what < 0.9:
            self._settle(now)
        else:
            self.check_pictures(now)

    def marks(self, key: Key) -> dict[str, Mark]:
        said = json.loads(self.server.memory.rows[key].wire)
        return {name: (c, m) for _, c, m, names in said["v"] for name in names}

    # -- edits -------------------------------------------------------------------------------------

    def _edit(self, now: int) -> None:
        """Edit, grade, move or delete; now and then with a form opened a while ago."""
        things = sorted(key for key in self.server.memory.rows if key[0] == "thing")
        if not things:
            return
        key = self.rng.choice(things)
        if self.rng.random() < 0.15:
            self.form = (key, self.marks(key))
            return
        if self.form is not None and self.rng.random() < 0.4:
            (key, marks), self.form = self.form, None
            if key in self.server.memory.rows:
                self.write(key, self._values(), now, marks=marks)
            return
        if self.rng.random() < 0.2:
            self.write(key, {"b": self.rng.randrange(9)}, now, to=self.rng.choice(self.schools))
        else:
            self.write(key, self._values(), now)

    def _values(self) -> dict[str, JsonValue]:
        what = self.rng.random()
        if what < 0.2:
            return {"grade": self.rng.choice("AB")}
        if what < 0.3:
            return {"deleted": True}
        return {"a": self.rng.randrange(9) * 10, "b": self.rng.randrange(9)}

    def write(
        self,
        key: Key,
        values: Mapping[str, JsonValue],
        now: int,
        *,
        marks: dict[str, Mark] | None = None,
        to: str | None = None,
        also: Saw | None = None,
    ) -> None:
        """Write fields of a record. ``marks``: what the form was loaded with, or as it stands."""
        row = self.server.memory.rows[key]
        client = f"server:{self.server.fresh_id()}"
        op = Op(client, 1, b"", b"", *key, to or row.scope_id, at=now, set=dict(values))
        op.moves, op.as_it_stands = to is not None, marks is None
        seen = self.marks(key) if marks is None else marks
        asked = seen if values.get("deleted") is True else {*values, "deleted"}
        known = {name: seen[name] for name in sorted(asked) if name in seen}
        if marks is not None:
            op.bases = known
        elif "deleted" not in values:
            known.pop("deleted", None)
        saw: Saw = {n: frozenset({self.books.truth.get(m, "?")}) for n, m in known.items()}
        self.books.note_desk(op.mark, key, dict(values), {**saw, **(also or {})})
        self.server.desk(client, None, [op], now)

    # -- reviews -----------------------------------------------------------------------------------

    def undecided(self) -> list[Mark]:
        memory = self.server.memory
        done = {(told.client_id, told.mid) for told in memory.told.values()}
        return [
            mark
            for mark, row in memory.by_mark.items()
            if row.outcome.status == "held" and mark not in done
        ]

    def _review(self, now: int) -> None:
        """Accept or refuse a held op, with its group."""
        waiting = sorted(self.undecided())
        if not waiting:
            return
        mark = self.rng.choice(waiting)
        memory, first = self.server.memory, self.server.memory.by_mark[mark]
        held = [memory.held(mark)]
        if first.op.txn is not None:
            held = memory.group(mark[0], first.op.txn)
        rights = {
            id_: replace(self.right(place.kind), closed=False)
            for id_, place in memory.places_by_id.items()
        }
        push = Push(
            memory, RULES, ORGANISATION, Sender(mark[0], "reviewer", None, now),
            self.server.mutants, upcasters=UPCASTERS,
        )  # fmt: skip
        outcome = "accepted" if self.rng.random() < 0.6 else "refused"
        if outcome == "accepted" and not self._replayed(push, held, rights):
            return
        push.batch.decisions += [
            Decision(h.op.client_id, h.op.mid, outcome, "seen", "reviewer") for h in held
        ]
        push.batch.done_waiting += [h.op.mark for h in held]
        memory.commit(push.batch)

    @staticmethod
    def right(kind: str) -> RightHeld:
        return RightHeld(kind, frozenset({"walker"}))

    def _replayed(self, push: Push, held: list[Held], rights: dict[str, RightHeld]) -> bool:
        outcomes = push.replay(held, rights)
        return all(found.status in ("applied", "merged") for found in outcomes)

    def _settle(self, now: int) -> None:
        """Choose a conflict's losing value: whoever chooses has both before them."""
        memory = self.server.memory
        open_ = sorted(
            (key for key, kept in memory.conflicts.items() if kept.state == "open"), key=str
        )
        choices = [key for key in open_ if key[2] not in ("deleted", "born")]
        if not choices:
            return
        kind, id_, name, loser = self.rng.choice(choices)
        value = memory.conflicts[(kind, id_, name, loser)].value
        standing = self.marks((kind, id_))
        if self.books.truth.get(loser) is None or name not in standing:
            return
        if json.loads(memory.rows[(kind, id_)].wire)["f"].get("deleted") is True:
            return
        both = {self.books.truth[loser], self.books.truth.get(standing[name], "?")}
        self.write((kind, id_), {name: value}, now, also={name: frozenset(both)})
        memory.conflicts[(kind, id_, name, loser)] = Kept(value, "settled")
        memory.log.commit("settle", "strict")

    # -- jobs --------------------------------------------------------------------------------------

    def check_pictures(self, now: int) -> None:
        """Do the job that says whether a picture's bytes are here and are a picture."""
        for key, row in sorted(self.server.memory.rows.items()):
            if key[0] != "photo" or row.deleted:
                continue
            said = json.loads(row.wire)["f"]
            data = self.server.blobs.whole.get(said["sha256"])
            if said.get("state") in ("stored", "refused") or data is None:
                continue
            good = hashlib.sha256(data).hexdigest() == said["sha256"] and data[:3] == b"IMG"
            self.write(key, {"state": "stored" if good else "refused"}, now)
