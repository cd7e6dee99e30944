"""The short road of a push: a batch of plain new records, read, checked and written in one pass.

Plain is a batch whose every line is canonical, stands alone, makes a record that nobody has yet and
would be applied as it came. Anything else is decided by the general road (sync/push.py), the whole
batch of it. That an id is taken shows when its row is written: then nothing is kept, and the
general road begins anew. Both roads end in the same rows, items and ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from orjson import dumps, loads
from sqlalchemy import Connection

from server.exchange.build import Build
from server.exchange.plans import Fields, Plan
from server.exchange.rows import lock_scopes, release_scopes
from server.exchange.store import SqlStore
from server.exchange.write import FIRST, write_ledger
from sync.batch import Key, Sender
from sync.checks import Checks
from sync.codec import MAX_INT
from sync.op import UUID, Op
from sync.record import digest

# A line's members, sorted as canonical JSON has them; in a group it has one more.
MEMBERS = ("at", "base", "id", "kind", "mid", "mono", "scope", "set", "sv")


@dataclass(slots=True)
class Made:
    """One new record, checked; not frozen: one is made for each op."""

    plan: Plan
    id: str
    scope_id: str
    at: int
    mid: int
    middle: tuple[object, ...]
    text: str


@dataclass(slots=True)
class Plain:
    """What a plain batch makes."""

    made: dict[Key, Made] = field(default_factory=dict)
    ledger: list[tuple[object, ...]] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ShortRoad:
    """One batch inside one try of its transaction."""

    connection: Connection
    build: Build
    organisation_id: str
    sender: Sender
    store: SqlStore
    checks: Checks = field(init=False)
    places: dict[tuple[str, str], frozenset[str] | None] = field(default_factory=dict)
    # (record, by one of which scope, must it be near) -> where it is, if this batch made it
    asked: dict[tuple[Key, str, bool], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.checks = Checks(self.build.rules, self.organisation_id)

    def read(self, first_mid: int, lines: Sequence[bytes]) -> Plain | None:
        """Return what the lines make, or None when one of them is not plain."""
        found = Plain()
        for mid, raw in enumerate(lines, first_mid):
            if not self._line(found, mid, raw):
                return None
        return found if self._is_complete(found) else None

    def _line(self, found: Plain, mid: int, raw: bytes) -> bool:
        """Read one line; say whether it is plain."""
        try:
            line = loads(raw)
        except ValueError:
            return False
        if not _is_whole(line, mid):
            return False
        _, _, id_, kind, _, _, scope_id, values, sv = line.values()
        key = (kind, scope_id)
        may_write = self.places[key] if key in self.places else self._place(kind, scope_id)
        if may_write is None:
            return False
        plan = self.build.plans.of((kind, tuple(values), may_write))
        if plan is None or sv < plan.version:
            return False
        middle = plan.take(values)
        return (
            middle is not None
            and dumps(line) == raw  # in the order in which it was read: it is canonical
            and not (b"\\" in raw and b"\\u" in raw)  # which may be U+0000
            and self._fits(found, plan, id_, scope_id, values)
            and self._keep(found, plan, raw, line, middle)
        )

    def _keep(
        self,
        found: Plain,
        plan: Plan,
        raw: bytes,
        line: dict[str, Any],
        middle: tuple[object, ...],
    ) -> bool:
        """Note what the line makes and its row in the ledger; False if its clock is too far off."""
        at, _, id_, kind, mid, _, scope_id, values, sv = line.values()
        sender = self.sender
        at_here = min(at + sender.skew_ms, sender.received_at)
        if at_here <= 0:
            return False
        # Nothing before ``set`` holds an object in an object, and quotes in strings are escaped.
        text = raw[raw.find(b'"set":{') + 6 : raw.rfind(b',"sv":')].decode()
        found.made[kind, id_] = Made(plan, id_, scope_id, at_here, mid, middle, text)
        head = (self.organisation_id, sender.client_id, mid, sender.actor_id)
        digest = hashlib.sha256(raw).digest()
        what = (scope_id, kind, id_, sender.received_at, at, at_here, sv, raw)
        found.ledger.append((*head, digest, "applied", *what))
        if kind == "photo":
            found.photos.append(values["sha256"])
        return True

    def _place(self, kind: str, scope_id: str) -> frozenset[str] | None:
        """Return what the sender may write of a kind in a scope; None: not for the short road."""
        found: object = None
        if kind in self.build.rules and UUID.match(scope_id):
            op = Op(self.sender.client_id, 0, b"", b"", kind, "", scope_id)
            found = self.checks.place(op, None, self.sender.rights, self.store.moved_from)
        may_write = found if isinstance(found, frozenset) else None
        self.places[kind, scope_id] = may_write
        return may_write

    def _fits(self, found: Plain, plan: Plan, id_: str, scope_id: str, values: Fields) -> bool:
        """Say whether the record is the first of its id, and note what it refers to."""
        kind = plan.kind
        if (kind, id_) in found.made or (plan.is_place and id_ != scope_id):
            return False
        if plan.is_natural:
            op = Op("", 0, b"", b"", kind, id_, scope_id, set=dict(values))
            if self.checks.natural(op, self.build.rules[kind]) is not None:
                return False
        for name, to in plan.refers:
            self._refer(found, (to, str(values[name])), scope_id, name in plan.near)
        for name, says, may_precede in plan.refers_by:
            said = values.get(says)
            if isinstance(said, str) and said in self.build.rules and said not in may_precede:
                self._refer(found, (said, str(values[name])), scope_id, name in plan.near)
        return True

    def _refer(self, found: Plain, key: Key, scope_id: str, near: bool) -> None:
        """Note a reference, and where its record is if this batch has just made it."""
        asked = (key, scope_id, near)
        if asked not in self.asked:
            made = found.made.get(key)
            self.asked[asked] = made.scope_id if made is not None else None

    def _is_complete(self, found: Plain) -> bool:
        """Ask the database, in one read per table, for what the records refer to.

        Whether each id is new is asked by writing it: the tables' keys say so.
        """
        wanted: dict[str, set[str]] = {}
        for ((kind, id_), _, _), made in self.asked.items():
            if made is None:
                wanted.setdefault(kind, set()).add(id_)
        places = self.store.places(wanted)
        for (key, scope_id, near), made in self.asked.items():
            place = places.get(key) if made is None else made
            if place is None or not self._reaches(place, scope_id, near):
                return False
        return not self.store.waiting({id_ for _, id_ in found.made})

    def _reaches(self, place: str, scope_id: str, near: bool) -> bool:
        """Say whether a record of a scope may refer to one that is there."""
        rights = self.sender.rights or {}
        right, home = rights.get(place), rights.get(scope_id)
        if right is None or not right.can_read:
            return False
        return not near or place in (scope_id, home.school_id if home is not None else None)

    def write(self, found: Plain) -> dict[str, int]:
        """Write the lines and the records, as Writer does; return the new heads."""
        write_ledger(self.connection, FIRST, found.ledger)
        scopes = sorted({made.scope_id for made in found.made.values()})
        counters = lock_scopes(self.connection, self.organisation_id, scopes)
        client_id, ready = self.sender.client_id, dict[Plan, list[tuple[object, ...]]]()
        for made in found.made.values():
            plan, counter, id_ = made.plan, counters[made.scope_id], made.id
            seq = counter.seq = counter.seq + 1
            fver = f'[[{made.at},"{client_id}",{made.mid},{plan.names}]]'
            tail = f"{seq},{made.text},{fver}]"
            wire = f'{{"f":{made.text},"id":"{id_}","k":"{plan.kind}","seq":{seq},"v":{fver}}}'
            counter.digest += digest(f'["{plan.kind}","{id_}",{tail}')
            row = (self.organisation_id, id_, made.scope_id, seq, *made.middle, fver, wire)
            ready.setdefault(plan, []).append(row)
        for plan in sorted(ready, key=lambda plan: self.build.registry.rank(plan.kind)):
            self.connection.exec_driver_sql(plan.shape.sql, ready[plan])
        release_scopes(self.connection, self.organisation_id, counters)
        return {scope_id: counter.seq for scope_id, counter in counters.items()}


def _is_whole(line: Any, mid: int) -> bool:
    """Say whether a line has the members of a single change, each of its type, and no base."""
    if type(line) is not dict or tuple(line) != MEMBERS:
        return False
    at, base, id_, kind, said, mono, scope_id, values, sv = line.values()
    return (
        type(said) is type(at) is type(sv) is int
        and type(id_) is type(kind) is type(scope_id) is str
        and said == mid
        and 0 <= at <= MAX_INT
        and sv <= MAX_INT
        and base == {}
        and type(values) is dict
        and type(mono) is list
        and len(mono) == 2
        and type(mono[0]) is str
        and type(mono[1]) is int
        and UUID.match(id_) is not None
    )
