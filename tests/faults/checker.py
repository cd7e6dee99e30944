"""The one judge of every run: reads a history and what is true on the server, returns breaches.

Each breach names an invariant of reliability: V1 acknowledged is durable, V2 exactly once and no
ghosts, V3 saved on the device is never lost, V4 convergence, V5 liveness, V6 own writes and
monotonic reads, V7 the losing side is kept, V8 no foreign byte, V9 revoked is refused, V10 the
store is sound, V11 only bounded refusals, V12 what is shown is true.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.ancestry import kept_values
from tests.faults.history import Event, of
from tests.faults.truth import Truth

DRAIN_SECONDS = 60.0
ALL = frozenset(f"V{number}" for number in range(1, 13))
# What a server under stress may say, besides what it says of the request itself.
STRESS = frozenset({429, 503, 507})


@dataclass(frozen=True)
class Breach:
    invariant: str
    words: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.words}"


def judge(
    events: list[Event], truth: Truth, *, unjudged: frozenset[str] = frozenset()
) -> list[Breach]:
    """Return every breach. ``unjudged`` names invariants that this fault says nothing about."""
    found = [
        *_acknowledged_is_durable(events, truth),
        *_exactly_once(events, truth),
        *_saved_is_kept(events, truth),
        *_converged(events, truth),
        *_drained(events),
        *_reads(events),
        *(Breach("V7", words) for words in kept_values(truth)),
        *(
            Breach("V8", f"{one['client']} was shown another organisation's bytes: {one['path']}")
            for one in of(events, "foreign")
        ),
        *_revoked_is_refused(events),
        *_store_is_sound(events, truth),
        *_refusals_are_bounded(events),
        *_says_the_truth(events, truth),
    ]
    return [breach for breach in found if breach.invariant not in unjudged]


def _acknowledged_is_durable(events: list[Event], truth: Truth) -> Iterator[Breach]:
    made = {(one["client"], one["mid"]): one for one in of(events, "made")}
    # What a restore undid is offered again and judged anew: then the last answer is the one.
    last = {(one["client"], one["mid"]): one for one in of(events, "acked")}
    restored = any(event["e"] == "restored" for event in events)
    for ack in last.values() if restored else of(events, "acked"):
        mark = (ack["client"], ack["mid"])
        line = truth.ledger.get(mark)
        if line is None:
            yield Breach("V1", f"{mark} was acknowledged and is not in the ledger")
            continue
        if mark in made and line.sha != made[mark]["sha"]:
            yield Breach("V1", f"{mark} is in the ledger with other bytes than were sent")
        if (line.status, line.code) != (ack["status"], ack["code"]):
            said = f"{ack['status']} {ack['code']}"
            yield Breach("V1", f"{mark} was answered {said}, the ledger says {line.status}")
    for told in of(events, "stored"):
        name = (told["organisation"], told["sha256"])
        if truth.files.get(name) != told["sha256"]:
            yield Breach("V1", f"photo bytes {told['sha256'][:12]} were called stored and are not")


def _exactly_once(events: list[Event], truth: Truth) -> Iterator[Breach]:
    made = {(one["client"], one["mid"]): one for one in of(events, "made")}
    by_client: dict[str, list[int]] = defaultdict(list)
    bodies: dict[str, tuple[str, int]] = {}
    for (client, mid), line in truth.ledger.items():
        if client.startswith("server:"):
            continue
        by_client[client].append(mid)
        if (client, mid) not in made:
            yield Breach("V2", f"{(client, mid)} is in the ledger and nobody made it")
        elif line.organisation != made[client, mid]["organisation"]:
            yield Breach("V8", f"{(client, mid)} is in another organisation's ledger")
        if line.kind != "void" and line.sha in bodies:
            yield Breach("V2", f"{(client, mid)} and {bodies[line.sha]} are one line twice")
        bodies[line.sha] = (client, mid)
    for client, mids in by_client.items():
        if sorted(mids) != list(range(1, len(mids) + 1)):
            yield Breach("V2", f"the numbers of {client} have a gap or a twin")
        if truth.last_mid.get(client) != max(mids):
            yield Breach("V2", f"last_mid of {client} is {truth.last_mid.get(client)}")
    yield from _values_have_an_author(truth)
    yield from _no_false_conflict(truth)


def _values_have_an_author(truth: Truth) -> Iterator[Breach]:
    """A value whose op is not in the ledger, or was refused, is a ghost."""
    for items in truth.items.values():
        for item in items.values():
            for _at, client, mid, names in item["v"]:
                line = truth.ledger.get((client, mid))
                if line is None or line.status in {"rejected", "held"}:
                    what = "unknown" if line is None else line.status
                    where = f"{item['k']} {item['id']} {names}"
                    yield Breach("V2", f"{where} stands and its op {(client, mid)} is {what}")


def _no_false_conflict(truth: Truth) -> Iterator[Breach]:
    """A record that one client alone wrote has no open conflict: it was applied twice if it has."""
    writers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (client, _mid), line in truth.ledger.items():
        if line.kind and line.id and line.status in {"applied", "merged"}:
            writers[line.kind, line.id].add(client)
    for (kind, id_, name, *_), state in truth.conflicts.items():
        if state == "open" and len(writers[kind, id_]) == 1:
            yield Breach("V2", f"{kind} {id_} {name} conflicts with its only author")


def _saved_is_kept(events: list[Event], truth: Truth) -> Iterator[Breach]:
    """What a device kept is in the ledger, or still on the device: nothing lies between."""
    left = {one["client"]: set(one["mids"]) for one in of(events, "left")}
    lost = {one["client"]: one["from_mid"] for one in of(events, "lost_device")}
    for one in of(events, "made"):
        client, mid = one["client"], one["mid"]
        if mid >= lost.get(client, mid + 1):
            continue  # the device itself is gone
        if (client, mid) not in truth.ledger and mid not in left.get(client, set()):
            yield Breach("V3", f"{(client, mid)} was saved and is nowhere")


def _converged(events: list[Event], truth: Truth) -> Iterator[Breach]:
    """The last view of each client and scope is what the server holds."""
    views: dict[tuple[str, str], dict[str, str]] = {}
    for event in events:
        if event["e"] == "healed":
            views.clear()  # only what was seen once all was well again can be compared
        elif event["e"] == "view":
            views[event["client"], event["scope"]] = event["items"]
    for (client, scope), held in views.items():
        theirs = truth.hashes(scope) if scope in truth.items else {}
        if held != theirs:
            differ = sorted(set(held.items()) ^ set(theirs.items()))[:3]
            yield Breach("V4", f"{client} differs from the server in scope {scope}: {differ}")


def _drained(events: list[Event]) -> Iterator[Breach]:
    for one in of(events, "stalled"):
        words = f"{one['left']} ops wait {one['seconds']:.0f} s after all was well again"
        yield Breach("V5", f"{one['client']}: {words}")
    for one in of(events, "drained"):
        if one["seconds"] > DRAIN_SECONDS:
            yield Breach("V5", f"{one['client']} took {one['seconds']:.0f} s to drain")


def _reads(events: list[Event]) -> Iterator[Breach]:
    """A pull that began after an acknowledgement shows it; no cursor goes back."""
    acked: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for event in events:
        if event["e"] == "restored":  # another epoch: all begins again
            acked.clear()
        elif event["e"] == "acked":
            acked[event["client"]].append((event["at"], event["mid"]))
        elif event["e"] == "pulled":
            client = event["client"]
            before = [mid for at, mid in acked[client] if at < event["started"]]
            if before and event["acked_mid"] < max(before):
                words = f"{client} read {event['acked_mid']} after its {max(before)}"
                yield Breach("V6", f"{words} was acknowledged")
            for scope, (asked, seq) in event["cursors"].items():
                if seq < asked:
                    words = f"{client} asked scope {scope} after {asked} and was sent to {seq}"
                    yield Breach("V6", words)
    yield from _heads(events)


def _heads(events: list[Event]) -> Iterator[Breach]:
    """Whoever asks after somebody was answered sees at least the number that they saw.

    The head counts, not the cursor: a device that was opened again fetches from the beginning.
    """
    seen: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for event in events:
        if event["e"] == "restored":
            seen.clear()
        for scope, head in event["heads"].items() if event["e"] == "pulled" else ():
            at, highest = seen[scope]
            before = bisect_left(at, event["started"])
            if before and head < highest[before - 1]:
                words = f"scope {scope} go back from {highest[before - 1]} to {head}"
                yield Breach("V6", f"{event['client']} saw {words}")
            at.append(max([event["at"], *at[-1:]]))
            highest.append(max([head, *highest[-1:]]))


def _revoked_is_refused(events: list[Event]) -> Iterator[Breach]:
    """From a revocation until its end nothing is read, and whatever is made then is held."""
    for at, revoked in enumerate(events):
        if revoked["e"] == "revoked":
            yield from _refused_until_let_back(revoked, events[at:])


def _refused_until_let_back(revoked: Event, events: list[Event]) -> Iterator[Breach]:
    late, clients = revoked["at"] + revoked["allowed_ms"], set(revoked["clients"])
    made = set()
    for event in events:
        if event["e"] == "granted" and clients & set(event["clients"]):
            return
        if event.get("client") not in clients:
            continue
        mark = (event["client"], event.get("mid"))
        if event["e"] == "made" and event["at"] > late:
            made.add(mark)
        elif event["e"] == "pulled" and event["started"] > late and event["heads"]:
            yield Breach("V9", f"{event['client']} still read after it was revoked")
        elif event["e"] == "acked" and mark in made and event["code"] != "no_membership":
            yield Breach("V9", f"{mark} was {event['status']}")


def _store_is_sound(events: list[Event], truth: Truth) -> Iterator[Breach]:
    for words in truth.unsound:
        yield Breach("V10", words)
    for (organisation, sha), state in truth.blobs.items():
        if state == "stored" and truth.files.get((organisation, sha)) != sha:
            yield Breach("V10", f"the bytes of blob {sha[:12]} are not on the disk")
    for (organisation, name), found in truth.files.items():
        if name != found and len(name) == len(found):
            yield Breach("V10", f"the file {name[:12]} of {organisation} holds other bytes")
    for items in truth.items.values():
        for (kind, id_), item in items.items():
            stored = kind == "photo" and item["f"].get("state") == "stored"
            if stored and item["f"]["sha256"] not in {sha for _, sha in truth.files}:
                yield Breach("V6", f"photo {id_} is called stored without its bytes")
    if any(event["e"] == "healed" for event in events):
        yield from _work_is_done(truth)


def _work_is_done(truth: Truth) -> Iterator[Breach]:
    """Once all is well no job waits, and no photo for the check of bytes that are here."""
    for id_, (name, state) in truth.jobs.items():
        if state != "done":
            yield Breach("V5", f"job {name} {id_} is {state} after all was well again")
    here = {sha for (_, sha), state in truth.blobs.items() if state == "stored"}
    for items in truth.items.values():
        for (kind, id_), item in items.items():
            if kind != "photo" or item["f"].get("state") != "awaiting":
                continue
            if item["f"]["sha256"] in here:
                yield Breach("V5", f"photo {id_} waits for bytes that are here")


def _refusals_are_bounded(events: list[Event]) -> Iterator[Breach]:
    for one in of(events, "asked"):
        status = one["status"]
        if status >= 500 and status not in STRESS:
            yield Breach("V11", f"{one['path']} was answered {status}")
        elif status in {429, 503} and not one["retry_after"]:
            yield Breach("V11", f"{one['path']} was answered {status} without Retry-After")


def _says_the_truth(events: list[Event], truth: Truth) -> Iterator[Breach]:
    """Whoever says that all is on the server must be right at that moment."""
    made: dict[str, int] = {}
    for event in events:
        if event["e"] == "made":
            made[event["client"]] = event["mid"]
        elif event["e"] == "says" and event["all_on_server"]:
            client = event["client"]
            if made.get(client, 0) > truth.last_mid.get(client, 0):
                yield Breach("V12", f"{client} says that all is on the server, and it is not")
