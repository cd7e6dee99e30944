"""The oracle's own books: what was made, by whom, and what its author had on the screen.

An op is known here by what its line says apart from its number and bases, so that it stays the same
op when a fork gives it another number. What an author saw is read off the screen when the edit is
made, never off the line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sync.codec import JsonValue, canonical
from sync.record import Mark
from tests.sync.simulator.tablet_port import Edit, Key, Seen, Shown, TabletPort

Node = str
Saw = dict[str, frozenset[Node]]


@dataclass(frozen=True, slots=True)
class Made:
    """One op as its author meant it. ``saw``: for each field, the values they had before them."""

    node: Node
    kind: str
    id: str
    set: Mapping[str, JsonValue]
    saw: Saw
    by: str  # a tablet's name, or desk


@dataclass
class Books:
    """Everything that was made, and which number means which op."""

    made: dict[Node, Made] = field(default_factory=dict)
    poison: set[Node] = field(default_factory=set)
    excused: set[Node] = field(default_factory=set)  # lost with a disk that was put back
    local: dict[tuple[str, str, int], Node] = field(default_factory=dict)  # tablet, client, mid
    lines: dict[Mark, set[bytes]] = field(default_factory=dict)
    truth: dict[Mark, Node] = field(default_factory=dict)  # as the server's ledger has it
    pending: dict[str, list[tuple[Edit, Saw]]] = field(default_factory=dict)
    _older: dict[tuple[str, Node], frozenset[Node]] = field(default_factory=dict)

    def plan(self, tablet: TabletPort, edits: Sequence[Edit], saws: Sequence[Saw]) -> None:
        """Write down what a person is about to save, before it is saved."""
        self.pending[tablet.name] = list(zip(edits, saws, strict=True))

    def bind(self, name: str, client: str, mid: int, line: bytes) -> Node | None:
        """Find out which op a line in an outbox is; return a line that changed, as None."""
        node = print_of(line)
        known = self.local.get((name, client, mid))
        if known is not None and node is not None and known != node:
            return None
        if node is None:
            return known or ""
        self.local[(name, client, mid)] = node
        self.lines.setdefault((client, mid), set()).add(line)
        if node not in self.made and node not in self.poison:
            waiting = self.pending.get(name)
            if waiting and b'"set"' in line:
                edit, saw = waiting.pop(0)
                self.made[node] = Made(node, edit.kind, edit.id, edit.set, saw, name)
            else:
                self.poison.add(node)
        return node

    def note_desk(self, mark: Mark, key: Key, values: Mapping[str, JsonValue], saw: Saw) -> None:
        node = f"{mark[0]}:{mark[1]}"
        self.made[node] = Made(node, *key, values, saw, "desk")
        self.truth[mark] = node

    def node_of(self, name: str, seen: Seen) -> Node | None:
        """Return the op whose value this is on a tablet's screen."""
        if seen.mine:
            return self.local.get((name, *seen.mark))
        return self.truth.get(seen.mark)

    def saw(self, name: str, shown: Shown | None, edit: Edit) -> Saw:
        """Return what a person has before them of the fields that an edit speaks of."""
        if shown is None:
            return {}
        asked = shown.fields if edit.set.get("deleted") is True else {*edit.set, "deleted"}
        found: Saw = {}
        for field_ in asked:
            seen = shown.fields.get(field_)
            node = None if seen is None else self.node_of(name, seen)
            if node is not None:
                found[field_] = frozenset({node})
        return found

    def older(self, name: str, node: Node) -> frozenset[Node]:
        """Return every value that somebody saw and wrote over, down to this one."""
        known = self._older.get((name, node))
        if known is not None:
            return known
        found: set[Node] = set()
        todo = [node]
        while todo:
            made = self.made.get(todo.pop())
            for before in made.saw.get(name, ()) if made is not None else ():
                if before not in found:
                    found.add(before)
                    todo.append(before)
        result = frozenset(found)
        self._older[(name, node)] = result
        return result


@lru_cache(maxsize=8192)
def print_of(line: bytes) -> Node | None:
    """Return what names an op whatever its number; None for a void line."""
    try:
        said = json.loads(line)
    except ValueError:
        return line.decode("latin-1")
    if isinstance(said, dict) and said.get("kind") == "void":
        return None
    if not isinstance(said, dict) or "set" not in said:
        return line.decode("latin-1")
    return canonical({name: v for name, v in said.items() if name not in ("mid", "base")})
