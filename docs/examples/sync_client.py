"""A whole Walkround sync client in a hundred lines; sync/README.md tells why each step is so.

WALKROUND_TOKEN=… python docs/examples/sync_client.py ADDRESS STORE [KIND ID SCOPE '{"field": 1}']
makes the one edit if it is given, syncs the file STORE, and prints what came of each op. Python
alone is enough; `walkround token --user EMAIL` prints a token. Photos are left out.
"""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Client:
    def __init__(self, address, token, path):
        self.address, self.token, self.path = address + "/api", token, path
        self.state = {"client_id": str(uuid.uuid4()), "device_id": str(uuid.uuid4()), "epoch": "",
                      "ops": [], "items": {}, "cursors": {}, "acked": 0, "decided": 0}  # fmt: skip
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.state = json.load(file)
        self.save(organisation_id=self.ask("/session")["organisation"]["id"])

    def save(self, **changed):
        """Put the whole state on the disk at once: after a crash it is the old or the new one."""
        self.state |= changed
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write(canonical(self.state))
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path + ".new", self.path)

    def ask(self, path, said=None):
        """Return the answer to a GET or POST, with its status; no answer at all is an OSError."""
        data = said if said is None or isinstance(said, bytes) else canonical(said).encode()
        mime = "application/x-ndjson" if isinstance(said, bytes) else "application/json"
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": mime}
        try:
            reply = urllib.request.urlopen(
                urllib.request.Request(self.address + path, data, headers)
            )
        except urllib.error.HTTPError as refusal:
            reply = refusal
        body = reply.read()
        if "/bootstrap/" in path:
            return [json.loads(line) for line in body.splitlines()]
        return {**json.loads(body), "status": reply.status}

    def marks(self, kind, id):
        """Return who made each value on the screen: the base, and over it one's own ops (7)."""
        wires = [item for key, item in self.state["items"].items() if key.endswith(f" {kind} {id}")]
        found = {name: v[1:3] for item in wires for v in item["v"] for name in v[3]}
        for mid, op in enumerate(self.state["ops"], 1):
            line, seen = json.loads(op["line"]), mid <= self.state["acked"]
            shown = op["status"] == "held" or (op["status"] != "rejected" and not seen)
            if shown and (line["kind"], line["id"]) == (kind, id):
                found |= {name: [self.state["client_id"], mid] for name in line["set"]}
        return found

    def edit(self, kind, id, scope, values):
        """Put a numbered op on the disk; only then is it saved (2)."""
        base = {name: mark for name, mark in self.marks(kind, id).items() if name in values}
        line = {"mid": len(self.state["ops"]) + 1, "sv": 1, "kind": kind, "id": id, "scope": scope,
                "set": values, "base": base, "at": time.time_ns() // 10**6,
                "mono": [str(os.getpid()), time.monotonic_ns() // 10**6]}  # fmt: skip
        self.save(ops=[*self.state["ops"], {"line": canonical(line), "status": None, "code": None}])

    def sync(self):
        who = {name: self.state[name] for name in ("client_id", "organisation_id")}
        unsent = [op for op in self.state["ops"] if op["status"] is None]
        hello = self.ask("/sync/v1/hello", {
            **who, "proto": 1, "sv": 1, "app_build": "example",
            "device_now": time.time_ns() // 10**6, "device_id": self.state["device_id"],
            "outbox": {"first_mid": len(self.state["ops"]) - len(unsent) + 1,
                       "last_mid": len(self.state["ops"]), "bytes": 0, "blobs": 0}})  # fmt: skip
        if hello["status"] != 200:
            raise SystemExit(f"hello: {hello['status']} {hello['slug']}")
        if hello["server_epoch"] != self.state["epoch"]:  # new, or put back from a backup
            self.save(epoch=hello["server_epoch"], cursors={}, decided=0)
        who["server_epoch"] = hello["server_epoch"]
        self.push(who, hello)
        self.pull(who, hello)

    def push(self, who, hello):
        """Send what the server lacks, also after it was put back from a backup (3, 8)."""
        mid, most = hello["last_mid"], hello["limits"]["ops"]
        while mid < len(self.state["ops"]):
            lines = [op["line"] for op in self.state["ops"][mid : mid + most]]
            head = {
                **who,
                "device_now": time.time_ns() // 10**6,
                "first_mid": mid + 1,
                "n": len(lines),
            }
            done = self.ask("/sync/v1/push", "\n".join([canonical(head), *lines, ""]).encode())
            if done["status"] == 409 and done["slug"] == "fork":
                raise SystemExit("This store was copied: give the copy a client_id of its own (3).")
            if done["status"] >= 500 and most > 1:
                most //= 2  # the server failed, not the op: find the one it fails on
            elif done["status"] != 200:
                raise SystemExit(f"push: {done['status']} {done['slug']}; all is kept")
            for result in done.get("results", ()):
                self.state["ops"][result["mid"] - 1] |= {"code": None, **result}
            mid = done.get("last_mid", mid)
            self.save()

    def pull(self, who, hello):
        """Fold what came in one save, when nothing more waits (3)."""
        cursors = {scope["id"]: self.state["cursors"].get(scope["id"]) for scope in hello["scopes"]}
        items = {k: v for k, v in self.state["items"].items() if cursors.get(k.split()[0])}
        for scope in [scope for scope, cursor in cursors.items() if cursor is None]:
            *rows, end = self.ask(f"/sync/v1/bootstrap/{scope}")
            items |= {f"{scope} {row['k']} {row['id']}": row for row in rows}
            cursors[scope] = {"gen": end["gen"], "seq": end["seq"]}
        more = True
        while more:
            page = self.ask("/sync/v1/pull", {**who, "scopes": cursors, "limit": 2000,
                                      "decided": self.state["decided"]})  # fmt: skip
            if page["status"] != 200:
                raise SystemExit(f"pull: {page['status']} {page['slug']}; nothing was changed")
            for scope in (*page["reset"], *page["revoked"]):
                self.state["cursors"].pop(scope, None)  # fetched anew, or gone, next time
            for scope, part in page["scopes"].items():
                cursors[scope] = {"gen": part["gen"], "seq": part["seq"]}
                for row in part["items"]:
                    items.pop(f"{scope} {row['k']} {row['id']}", None)
                    items |= {} if "gone" in row else {f"{scope} {row['k']} {row['id']}": row}
            more = any(part["more"] for part in page["scopes"].values())
        for told in page["decisions"]:
            self.state["ops"][told["mid"] - 1] |= {
                "status": told["outcome"],
                "code": told["reason"],
            }
        decided = max([self.state["decided"], *(told["n"] for told in page["decisions"])])
        held = {scope: cursors[scope] for scope in page["scopes"]}
        self.save(items=items, cursors=held, acked=page["acked_mid"], decided=decided)
        self.compare(held)

    def compare(self, held):
        """Fetch anew, next time, a scope whose digest differs (3)."""
        for scope, cursor in held.items():
            rows = [row for key, row in self.state["items"].items() if key.startswith(scope)]
            texts = [
                canonical([row[name] for name in ("k", "id", "seq", "f", "v")]) for row in rows
            ]
            sums = [hashlib.sha256(text.encode()).digest()[:6] for text in texts]
            truth = self.ask(f"/sync/v1/digest/{scope}?seq={cursor['seq']}")
            if (
                truth["status"] == 200
                and truth["sum"] != sum(int.from_bytes(six, "big") for six in sums) % 2**48
            ):
                self.save(cursors={k: v for k, v in held.items() if k != scope})


if __name__ == "__main__":
    client = Client(sys.argv[1], os.environ["WALKROUND_TOKEN"], sys.argv[2])
    if len(sys.argv) > 3:
        client.edit(*sys.argv[3:6], json.loads(sys.argv[6]))
    client.sync()
    for mid, op in enumerate(client.state["ops"], 1):
        print(mid, op["status"], op["code"] or "")
