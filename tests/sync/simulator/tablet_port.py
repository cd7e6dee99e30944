"""What the simulator asks of a tablet. Whoever answers this can stand in a story.

Two do: ``tablet.py``, a double in Python, and ``node_tablet.py``, the shipped TypeScript engine under
Node behind a pipe of JSON lines (one call or answer a line; bodies as text, bytes as base64).

A tablet never acts by itself. The story tells it when to begin a round of sync; the round then puts
requests on the table (``asks``) and goes on when each is answered, in whatever order the story
chooses. A round that waits for an answer that never comes is ended by an answer of status 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sync.codec import JsonValue
from sync.record import Mark

Key = tuple[str, str]  # kind, id
Durability = Literal["strict", "relaxed"]

# What a story may ask only of a tablet that says it can:
#   stale_form  edit with the bases of a form opened earlier (Edit.base is given)
#   bad_line    save a line that nobody can read (spoil)
#   old_schema  write with the schema of an earlier version (Setup.sv below today's), and upgrade
#   copy        have its disk copied: cloned to another device, or put back as it was
#   recover     tell a restored server what its old base showed and the new one does not
Skill = Literal["stale_form", "bad_line", "old_schema", "copy", "recover"]


class PowerLostError(Exception):
    """The tablet died in the middle of a write that the story had marked with ``fail_next``."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Two clocks of one device: ``wall`` may be days wrong and may jump, ``mono`` only goes on."""

    wall: int
    mono: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person changes in one record, in today's field names.

    ``base``: None = what stands on the screen now; given = what an older form showed.
    """

    kind: str
    id: str
    scope: str
    set: Mapping[str, JsonValue]
    base: Mapping[str, Mark] | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """Bytes to be kept with the edit whose record names their hash."""

    sha256: str
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """One value on the screen: ``mine`` = it comes from this tablet's own op, not from the base."""

    value: JsonValue
    mark: Mark
    mine: bool


@dataclass(slots=True)
class Shown:
    """One record on the screen; one whose ``deleted`` is true is not shown but still known."""

    scope: str
    fields: dict[str, Seen]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, below ``/api/sync/v1``. ``body``: JSON text, NDJSON or photo bytes."""

    n: int
    method: Literal["GET", "POST", "HEAD", "PATCH"]
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; status 0 is "nobody answered". ``is_cut``: the body ends before its end."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False


NOBODY = Answer(0)


@dataclass(frozen=True, slots=True)
class SentOp:
    """An op with a durable result: the line as first written, and what the server said."""

    line: bytes
    status: str
    decision: str | None = None  # of a held op: accepted or refused


@dataclass(frozen=True, slots=True)
class Dump:
    """All that a judge may look at. Views of the tablet's own state: not to be changed."""

    client_id: str
    next_mid: int
    epoch: str | None
    acked_mid: int
    cursors: Mapping[str, tuple[int, int]]
    is_staging: bool
    outbox: Mapping[int, bytes]
    sent: Mapping[tuple[str, int], SentOp]  # by (client, mid): after a fork there are two clients
    base: Mapping[tuple[str, str, str], Mapping[str, JsonValue]]  # (scope, kind, id) to its item
    photos: Mapping[str, str]  # sha256 to waiting, sent, freed, lost or refused
    bytes_kept: frozenset[str]  # hashes whose bytes are on the disk
    asked: Mapping[tuple[str, Durability], int]  # (what was written, durability asked for): times
    mismatches: int  # how often a digest differed from the server's


@dataclass(frozen=True, slots=True)
class Setup:
    """What a tablet is born with."""

    name: str
    user: str
    client_id: str
    device_id: str
    organisation_id: str
    seed: int  # for whatever it must draw: client ids after a fork, group ids
    sv: int
    ops: int  # most ops in one push
    page: int  # most rows in one pull
    chunk: int  # bytes of a photo in one PATCH


class TabletPort(Protocol):
    """One client database and the engine that works on it."""

    @property
    def name(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def skills(self) -> frozenset[Skill]: ...

    # -- the person ------------------------------------------------------------------------------

    def screen(self) -> Mapping[Key, Shown]:
        """Return every record that the person can see, own unsent edits included."""
        ...

    def edit(self, edits: Sequence[Edit], photos: Sequence[Photo], moment: Moment) -> bool:
        """Save edits in one transaction, more than one as a group; True = "saved" was said.

        Raises PowerLostError when ``fail_next`` was set; the story then calls ``restart``.
        """
        ...

    def spoil(self, line: bytes, moment: Moment) -> None:
        """Save a line that nobody can read (skill bad_line). ``%d`` in it stands for its number."""
        ...

    # -- sync ------------------------------------------------------------------------------------

    def begin_round(self, moment: Moment) -> None:
        """Begin a round: hello, push, pull, photo bytes, digest. Rounds may overlap (two tabs)."""
        ...

    def rounds(self) -> int:
        """Return how many rounds are under way."""
        ...

    def asks(self) -> Sequence[Ask]:
        """Return the requests put on the table since the last call, each once."""
        ...

    def answer(self, n: int, answer: Answer, moment: Moment) -> None:
        """Answer the request ``n``; one that no round waits for any more is ignored."""
        ...

    # -- power -----------------------------------------------------------------------------------

    def fail_next(self, when: Literal["before", "after"]) -> None:
        """Let the power go at the next write: before its commit, or after it and before its word.

        The call under way then raises PowerLostError.
        """
        ...

    def restart(self, moment: Moment) -> None:
        """Lose memory, rounds and every write that was not flushed; start from the disk."""
        ...

    def upgrade(self, sv: int) -> None:
        """Install a later version of the app (skill old_schema); what is kept stays as written."""
        ...

    def copy(self, name: str, seed: int) -> TabletPort:
        """Return another tablet with a copy of this disk, started from it (skill copy)."""
        ...

    def dump(self) -> Dump: ...
