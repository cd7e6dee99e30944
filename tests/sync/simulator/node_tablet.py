"""The shipped TypeScript engine as a tablet of the stories, under Node behind a pipe of JSON lines.

One process hosts every tablet. A call moves one tablet until all that is left of it waits for an
answer, and brings back what changed, so that a look at it costs nothing.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import subprocess
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sync.mutants import Mutants
from tests.sync.simulator.kinds import NOW_SV
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

ROOT = Path(__file__).resolve().parents[3]
CHUNK = 16


class NodeHost:
    """The process, and which of its tablets nobody holds any more."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [str(ROOT / ".venv/lib/node/bin/node"), "scripts/story.mjs", str(NOW_SV), str(CHUNK)],
            cwd=ROOT / "pwa", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        atexit.register(self.close)
        self.born = 0
        self.gone: list[int] = []

    def close(self) -> None:
        """End the process, unless it is the parent's."""
        if self.owner == os.getpid() and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()

    def number(self) -> int:
        self.born += 1
        return self.born

    def call(self, tablet: int, call: str, said: Mapping[str, object]) -> dict[str, Any]:
        pipe = self.process
        gone, self.gone = self.gone, []
        message = {"tablet": tablet, "call": call, "drop": gone, **said}
        if pipe.stdin is None or pipe.stdout is None:
            raise RuntimeError("the host has no pipes")
        pipe.stdin.write(json.dumps(message) + "\n")
        pipe.stdin.flush()
        line = pipe.stdout.readline()
        if not line:
            raise RuntimeError(f"the host ended over {call}")
        reply: dict[str, Any] = json.loads(line)
        if reply.get("broken"):
            raise RuntimeError(reply["broken"])
        return reply


@cache
def _host_of(_pid: int) -> NodeHost:
    return NodeHost()


class NodeTablet:
    """One client database and the engine that works on it, as an app of today ships it."""

    # It writes lines that can be read, in today's schema.
    skills: frozenset[Skill] = frozenset({"copy", "recover", "stale_form"})

    def __init__(
        self,
        setup: Setup,
        mutants: Mutants,
        *,
        idb: bool = True,
        twin_of: NodeTablet | None = None,
    ) -> None:
        self.setup, self.mutants = setup, mutants
        self.host = _host_of(os.getpid())
        self.number = self.host.number()
        weakref.finalize(self, self.host.gone.append, self.number)
        self.table: list[Ask] = []
        self.running = 0
        self.parts: dict[str, dict[Any, Any]] = {}
        self._screen: dict[Key, Shown] = {}
        self._dump: Dump | None = None
        if twin_of is None:
            told = {name: getattr(setup, name) for name in Setup.__slots__}
            told["idb"] = idb
            self._call("birth", setup=told, mutants=sorted(mutants))
        else:
            said = {"twin": self.number, "name": setup.name, "seed": setup.seed}
            self._take(self.host.call(twin_of.number, "copy", said))

    @property
    def name(self) -> str:
        return self.setup.name

    @property
    def user(self) -> str:
        return self.setup.user

    # -- the pipe ----------------------------------------------------------------------------------

    def _call(self, call: str, **said: object) -> None:
        if self._take(self.host.call(self.number, call, said)):
            raise PowerLostError

    def _take(self, reply: dict[str, Any]) -> bool:
        """Take over what changed; return whether the power went."""
        self.table += [_ask(said) for said in reply["asks"]]
        self.running = reply["rounds"]
        changes = reply.get("changes") or {}
        for part, changed in changes.items():
            here = self.parts.setdefault(part, {})
            if part != "screen":
                self._dump = None
            for key, content in changed:
                where = _keyed(json.loads(key))
                if content is None:
                    here.pop(where, None)
                else:
                    here[where] = _content(part, where, json.loads(content))
        if "screen" in changes:
            self._screen = dict(self.parts["screen"])
        return bool(reply["lost"])

    # -- the person --------------------------------------------------------------------------------

    def screen(self) -> Mapping[Key, Shown]:
        return self._screen

    def edit(self, edits: Sequence[Edit], photos: Sequence[Photo], moment: Moment) -> bool:
        self._call(
            "edit",
            edits=[_edit(edit) for edit in edits],
            photos=[
                {"sha256": photo.sha256, "bytes": base64.b64encode(photo.bytes).decode()}
                for photo in photos
            ],
            moment=_moment(moment),
        )
        return True

    def spoil(self, line: bytes, moment: Moment) -> None:
        raise NotImplementedError

    # -- sync --------------------------------------------------------------------------------------

    def begin_round(self, moment: Moment) -> None:
        self._call("begin", moment=_moment(moment))

    def rounds(self) -> int:
        return self.running

    def asks(self) -> Sequence[Ask]:
        asks, self.table = self.table, []
        return asks

    def answer(self, n: int, answer: Answer, moment: Moment) -> None:
        said = {
            "status": answer.status,
            "body": answer.body,
            "headers": dict(answer.headers),
            "is_cut": answer.is_cut,
        }
        self._call("answer", n=n, answer=said, moment=_moment(moment))

    # -- power -------------------------------------------------------------------------------------

    def fail_next(self, when: Literal["before", "after"]) -> None:
        self._call("fail", when=when)

    def restart(self, moment: Moment) -> None:
        self.table.clear()
        self._call("restart", moment=_moment(moment))

    def upgrade(self, sv: int) -> None:
        raise NotImplementedError

    def copy(self, name: str, seed: int) -> NodeTablet:
        return NodeTablet(replace(self.setup, name=name, seed=seed), self.mutants, twin_of=self)

    def dump(self) -> Dump:
        if self._dump is None:
            parts, state = self.parts, self.parts["state"][0]
            self._dump = Dump(
                client_id=state["client_id"],
                next_mid=state["next_mid"],
                epoch=state["epoch"],
                acked_mid=state["acked_mid"],
                cursors={s: (c["gen"], c["seq"]) for s, c in state["cursors"].items()},
                is_staging=state["is_staging"],
                outbox=dict(parts.get("outbox", {})),
                sent=dict(parts.get("sent", {})),
                base=dict(parts.get("base", {})),
                photos=dict(parts.get("photos", {})),
                bytes_kept=frozenset(parts.get("bytes", {})),
                asked=Counter({("a write", how): n for how, n in state["asked"]}),
                mismatches=state["mismatches"],
            )
        return self._dump


def _moment(moment: Moment) -> dict[str, int]:
    return {"wall": moment.wall, "mono": moment.mono}


def _edit(edit: Edit) -> dict[str, object]:
    said: dict[str, object] = {
        "kind": edit.kind,
        "id": edit.id,
        "scope": edit.scope,
        "set": edit.set,
    }
    return said if edit.base is None else {**said, "base": edit.base}


def _ask(said: dict[str, Any]) -> Ask:
    raw = said.get("bytes")
    body = base64.b64decode(raw) if raw is not None else said["body"].encode()
    return Ask(said["n"], said["method"], said["path"], body, said["headers"])


def _keyed(key: Any) -> Any:
    return tuple(key) if isinstance(key, list) else key


def _content(part: str, key: Any, said: Any) -> Any:
    """Return one entry of a part as a judge reads it."""
    if part == "outbox":
        return said.encode()
    if part == "sent":
        line, status, decision = said
        return SentOp(line.encode(), status, decision)
    if part == "base":
        seq, values, versions = said
        return {
            "k": key[1],
            "id": key[2],
            "seq": seq,
            "f": json.loads(values),
            "v": json.loads(versions),
        }
    if part == "screen":
        scope, fields = said
        return Shown(scope, {n: Seen(v, tuple(mark), mine) for n, v, mark, mine in fields})
    return said
