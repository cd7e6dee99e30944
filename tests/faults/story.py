"""A true history, and every way to doctor it: one for each thing that the checker must catch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from tests.faults.checker import judge
from tests.faults.history import Event, History
from tests.faults.truth import Line, Truth, item_hash

ORGANISATION, OTHER, SCHOOL, ASSET = "org-north", "org-south", "school-1", "asset-1"
ANN, BEN = "client-ann", "client-ben"
SHA = hashlib.sha256(b"photo").hexdigest()


def line(client: str, mid: int, values: dict[str, Any], **more: Any) -> Line:
    body = json.dumps({"by": client, "mid": mid, "set": values}).encode()
    told: dict[str, Any] = {
        "organisation": ORGANISATION, "sha": hashlib.sha256(body).hexdigest(),
        "status": "applied", "code": None, "kind": "asset", "id": ASSET, "scope": SCHOOL,
        "bases": {}, "body": body, **more,
    }  # fmt: skip
    return Line(**told)


class Story:
    """Ann lists an asset and renames it; Ben, who saw neither, names it too and loses."""

    def __init__(self) -> None:
        self.truth = Truth()
        self.history = History()
        ledger = self.truth.ledger
        ledger[ANN, 1] = line(ANN, 1, {"name": "Laptop"})
        ledger[ANN, 2] = line(ANN, 2, {"name": "Laptop 2"}, bases={"name": (ANN, 1)})
        ledger[BEN, 1] = line(BEN, 1, {"name": "Ben's"}, status="merged")
        self.truth.last_mid = {ANN: 2, BEN: 1}
        self.truth.conflicts["asset", ASSET, "name", BEN, 1] = "open"
        item = {
            "k": "asset", "id": ASSET, "seq": 3, "f": {"name": "Laptop 2"},
            "v": [[9, ANN, 2, ["name"]]],
        }  # fmt: skip
        self.truth.items[SCHOOL] = {("asset", ASSET): item}
        self.truth.blobs[ORGANISATION, SHA] = "stored"
        self.truth.files[ORGANISATION, SHA] = SHA
        self.truth.jobs["job-1"] = ("ratings.rate_changed", "done")
        self._tell()

    def _tell(self) -> None:
        note = self.history.note
        note("fault", name="network", round=0)
        for (client, mid), told in self.truth.ledger.items():
            note(
                "made", client=client, mid=mid, sha=told.sha, kind="asset", id=ASSET,
                scope=SCHOOL, set={}, organisation=ORGANISATION,
            )  # fmt: skip
            note("acked", client=client, mid=mid, status=told.status, code=told.code)
        note("stored", client=ANN, organisation=ORGANISATION, sha256=SHA)
        note("asked", client=ANN, path="/push", outcome="ok", status=200, retry_after=False)
        note("asked", client=ANN, path="/push", outcome="info", status=503, retry_after=True)
        note("healed", round=0)
        late = self.history.events[-1]["at"] + 10
        for client in (ANN, BEN):
            note("drained", client=client, seconds=1.5)
            mid = self.truth.last_mid[client]
            pulled(self, client, mid, started=late)
            items = {f"asset:{ASSET}": item_hash(self.truth.items[SCHOOL]["asset", ASSET])}
            note("view", client=client, scope=SCHOOL, items=items)
            note("left", client=client, mids=[])
            note("says", client=client, all_on_server=True)

    @property
    def events(self) -> list[Event]:
        return self.history.events

    def last(self, event: str, client: str = ANN) -> Event:
        return next(
            one for one in reversed(self.events) if one["e"] == event and one["client"] == client
        )

    def caught(self) -> set[str]:
        return {breach.invariant for breach in judge(self.events, self.truth)}


def lose_an_acknowledged_op(story: Story) -> None:
    """The server lost its tail: the op and all that it did."""
    del story.truth.ledger[ANN, 2]
    story.truth.last_mid[ANN] = 1


def keep_other_bytes(story: Story) -> None:
    old = story.truth.ledger[ANN, 2]
    story.truth.ledger[ANN, 2] = line(ANN, 2, {"name": "Laptop ?"}, bases=old.bases)


def answer_one_thing_and_keep_another(story: Story) -> None:
    story.last("acked")["status"] = "held"


def call_lost_bytes_stored(story: Story) -> None:
    del story.truth.files[ORGANISATION, SHA]


def apply_a_line_twice(story: Story) -> None:
    story.truth.ledger[ANN, 3] = story.truth.ledger[ANN, 2]
    story.truth.last_mid[ANN] = 3


def write_a_ghost(story: Story) -> None:
    story.truth.ledger["client-nobody", 1] = line("client-nobody", 1, {"serial": "G"})
    story.truth.last_mid["client-nobody"] = 1


def let_a_refused_value_stand(story: Story) -> None:
    old = story.truth.ledger[ANN, 2]
    story.truth.ledger[ANN, 2] = line(
        ANN, 2, {"name": "Laptop 2"}, bases=old.bases, status="rejected", code="bad_value"
    )


def skip_a_number(story: Story) -> None:
    story.truth.last_mid[ANN] = 5


def make_its_author_conflict_with_itself(story: Story) -> None:
    del story.truth.ledger[BEN, 1]
    story.truth.conflicts["asset", ASSET, "name", ANN, 1] = "open"


def forget_what_was_saved(story: Story) -> None:
    story.history.note(
        "made", client=ANN, mid=3, sha="00", kind="asset", id=ASSET, scope=SCHOOL, set={},
        organisation=ORGANISATION,
    )  # fmt: skip


def diverge(story: Story) -> None:
    story.last("view")["items"][f"asset:{ASSET}"] = "another"


def hold_a_record_that_is_gone(story: Story) -> None:
    story.last("view", BEN)["items"]["asset:gone"] = "0123"


def stall_a_queue(story: Story) -> None:
    story.history.note("stalled", client=ANN, left=2, seconds=61.0)


def drain_too_late(story: Story) -> None:
    story.last("drained")["seconds"] = 75.0


def drop_a_job(story: Story) -> None:
    story.truth.jobs["job-2"] = ("audits.photo_check", "queued")


def forget_ones_own_write(story: Story) -> None:
    story.last("pulled")["acked_mid"] = 1


def pulled(
    story: Story, client: str, mid: int, *, head: int = 3, asked: int = 0, started: int
) -> None:
    """Note a pull of the school that came to its head."""
    story.history.note(
        "pulled", client=client, acked_mid=mid, heads={SCHOOL: head},
        cursors={SCHOOL: (asked, head)}, started=started,
    )  # fmt: skip


def go_back_in_time(story: Story) -> None:
    """Ben asks after Ann was answered, and is told of less."""
    pulled(story, BEN, 1, head=2, started=later(story))


def send_a_cursor_back(story: Story) -> None:
    pulled(story, BEN, 1, asked=4, started=later(story))


def drop_the_loser(story: Story) -> None:
    story.truth.conflicts.clear()


def show_another_organisation(story: Story) -> None:
    story.history.note("foreign", client=ANN, path="/pull")


def keep_in_another_ledger(story: Story) -> None:
    old = story.truth.ledger[BEN, 1]
    story.truth.ledger[BEN, 1] = Line(**{**vars(old), "organisation": OTHER})


def read_after_revocation(story: Story) -> None:
    revoke(story)
    pulled(story, BEN, 1, started=later(story))


def write_after_revocation(story: Story) -> None:
    """What a person who was shut out made afterwards must be held, not applied."""
    revoke(story)
    told = story.truth.ledger[BEN, 2] = line(BEN, 2, {"serial": "late"})
    story.truth.last_mid[BEN] = 2
    item = story.truth.items[SCHOOL]["asset", ASSET]
    item["f"]["serial"] = "late"
    item["v"].append([10, BEN, 2, ["serial"]])
    story.history.note(
        "made", client=BEN, mid=2, sha=told.sha, kind="asset", id=ASSET, scope=SCHOOL, set={},
        organisation=ORGANISATION,
    )  # fmt: skip
    story.events[-1]["at"] = later(story)
    story.history.note("acked", client=BEN, mid=2, status="applied", code=None)


def revoke(story: Story) -> None:
    story.history.note("revoked", clients=[BEN], allowed_ms=1000)


def later(story: Story) -> int:
    return int(story.events[-1]["at"]) + 5000


def corrupt_the_database(story: Story) -> None:
    story.truth.unsound.append("integrity_check: row 3 missing from index")


def tear_a_blob(story: Story) -> None:
    story.truth.files[ORGANISATION, SHA] = "f" * 64


def fail_in_the_open(story: Story) -> None:
    story.last("asked")["status"] = 500


def refuse_without_saying_when(story: Story) -> None:
    story.last("asked")["retry_after"] = False


def say_all_is_sent(story: Story) -> None:
    story.truth.last_mid[ANN] = 1


DOCTORED: tuple[tuple[Callable[[Story], None], str], ...] = (
    (lose_an_acknowledged_op, "V1"),
    (keep_other_bytes, "V1"),
    (answer_one_thing_and_keep_another, "V1"),
    (call_lost_bytes_stored, "V1"),
    (apply_a_line_twice, "V2"),
    (write_a_ghost, "V2"),
    (let_a_refused_value_stand, "V2"),
    (skip_a_number, "V2"),
    (make_its_author_conflict_with_itself, "V2"),
    (forget_what_was_saved, "V3"),
    (diverge, "V4"),
    (hold_a_record_that_is_gone, "V4"),
    (stall_a_queue, "V5"),
    (drain_too_late, "V5"),
    (drop_a_job, "V5"),
    (forget_ones_own_write, "V6"),
    (go_back_in_time, "V6"),
    (send_a_cursor_back, "V6"),
    (drop_the_loser, "V7"),
    (show_another_organisation, "V8"),
    (keep_in_another_ledger, "V8"),
    (read_after_revocation, "V9"),
    (write_after_revocation, "V9"),
    (corrupt_the_database, "V10"),
    (tear_a_blob, "V10"),
    (fail_in_the_open, "V11"),
    (refuse_without_saying_when, "V11"),
    (say_all_is_sent, "V12"),
)
