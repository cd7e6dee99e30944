"""People with tablets: what they edit, and what they see when they do."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

from sync.codec import JsonValue
from sync.ids import natural_id
from sync.record import Mark
from tests.sync.simulator.books import Books, Saw
from tests.sync.simulator.kinds import ORGANISATION
from tests.sync.simulator.server import BOMB
from tests.sync.simulator.tablet_port import Edit, Key, Photo, Seen, Shown, TabletPort

WORDS = ("ash", "elm", "fir", "oak", "yew")
POISON = (b"nonsense %d#", b'{"mid":%d,"x":0.5,"n":"#"}', b'{"mid":%d,"mid":%d,"n":"#"}', b"\xff#")


@dataclass
class Person:
    """One person at one tablet. ``form``: what a form showed a while ago; it may go stale."""

    tablet: TabletPort
    rng: random.Random
    books: Books
    visit: str
    schools: list[str]
    form: tuple[Key, dict[str, Seen]] | None = None
    form_client: str = ""
    image: TabletPort | None = None  # a copy of the disk, to be put back one day
    photos: dict[str, bytes] = field(default_factory=dict)
    count: int = 0

    def plan(self) -> tuple[list[Edit], list[Photo]]:
        """Return what to save next; more than one edit is a group."""
        what = self.rng.random()
        scope = self.rng.choice(self.schools)
        if what < 0.22:
            return [self._new_thing(scope)], []
        if what < 0.36:
            return [self._new_sight()], []
        if what < 0.44:
            second = self._change() or self._new_sight()
            return [self._new_thing(scope), second], []
        if what < 0.49:
            return self._orphan(scope), []
        if what < 0.57:
            return self._picture()
        edit = self._change()
        return ([edit] if edit is not None else [self._new_sight()]), []

    def note(self, edits: list[Edit]) -> None:
        """Tell the books what stands before this person's eyes now."""
        shown = self.tablet.screen()
        saws = [self._saw(edit, shown.get((edit.kind, edit.id))) for edit in edits]
        self.books.plan(self.tablet, edits, saws)

    def _saw(self, edit: Edit, shown: Shown | None) -> Saw:
        if edit.base is None or self.form is None:
            return self.books.saw(self.tablet.name, shown, edit)
        (_, fields), self.form = self.form, None
        return self.books.saw(self.tablet.name, Shown(edit.scope, fields), edit)

    def poison(self) -> bytes:
        self.count += 1
        bad = self.rng.choice(POISON)
        return bad.replace(b"#", f"{self.tablet.name}.{self.count}.{self.rng.random()}".encode())

    # -- what there is to write --------------------------------------------------------------------

    def _new_thing(self, scope: str, **more: JsonValue) -> Edit:
        values: dict[str, JsonValue] = {"name": self._word(), "a": self._mm(), **more}
        if self.rng.random() < 0.3:
            values["born"] = self._word()
        things = self._things()
        if things and "parent" not in more and self.rng.random() < 0.3:
            values["parent"] = self.rng.choice(things)
        if self.rng.random() < 0.02:
            values["b"] = BOMB
        return Edit("thing", self._id(), scope, values)

    def _orphan(self, scope: str) -> list[Edit]:
        """A child saved before its parent; both in one group half the time."""
        parent = self._new_thing(scope)
        return [self._new_thing(scope, parent=parent.id), parent]

    def _new_sight(self) -> Edit:
        subject = self.rng.choice("pqrst")
        id_ = natural_id("sight", ORGANISATION, self.visit, subject)
        values: dict[str, JsonValue] = {"visit_id": self.visit, "subject": subject}
        values["seen"] = self.rng.random() < 0.5
        values["note"] = self._word()
        return Edit("sight", id_, self.visit, values)

    def _picture(self) -> tuple[list[Edit], list[Photo]]:
        shown = self.tablet.screen()
        things = self._things()
        if not things:
            return [self._new_sight()], []
        owner = self.rng.choice(things)
        good = b"IMG" if self.rng.random() < 0.85 else b"PDF"
        data = good + self.rng.randbytes(self.rng.randint(5, 50))
        sha256 = hashlib.sha256(data).hexdigest()
        self.photos[sha256] = data
        values: dict[str, JsonValue] = {"owner": owner, "sha256": sha256, "caption": self._word()}
        edit = Edit("photo", self._id(), shown[("thing", owner)].scope, values)
        return [edit], [Photo(sha256, data)]

    def _things(self) -> list[str]:
        return sorted(id_ for kind, id_ in self.tablet.screen() if kind == "thing")

    def _change(self) -> Edit | None:
        """Change what is shown, or, half the time, what a form showed a while ago."""
        shown = self.tablet.screen()
        keys = sorted(key for key in shown if key[0] == "thing")
        if not keys:
            return None
        key = self.rng.choice(keys)
        here = shown[key]
        stale = "stale_form" in self.tablet.skills
        client = self.tablet.dump().client_id
        if client != self.form_client:  # after a fork what a form was loaded with has other names
            self.form, self.form_client = None, client
        if stale and self.form is not None and self.form[0] in shown:
            key, fields = self.form
            edit = Edit(*key, shown[key].scope, self._values())
            asked = fields if edit.set.get("deleted") is True else {*edit.set, "deleted"}
            base: dict[str, Mark] = {n: fields[n].mark for n in sorted(asked) if n in fields}
            return Edit(*key, edit.scope, edit.set, base)
        self.form = None
        if stale and self.rng.random() < 0.2:
            self.form = (key, dict(here.fields))
        return Edit(*key, here.scope, self._values())

    def _values(self) -> dict[str, JsonValue]:
        rng = self.rng
        choices: list[tuple[float, dict[str, JsonValue]]] = [
            (0.12, {"deleted": True}),
            (0.17, {"deleted": False, "a": self._mm()}),
            (0.23, {"born": self._word()}),
            (0.27, {rng.choice(("grade", "colour")): "A"}),
            (0.4, {f"marks/{rng.choice('xyz')}": rng.random() < 0.5}),
            (0.5, {"name": self._word()}),
            (0.51, {"b": BOMB}),
            (0.75, {"a": self._mm()}),
            (1.0, {"b": rng.randrange(9)}),
        ]
        what = rng.random()
        return next(values for most, values in choices if what < most)

    def _mm(self) -> int:
        """A whole number of centimetres, so that every schema can say it."""
        return self.rng.randrange(9) * 10

    def _word(self) -> str:
        """Often a word that others write too, often one that nobody else does."""
        word = self.rng.choice(WORDS)
        if self.rng.random() < 0.5:
            return word
        self.count += 1
        return f"{word} {self.tablet.name}.{self.count}"

    def _id(self) -> str:
        raw: Any = self.rng.randbytes(16).hex()
        return f"{raw[:8]}-{raw[8:12]}-7{raw[13:16]}-8{raw[17:20]}-{raw[20:]}"
