"""What the push engine reads and what it decides: the port to a store, and one batch of effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sync.merge import Ancestry, Loser
from sync.op import Op
from sync.record import Mark, Record

Key = tuple[str, str]  # kind, id


class Right(Protocol):
    """What somebody may do in one scope; read live, never from the device."""

    @property
    def kind(self) -> str: ...
    @property
    def school_id(self) -> str | None:
        """The school of a visit, or the school itself."""
        ...

    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def can_read(self) -> bool: ...
    @property
    def closed(self) -> bool: ...


Rights = Mapping[str, Right]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a device, the desk, or (rights None) the server itself."""

    client_id: str
    actor_id: str | None
    rights: Rights | None
    received_at: int
    skew_ms: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an op. ``code`` and ``fields`` say why it was rejected, held or merged."""

    status: str
    code: str | None = None
    fields: tuple[str, ...] = ()


APPLIED = Outcome("applied")
WORST = {"applied": 0, "merged": 1, "held": 2, "rejected": 3}
HELD = frozenset(
    {
        "no_membership",
        "closed",
        "missing_parent",
        "moved",
        "unknown_kind",
        "unknown_field",
        "server_error",
    }
)
REJECTED = frozenset(
    {
        "malformed",
        "bad_value",
        "field_readonly",
        "not_allowed",
        "deleted",
        "txn_failed",
        "txn_too_big",
    }
)


def refuse(code: str, *fields: str) -> Outcome:
    """Return the outcome of a code; whether it is final or waits follows from the code."""
    return Outcome("held" if code in HELD else "rejected", code, fields)


@dataclass(frozen=True, slots=True)
class Held:
    """A held op read back from the ledger, with its first version."""

    op: Op
    actor_id: str | None


class Store(Ancestry, Protocol):
    """Reads of one transaction. ``records`` locks what it returns, in id order."""

    def records(self, wanted: Mapping[str, set[str]]) -> dict[Key, Record]: ...

    def places(self, wanted: Mapping[str, set[str]]) -> dict[Key, str]:
        """Return the scope of each record that exists."""
        ...

    def moved_from(self, kind: str, record_id: str) -> list[str]:
        """Return the scopes that hold a tombstone ``moved`` of the record."""
        ...

    def waiting(self, ids: set[str]) -> list[Held]:
        """Return undecided held ops that wait for one of these records, in order of their marks."""
        ...

    def group(self, client_id: str, txn: str) -> list[Held]:
        """Return every op of a held group, in order."""
        ...

    def rights_of(self, actor_id: str | None) -> Rights | None:
        """Return what an actor may do now; the system (None) may do all."""
        ...


@dataclass(slots=True)
class LedgerRow:
    """One line for the ledger, with what became of it. Not frozen: one is made for each op."""

    op: Op
    outcome: Outcome
    actor_id: str | None
    received_at: int


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer to a held op of a client: accepted or refused, and why."""

    client_id: str
    mid: int
    outcome: str
    reason: str
    actor_id: str | None = None


@dataclass(slots=True)
class Batch:
    """All effects of one push, to be written in one transaction."""

    ledger: list[LedgerRow] = field(default_factory=list)
    changed: dict[Key, Record] = field(default_factory=dict)
    losers: list[Loser] = field(default_factory=list)
    closed: list[tuple[str, str, str, Mark]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    waits: list[tuple[str, Mark]] = field(default_factory=list)  # the record waited for, by whom
    done_waiting: list[Mark] = field(default_factory=list)
