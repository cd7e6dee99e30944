"""A whole Walkround sync client in a hundred lines; (3) is section 3 of sync/README.md, and so on.

WALKROUND_TOKEN=… sync_client.py ADDRESS STORE [KIND ID SCOPE '{"name": "Panel"}'] edits and syncs.
Left out: groups (2), forks, probes, 426, digests, photo bytes (3), values lost in a restore (8).
"""

import gzip, json, os, sqlite3, sys, time, urllib.error, urllib.request, uuid

EMPTY = {"epoch": "", "ops": [], "items": {}, "cursors": {}, "acked": 0, "decided": 0}
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Client:
    def __init__(self, address, token, path):
        self.api, self.token, self.disk = address + "/api", "Bearer " + token, sqlite3.connect(path)
        self.disk.execute("CREATE TABLE IF NOT EXISTS kept (one INTEGER PRIMARY KEY, state TEXT)")
        rows = self.disk.execute("SELECT state FROM kept").fetchall()
        self.state = json.loads(rows[0][0]) if rows else EMPTY | {"client_id": str(uuid.uuid4())}

    def save(self, **changed):
        self.state |= changed
        with self.disk:  # one transaction: after a crash the disk has all of it or none
            self.disk.execute("REPLACE INTO kept VALUES (1, ?)", [canonical(self.state)])

    def call(self, path, *lines):
        """Send JSON lines, if any, and return those of the answer; while it is busy, wait (3)."""
        ask = urllib.request.Request(self.api + path, headers={"Content-Encoding": "gzip",
            "Authorization": self.token, "Content-Type": "application/x-ndjson"})  # fmt: skip
        ask.data = gzip.compress("\n".join(lines).encode()) if lines else None
        while True:
            try:
                with urllib.request.urlopen(ask) as answer:
                    return [json.loads(line) for line in answer.read().splitlines()]
            except urllib.error.HTTPError as refusal:
                if refusal.code not in (429, 503):
                    sys.exit(f"{path}: {refusal.code} {refusal.read().decode()}; all is kept")
                time.sleep(int(refusal.headers["Retry-After"] or 10))

    def look(self, kind, id):
        """Return {field: [value, mark]} as on the screen: what came, and own ops over it (7)."""
        came, own, key, me = {}, {}, f"{kind} {id}", self.state["client_id"]
        for item in [rows[key] for rows in self.state["items"].values() if key in rows]:
            for _, *mark, names in item["v"] if "f" in item else ():
                came |= {name: [item["f"][name], mark] for name in names}
        for mid, op in enumerate(self.state["ops"], 1):
            if key == f"{op['kind']} {op['id']}" and op["status"] not in ("rejected", "refused"):
                is_over = op["status"] == "held" or mid > self.state["acked"]  # else it has come
                own |= {n: [v, [me, mid]] if is_over else None for n, v in op["set"].items()}
        return came | {name: found for name, found in own.items() if found}

    def edit(self, kind, id, scope, values, seen):
        """Keep a numbered op of somebody who had ``seen`` on the screen what look() gave (2)."""
        base = {n: seen[n][1] for n in (seen if values.get("deleted") else values) if n in seen}
        op = {"mid": len(self.state["ops"]) + 1, "sv": 1, "kind": kind, "id": id, "scope": scope,
              "set": values, "base": base, "at": time.time_ns() // 10**6}  # fmt: skip
        self.save(ops=[*self.state["ops"], {**op, "line": canonical(op), "status": None}])

    def sync(self):
        """Say hello, push what has no answer or what a restored server lacks, and pull (3, 8)."""
        who = {"proto": 1, "sv": 1, "app_build": "example", "device_now": time.time_ns() // 10**6,
               "client_id": self.state["client_id"], "device_id": self.state["client_id"],
               "organisation_id": self.call("/session")[0]["organisation"]["id"]}  # fmt: skip
        [hello] = self.call("/sync/v1/hello", canonical(who))
        if hello["server_epoch"] != self.state["epoch"]:
            self.save(epoch=hello["server_epoch"], cursors={}, acked=0, decided=0)
        who |= {"server_epoch": self.state["epoch"], "decided": self.state["decided"]}
        mid = min(hello["last_mid"], sum(op["status"] is not None for op in self.state["ops"]))
        while lines := [op["line"] for op in self.state["ops"][mid : mid + 50]]:
            head = canonical(who | {"first_mid": mid + 1, "n": len(lines)})
            [done] = self.call("/sync/v1/push", head, *lines)
            for result in done["results"]:  # applied, merged, rejected or held: each is an answer
                self.state["ops"][result["mid"] - 1] |= {"code": "", **result}
            mid = done["last_mid"]
        self.pull(who, {scope["id"] for scope in hello["scopes"]})

    def pull(self, who, scopes):
        """Fetch all that is new; keep it in one step, when every scope has come whole (3)."""
        items, cursors, more = dict(self.state["items"]), dict(self.state["cursors"]), True
        while more:
            for scope in scopes - cursors.keys():
                *rows, cursors[scope] = self.call("/sync/v1/bootstrap/" + scope)
                items[scope] = {f"{row['k']} {row['id']}": row for row in rows}
            [page] = self.call("/sync/v1/pull", canonical(who | {"scopes": cursors}))
            cursors = {s: {"gen": p["gen"], "seq": p["seq"]} for s, p in page["scopes"].items()}
            for scope, part in page["scopes"].items():  # neither revoked nor to be fetched anew
                items[scope] = items[scope] | {f"{r['k']} {r['id']}": r for r in part["items"]}
            more = page["reset"] or any(part["more"] for part in page["scopes"].values())
        for end in page["decisions"]:  # of what was held
            self.state["ops"][end["mid"] - 1] |= {"status": end["outcome"], "code": end["reason"]}
            self.state["decided"] = end["n"]
        self.save(items={s: items[s] for s in cursors}, cursors=cursors, acked=page["acked_mid"])


if __name__ == "__main__":
    client = Client(sys.argv[1], os.environ["WALKROUND_TOKEN"], sys.argv[2])
    if len(sys.argv) > 3:
        client.edit(*sys.argv[3:6], json.loads(sys.argv[6]), client.look(*sys.argv[3:5]))
    client.sync()
    for mid, op in enumerate(client.state["ops"], 1):
        print(mid, op["status"], op["code"])
