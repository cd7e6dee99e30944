"""How confirmed rows reach the Python tablet's base: staged beside it, folded in one write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sync.codec import canonical
from sync.record import DIGEST_MOD, digest_of_wire
from tests.sync.simulator.tablet_disk import BaseRow, Cursors

if TYPE_CHECKING:
    from tests.sync.simulator.tablet import PyTablet
    from tests.sync.simulator.tablet_take import Taker

DAY = 86_400_000
OP_DAYS = 30
BYTE_DAYS = 7


class Folder:
    """Stages pages and streams, folds them, and lets go of what may go."""

    def __init__(self, tablet: PyTablet, take: Taker) -> None:
        self.tablet, self.disk, self.take = tablet, tablet.disk, take

    # -- pages -------------------------------------------------------------------------------------

    def page(self, client: str, epoch: str | None, asked: Cursors, said: dict[str, Any]) -> bool:
        """Take an answer if it still fits what is held; return whether to ask on."""
        disk = self.disk
        here = {**disk.cursors, **(disk.staging or {})}
        fits = (disk.client_id, disk.epoch) == (client, epoch) == (client, said["server_epoch"])
        if not fits or here != asked:
            return False
        cursors = dict(asked)
        pages = said["scopes"]
        for scope, page in pages.items():
            cursors[scope] = (page["gen"], page["seq"])
        lost = set(said["revoked"]) | set(said["reset"])
        for scope, page in pages.items():
            if scope not in lost and page["items"]:
                self._stage(scope, page["items"])
        if lost:
            self._without(said["revoked"], said["reset"], cursors)
            return True
        if any(page["more"] for page in pages.values()):
            disk.meta["staging"] = cursors
            self.tablet.commit("stage")
            return True
        self._fold(cursors, said)
        return False

    def _stage(self, scope: str, items: list[dict[str, Any]], *, clear: bool = False) -> None:
        n = max(self.disk.incoming, default=0) + 1
        self.disk.incoming[n] = (scope, clear, items)

    def _without(self, revoked: list[str], reset: list[str], cursors: Cursors) -> None:
        """Purge what may not be read any more; fetch anew what was reset. Own work stays."""
        disk = self.disk
        gone = set(revoked)
        disk.meta["cursors"] = {s: c for s, c in disk.cursors.items() if s not in gone}
        disk.meta["staging"] = {s: c for s, c in cursors.items() if s not in gone | set(reset)}
        disk.meta["resets"] = sorted(({*disk.resets, *reset}) - gone)
        self._purge(gone)
        for n, (scope, _, _) in list(disk.incoming.items()):
            if scope in gone or scope in reset:
                disk.incoming.drop(n)
        self.tablet.commit("revoked")

    def _purge(self, scopes: set[str]) -> None:
        self.disk.base.drop_all(lambda key: key[0] in scopes)
        self.disk.old_base.drop_all(lambda key: key[0] in scopes)

    def shut_out(self) -> None:
        """This person has no place left: all that was fetched goes, own work stays."""
        disk = self.disk
        disk.base.drop_all(lambda _: True)
        disk.old_base.drop_all(lambda _: True)
        disk.incoming.drop_all(lambda _: True)
        disk.meta["cursors"], disk.meta["staging"], disk.meta["resets"] = {}, None, []
        self.tablet.commit("revoked")

    def drop_scope(self, scope: str) -> None:
        disk = self.disk
        disk.meta["cursors"] = {s: c for s, c in disk.cursors.items() if s != scope}
        if disk.staging is not None:
            disk.meta["staging"] = {s: c for s, c in disk.staging.items() if s != scope}
        disk.meta["resets"] = [s for s in disk.resets if s != scope]
        self._purge({scope})
        self.tablet.commit("revoked")

    def reset(self, scopes: list[str]) -> None:
        """Fetch scopes whole again, beside what is held of them."""
        disk = self.disk
        disk.meta["staging"] = None
        disk.incoming.drop_all(lambda _: True)
        disk.meta["resets"] = sorted({*disk.resets, *scopes})
        self.tablet.commit("reset")

    def stream(
        self,
        client: str,
        epoch: str | None,
        scope: str,
        start: tuple[int, int] | None,
        lines: list[dict[str, Any]],
    ) -> str:
        """Stage a bootstrap; one that was cut goes on from its last row."""
        disk = self.disk
        fits = (client, epoch) == (disk.client_id, disk.epoch) and scope in disk.resets
        if not fits or (disk.staging or {}).get(scope) != start:
            return "later"
        whole = bool(lines) and "k" not in lines[-1]
        items = lines[:-1] if whole else lines
        if whole and lines[-1]["server_epoch"] != epoch:
            return "later"
        if whole and start is not None and self._is_behind(start, lines[-1]):
            self._begin_anew(scope)
            return "later"
        seq = max([start[1] if start else 0, *(item["seq"] for item in items)])
        gen = lines[-1]["gen"] if whole else start[0] if start else 0
        self._stage(scope, items, clear=start is None)
        if whole:
            seq = max(seq, lines[-1]["seq"])
            disk.meta["resets"] = [s for s in disk.resets if s != scope]
        disk.meta["staging"] = {**(disk.staging or {}), scope: (gen, seq)}
        self.tablet.commit("stage")
        return "done" if whole else "later"

    @staticmethod
    def _is_behind(start: tuple[int, int], trailer: dict[str, Any]) -> bool:
        """Say whether tombstones between two parts of a stream were collected meanwhile."""
        return start[1] < trailer["min_seq"] or start[0] not in (0, trailer["gen"])

    def _begin_anew(self, scope: str) -> None:
        disk = self.disk
        disk.meta["staging"] = {s: c for s, c in (disk.staging or {}).items() if s != scope}
        for n, (staged, _, _) in list(disk.incoming.items()):
            if staged == scope:
                disk.incoming.drop(n)
        self.tablet.commit("stage")

    # -- the fold ----------------------------------------------------------------------------------

    def _fold(self, cursors: Cursors, said: dict[str, Any]) -> None:
        """Make everything staged the base, with cursors, decisions and what is acknowledged."""
        disk = self.disk
        for n in sorted(disk.incoming):
            scope, clear, items = disk.incoming[n]
            if scope not in cursors:
                continue
            if clear:
                disk.base.drop_all(lambda key, scope=scope: key[0] == scope)  # type: ignore[misc]
            for item in items:
                key = (scope, item["k"], item["id"])
                if "gone" in item:
                    disk.base.drop(key)
                else:
                    marks = {name: (c, m) for _, c, m, names in item["v"] for name in names}
                    disk.base[key] = BaseRow(item, marks)
        disk.incoming.drop_all(lambda _: True)
        disk.meta["staging"], disk.meta["cursors"] = None, cursors
        disk.meta["acked"] = said["acked_mid"]
        self._close(said)
        self.tablet.commit("fold")

    def _close(self, said: dict[str, Any]) -> None:
        disk = self.disk
        told = {one["mid"]: one["outcome"] for one in said["decisions"]}
        for (owner, mid), _ in list(disk.sent.items()):
            row, mine = disk.sent[(owner, mid)], owner == disk.client_id
            decision = told.get(mid, row.decision) if mine else row.decision
            folded = row.is_folded or not mine or mid <= said["acked_mid"]
            if (decision, folded) != (row.decision, row.is_folded):
                disk.sent[(owner, mid)] = replace(row, decision=decision, is_folded=folded)
            if decision == "accepted" and decision != row.decision:
                self.take.overtake(mid, row.line)
        numbers = [one["n"] for one in said["decisions"]]
        disk.meta["decided"] = max([disk.meta["decided"], *numbers])

    # -- after a restore ---------------------------------------------------------------------------

    def lost_values(self) -> list[dict[str, Any]] | None:
        """Return what the old base shows and the new one does not; None when nothing is to tell."""
        disk = self.disk
        if not disk.old_base or disk.resets or disk.staging is not None:
            return None
        if disk.meta["recovered"] == disk.epoch:
            return None
        items: list[dict[str, Any]] = []
        for (scope, kind, id_, _), old in sorted(disk.old_base.items(), key=lambda row: row[0]):
            new = disk.base.get((scope, kind, id_))
            for name, mark in sorted(old.marks.items()):
                if new is None or new.marks.get(name) != mark:
                    value = old.item["f"][name]
                    said = {"scope": scope, "k": kind, "id": id_, "field": name}
                    items.append({**said, "value": value, "mark": list(mark)})
        known = {key[:3] for key in disk.old_base}
        for (scope, kind, id_), row in sorted(disk.base.items(), key=lambda row: row[0]):
            # It stood here with a number that the old base had seen: there it was gone already.
            seen = disk.meta["old_cursors"].get(scope, (0, 0))[1]
            if (scope, kind, id_) not in known and row.item["seq"] <= seen:
                said = {"scope": scope, "k": kind, "id": id_, "field": "deleted"}
                items.append({**said, "value": True, "mark": None})
        return items

    def recovered(self) -> None:
        """Keep what was told until a backup has it too: a second restore would lose the list."""
        self.disk.meta["recovered"] = self.disk.epoch
        self.disk.meta["recovered_mid"] = self.disk.next_mid
        self.tablet.commit("recovered")

    # -- what may go -------------------------------------------------------------------------------

    def prune(self) -> None:
        """Let go of old sent ops and photo bytes that the server has, backed up where it can."""
        disk, now = self.disk, self.tablet.moment.wall
        for (owner, mid), row in list(disk.sent.items()):
            open_ = row.status == "rejected" or row.decision == "refused" or not row.is_folded
            waits = row.status == "held" and row.decision is None
            old = now - row.sent_at >= OP_DAYS * DAY
            if old and not open_ and not waits and self._is_safe(owner, mid):
                disk.sent.drop((owner, mid))
        stored = {
            row.item["f"]["sha256"]
            for row in disk.base.values()
            if row.item["k"] == "photo" and row.item["f"].get("state") == "stored"
        }
        for sha, blob in list(disk.blobs.items()):
            old = blob.state == "sent" and now - blob.sent_at >= BYTE_DAYS * DAY
            if sha not in stored or blob.state != "sent":
                continue
            # The record may be in a backup that is older than the bytes: only what was made after
            # they were seen to be stored proves that the backup has them.
            after = disk.next_mid if blob.after_mid is None else blob.after_mid
            disk.blobs[sha] = replace(blob, after_mid=after)
            if old and self._is_safe(disk.client_id, after):
                disk.blobs[sha] = replace(blob, state="freed")
                disk.bytes.drop(sha)
        self.tablet.commit("prune")

    def _is_safe(self, owner: str, mid: int) -> bool:
        backed_up = self.disk.meta["backed_up"]
        return owner != self.disk.client_id or backed_up is None or mid <= backed_up

    def digest(self, scope: str) -> int:
        total = sum(
            digest_of_wire(canonical(row.item))
            for key, row in self.disk.base.items()
            if key[0] == scope
        )
        return total % DIGEST_MOD
