"""Who may do what, and whether an op has all it needs: asked before a record is touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sync.batch import Key, Outcome, Right, Rights, refuse
from sync.codec import JsonValue
from sync.ids import natural_id
from sync.mutants import NONE, Mutants
from sync.op import UUID, Op
from sync.record import Record
from sync.values import EVERY, KindRules, check_values, writable


class Checks:
    """The questions of one organisation's build, with answers kept for the batch."""

    def __init__(
        self, kinds: Mapping[str, KindRules], organisation_id: str, mutants: Mutants = NONE
    ) -> None:
        self.kinds = kinds
        self.organisation_id = organisation_id
        self.open = "tenant_filter_removed" in mutants
        self._writable: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        self._writers: dict[tuple[str, frozenset[str]], bool] = {}

    def fields_of(self, kind: str, roles: frozenset[str]) -> frozenset[str]:
        """Return what these roles may write of a kind."""
        key = (kind, roles)
        found = self._writable.get(key)
        if found is None:
            found = self._writable[key] = writable(self.kinds[kind].collection, sorted(roles))
        return found

    def writes_anything(self, right: Right) -> bool:
        key = (right.kind, right.roles)
        found = self._writers.get(key)
        if found is None:
            found = self._writers[key] = any(
                self.fields_of(kind, right.roles)
                for kind, rules in self.kinds.items()
                if rules.collection.scope_kind == right.kind
            )
        return found

    def place(
        self,
        op: Op,
        record: Record | None,
        rights: Rights | None,
        moved_from: Callable[[str, str], list[str]],
    ) -> Outcome | frozenset[str] | None:
        """Return the fields the sender may write there (None = all, the server), or the refusal.

        A scope never granted, of somebody else, unknown, or without a write right: the same answer.
        """
        if rights is None:
            return None
        if self.open:
            return EVERY
        scope_id = record.scope_id if record is not None else op.scope_id
        right = rights.get(scope_id)
        if right is None or not self.writes_anything(right):
            left = moved_from(op.kind, op.id) if record is not None else ()
            known = any(old in rights and rights[old].can_read for old in left)
            return refuse("moved" if known else "no_membership")
        return self._within(op, right)

    def _within(self, op: Op, right: Right) -> Outcome | frozenset[str]:
        if right.closed:
            return refuse("closed")
        if right.kind != self.kinds[op.kind].collection.scope_kind:
            return refuse("bad_value", "scope")
        return self.fields_of(op.kind, right.roles) or refuse("not_allowed")

    def values(self, op: Op, may_write: frozenset[str] | None) -> Outcome | None:
        """Return the refusal of the op's values, if any."""
        rules = self.kinds[op.kind]
        faults = check_values(rules, op.set, may_write)
        if faults is not None:
            return refuse(faults.code, *faults.fields)
        collection = rules.collection
        if collection.kind == collection.scope_kind and op.id != op.scope_id:
            return refuse("bad_value", "id")
        if collection.natural_key:
            return self.natural(op, rules)
        return None

    def natural(self, op: Op, rules: KindRules) -> Outcome | None:
        """Recompute the id, and the scope that follows from it: nobody can squat or probe one."""
        collection, values = rules.collection, op.set
        keys = [values.get(name) for name in collection.natural_key]
        given = [name for name in collection.natural_key if name in values]
        if len(given) < len(keys):
            return None
        texts = [str(key) for key in keys]
        if natural_id(collection.kind, self.organisation_id, *texts) != op.id:
            return refuse("bad_value", "id")
        if collection.scope_field and values.get(collection.scope_field) != op.scope_id:
            return refuse("bad_value", "scope")
        return None

    def lacks_required(self, op: Op) -> bool:
        return any(op.set.get(name) is None for name in self.kinds[op.kind].required)

    def references(self, op: Op, record: Record | None) -> list[tuple[Key, bool]]:
        """Return the records that the op names and that must exist; True: in its own scope."""
        if op.names is not None:
            return op.names
        rules, values = self.kinds[op.kind], op.set
        near = rules.same_scope
        found: list[tuple[Key, bool]] = []
        for name, kind in rules.refers.items():
            value = values.get(name)
            if isinstance(value, str) and UUID.match(value):
                found.append(((kind, value), name in near))
        if not rules.refers_by:
            op.names = found  # the same whenever it is asked
            return found
        for name, says in rules.refers_by.items():
            value = values.get(name)
            kind_said = _value(says, op, record)
            if not (isinstance(value, str) and UUID.match(value) and isinstance(kind_said, str)):
                continue
            if kind_said in self.kinds and kind_said not in rules.fields[name].declared.may_precede:
                found.append(((kind_said, value), name in near))
        return found


def _value(name: str, op: Op, record: Record | None) -> JsonValue:
    if name in op.set:
        return op.set[name]
    return record.fields.get(name) if record is not None else None
