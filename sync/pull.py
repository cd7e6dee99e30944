"""The pull: which rows each scope still owes a client, cut at a row, with the cursor that follows.

Cursors are the scope's own gap-free counter. A row's number only grows, so a client at cursor c
holds the final state of every row whose number is at most c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sync.batch import Rights
from sync.mutants import NONE, Mutants

Cursor = tuple[int, int]  # gen, seq


@dataclass(frozen=True, slots=True)
class Head:
    """Where a scope stands in this snapshot."""

    kind: str
    gen: int
    seq: int
    min_seq: int  # below it tombstones were collected: a cursor there must start anew


class PullStore(Protocol):
    """Reads of one snapshot."""

    def heads(self, scope_ids: Sequence[str]) -> dict[str, Head]: ...

    def rows(self, scope_id: str, kind: str, after: int, limit: int) -> list[tuple[int, str]]:
        """Return (number, item) of live rows and tombstones above a number, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """What one scope sends: items as stored text, and where the cursor then stands."""

    gen: int
    items: list[str]
    seq: int
    head: int
    more: bool

    def text(self) -> str:
        """Return the page as JSON, the stored items spliced in as they are."""
        more = "true" if self.more else "false"
        return (
            f'{{"gen":{self.gen},"items":[{",".join(self.items)}],'
            f'"seq":{self.seq},"head":{self.head},"more":{more}}}'
        )


@dataclass(slots=True)
class Pulled:
    """All scopes of one answer, from one snapshot."""

    pages: dict[str, Page] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    reset: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def readable(rights: Rights) -> list[str]:
    """Return the scopes whose records this person's devices may hold, in order."""
    return sorted(scope_id for scope_id, right in rights.items() if right.can_read)


def pull(
    store: PullStore,
    asked: Mapping[str, Cursor],
    rights: Rights,
    limit: int,
    mutants: Mutants = NONE,
) -> Pulled:
    """Return what the asked scopes owe, at most ``limit`` rows in all."""
    done = Pulled()
    mine = asked if "tenant_filter_removed" in mutants else set(readable(rights))
    wanted = [scope_id for scope_id in sorted(asked) if scope_id in mine]
    heads = store.heads(wanted)
    done.revoked = [scope_id for scope_id in sorted(asked) if scope_id not in heads]
    done.added = [scope_id for scope_id in readable(rights) if scope_id not in asked]
    left = limit
    for scope_id in wanted:
        head = heads.get(scope_id)
        if head is None:
            continue
        if must_reset(asked[scope_id], head):
            done.reset.append(scope_id)
            continue
        page = page_of(store, scope_id, head, asked[scope_id][1], left, mutants=mutants)
        done.pages[scope_id] = page
        left -= len(page.items)
    return done


def must_reset(cursor: Cursor, head: Head) -> bool:
    """Say whether a cursor is of another life of the scope, or below what was collected.

    Such a scope is fetched whole by bootstrap, in one stream: paged by pull it would be cut at a
    row below ``min_seq`` and reset for ever.
    """
    gen, seq = cursor
    return seq < head.min_seq or seq > head.seq or (seq > 0 and gen != head.gen)


def page_of(
    store: PullStore, scope_id: str, head: Head, after: int, limit: int, *, mutants: Mutants = NONE
) -> Page:
    """Return one page. The cursor is the last row while there is more, and the head when not."""
    if after >= head.seq:
        return Page(head.gen, [], head.seq, head.seq, more=False)
    if limit <= 0:
        return Page(head.gen, [], after, head.seq, more=True)
    rows = store.rows(scope_id, head.kind, after, limit)
    more = len(rows) >= limit and rows[-1][0] < head.seq
    seq = rows[-1][0] if more else head.seq
    if "cursor_off_by_one" in mutants and more:
        seq += 1
    return Page(head.gen, [item for _, item in rows], seq, head.seq, more=more)
