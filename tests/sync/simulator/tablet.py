"""The Python tablet: a double of the shipped client, on a disk that can lose what was not flushed.

What it does with an answer is in ``tablet_sync.py``. Its own seeded faults count for the simulator
only: they prove that the oracle sees what a faulty client does.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from sync.codec import canonical
from sync.mutants import Mutants
from sync.record import Mark
from tests.sync.simulator.durable import Durability
from tests.sync.simulator.kinds import as_written
from tests.sync.simulator.tablet_disk import BlobRow, Disk
from tests.sync.simulator.tablet_port import (
    Answer,
    Ask,
    Dump,
    Edit,
    Key,
    Moment,
    Photo,
    PowerLostError,
    Seen,
    SentOp,
    Setup,
    Shown,
    Skill,
)
from tests.sync.simulator.tablet_push import Poison
from tests.sync.simulator.tablet_sync import Round, RoundFlow

ALL_SKILLS: frozenset[Skill] = frozenset(get_args(Skill))


class PyTablet:
    """One client. Everything on ``disk`` survives a restart, the rest does not."""

    skills = ALL_SKILLS

    def __init__(self, setup: Setup, mutants: Mutants) -> None:
        self.setup, self.mutants = setup, mutants
        self.rng = random.Random(setup.seed)
        self.disk = Disk(setup.client_id)
        self.sv, self.starts, self.mismatches, self.asked_n = setup.sv, 1, 0, 0
        self.moment = Moment(0, 0)
        self.poison = Poison()
        self.flows: dict[int, RoundFlow] = {}
        self.table: list[Ask] = []
        self.failing: Literal["before", "after"] | None = None
        self._screen: tuple[int, dict[Key, Shown]] = (-1, {})

    @property
    def name(self) -> str:
        return self.setup.name

    @property
    def user(self) -> str:
        return self.setup.user

    # -- the disk ----------------------------------------------------------------------------------

    def commit(self, what: str, *, relaxed: bool = False) -> None:
        """End a write; here the power goes, when a story has asked for it."""
        failing, self.failing = self.failing, None
        if failing == "before":
            raise PowerLostError
        durability: Durability = "relaxed" if relaxed else "strict"
        if "relaxed_durability" in self.mutants:
            durability = "relaxed"
        self.disk.log.commit(what, durability)
        if failing == "after":
            raise PowerLostError

    def fail_next(self, when: Literal["before", "after"]) -> None:
        self.failing = when

    def restart(self, moment: Moment) -> None:
        self.disk.log.back()
        self.failing = None
        self.moment = moment
        self.starts += 1
        self.poison = Poison()
        self.flows.clear()
        self.table.clear()

    def upgrade(self, sv: int) -> None:
        self.sv = sv

    def copy(self, name: str, seed: int) -> PyTablet:
        twin = PyTablet(replace(self.setup, name=name, seed=seed), self.mutants)
        twin.disk.become(self.disk)
        twin.sv = self.sv
        return twin

    # -- what the person sees ----------------------------------------------------------------------

    def screen(self) -> dict[Key, Shown]:
        if self._screen[0] != self.disk.log.commits:
            self._screen = (self.disk.log.commits, self._draw())
        return self._screen[1]

    def _draw(self) -> dict[Key, Shown]:
        found: dict[Key, Shown] = {}
        for (scope, kind, id_), row in self.disk.base.items():
            values, marks = row.item["f"], row.marks
            fields = {n: Seen(values[n], mark, False) for n, mark in marks.items()}
            found[(kind, id_)] = Shown(scope, fields)
        for (client, mid), op, hidden in self.disk.own():
            key = (op["kind"], op["id"])
            shown = found.setdefault(key, Shown(op["scope"], {}))
            for name, value in op["today"].items():
                if name not in hidden and "*" not in hidden:
                    shown.fields[name] = Seen(value, (client, mid), True)
        return found

    # -- edits: line, number and photo bytes in one transaction ----------------------------------

    def edit(self, edits: Sequence[Edit], photos: Sequence[Photo], moment: Moment) -> bool:
        self.moment = moment
        disk = self.disk
        group = self.fresh_id() if len(edits) > 1 else None
        shown = self.screen()
        made: dict[tuple[str, str, str], Mark] = {}
        for edit in edits:
            mid = disk.next_mid
            base = dict(self._base(edit, shown) if edit.base is None else edit.base)
            for name in base.keys() | edit.set.keys():
                own = made.get((edit.kind, edit.id, name))
                if own is not None:
                    base[name] = own
            made |= {(edit.kind, edit.id, name): (disk.client_id, mid) for name in edit.set}
            disk.outbox[mid] = self._line(edit, mid, base, group, len(edits))
            disk.meta["next_mid"] = mid + 1
            for photo in photos:
                if edit.set.get("sha256") == photo.sha256:
                    disk.bytes[photo.sha256] = photo.bytes
                    disk.blobs[photo.sha256] = BlobRow(len(photo.bytes), mid, moment.wall)
        self.commit("edit")
        return True

    def _base(self, edit: Edit, shown: dict[Key, Shown]) -> dict[str, Mark]:
        here = shown.get((edit.kind, edit.id))
        if here is None:
            return {}
        asked = here.fields if edit.set.get("deleted") is True else {*edit.set, "deleted"}
        return {name: here.fields[name].mark for name in sorted(asked) if name in here.fields}

    def _line(
        self, edit: Edit, mid: int, base: dict[str, Mark], group: str | None, n: int
    ) -> bytes:
        marks = {name: list(mark) for name, mark in base.items()}
        values, bases = as_written(self.sv, edit.kind, edit.set, marks)
        line: dict[str, object] = {
            "at": max(0, self.moment.wall),
            "base": bases,
            "id": edit.id,
            "kind": edit.kind,
            "mid": mid,
            "mono": [f"{self.name}.{self.starts}", self.moment.mono],
            "scope": edit.scope,
            "set": values,
            "sv": self.sv,
        }
        if group is not None:
            line["txn"] = {"id": group, "n": n}
        return canonical(line).encode()

    def spoil(self, line: bytes, moment: Moment) -> None:
        self.moment = moment
        mid = self.disk.next_mid
        self.disk.outbox[mid] = line.replace(b"%d", b"%d" % mid)
        self.disk.meta["next_mid"] = mid + 1
        self.commit("edit")

    # -- sync --------------------------------------------------------------------------------------

    def begin_round(self, moment: Moment) -> None:
        self.moment = moment
        flow = Round(self).run()
        self._go_on(flow, None)

    def rounds(self) -> int:
        return len(self.flows)

    def asks(self) -> Sequence[Ask]:
        asks, self.table = self.table, []
        return asks

    def answer(self, n: int, answer: Answer, moment: Moment) -> None:
        flow = self.flows.pop(n, None)
        if flow is None:
            return
        self.moment = moment
        self._go_on(flow, answer)

    def _go_on(self, flow: RoundFlow, answer: Answer | None) -> None:
        try:
            ask = next(flow) if answer is None else flow.send(answer)
        except StopIteration:
            return
        self.flows[ask.n] = flow
        self.table.append(ask)

    def next_ask(self, method: Any, path: str, said: object = None, **more: Any) -> Ask:
        self.asked_n += 1
        body = b"" if said is None else canonical(said).encode()
        return Ask(self.asked_n, method, path, more.pop("body", body), **more)

    def fresh_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def dump(self) -> Dump:
        disk = self.disk
        return Dump(
            client_id=disk.client_id,
            next_mid=disk.next_mid,
            epoch=disk.epoch,
            acked_mid=disk.acked_mid,
            cursors=disk.cursors,
            is_staging=disk.staging is not None or bool(disk.resets),
            outbox=disk.outbox,
            sent={k: SentOp(row.line, row.status, row.decision) for k, row in disk.sent.items()},
            base={key: row.item for key, row in disk.base.items()},
            photos={sha: row.state for sha, row in disk.blobs.items()},
            bytes_kept=frozenset(disk.bytes),
            asked=Counter(disk.log.asked),
            mismatches=self.mismatches,
        )
