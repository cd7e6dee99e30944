// A server in memory, for tests: numbers, ledger, scopes, pages, uploads; merging cut to the bone.
import type { Value } from "../data/types";
import { answer, namedIn } from "./fake-answer";
import { FakeUploads } from "./fake-uploads";
import type { Versions } from "./held";
import { type Op, readOp } from "./op";
import { digestSum, type Item, isGone, rowOf } from "./rows";
import type { Answer, Ask, Transport } from "./transport";
import type { PullAsk, PushResult } from "./wire";

interface Stored {
  kind: string;
  id: string;
  scope: string;
  f: Record<string, Value>;
  ver: Record<string, [at: number, client: string, mid: number]>;
  seq: number;
}
interface Entry {
  line: string;
  result: PushResult;
}

/** Kinds that make it misbehave: `poison` fails the whole batch, `bad` is refused, `odd` is held. */
export class FakeServer implements Transport {
  epoch = "epoch-1";
  now = 1_795_000_000_000;
  page = 3;
  signedIn = true;
  /** The person's last membership ended: only the tablet's own credential is left. */
  shutOut = false;
  refuseHello: Answer | undefined;
  /** Signed in to another organisation now: it takes what comes unless the tablet says for whom. */
  elsewhere = false;
  readonly ledger = new Map<string, Map<number, Entry>>();
  readonly records = new Map<string, Stored>();
  readonly scopes = new Map<string, { seq: number; gen: number; min: number }>();
  readonly gone = new Map<string, Map<string, Item>>();
  readonly readable = new Set<string>();
  readonly uploads = new FakeUploads();
  readonly conflicts: { id: string; field: string; value: Value }[] = [];
  readonly decisions: { client: string; n: number; mid: number; outcome: string; reason: null }[] =
    [];
  readonly asked: string[] = [];
  /** What tablets told after a restore. */
  readonly told: { id: string; field: string; value: Value; mark: unknown }[] = [];
  /** How often a push held only a part of a group: no tablet may ever send that. */
  splitGroups = 0;

  addScope(id: string): void {
    this.scopes.set(id, { seq: 0, gen: 1, min: 0 });
    this.readable.add(id);
  }

  async send(ask: Ask): Promise<Answer> {
    this.asked.push(`${ask.method} ${ask.path}`);
    const [, what, rest] = /^\/(\w+)\/?(.*)$/.exec(ask.path) ?? [];
    const mayCome = this.shutOut ? HANDED_IN.has(what ?? "") : this.signedIn;
    if (!mayCome) return answer(401, { slug: "sign_in_needed" });
    if (this.elsewhere && namedIn(ask) !== undefined) return answer(404, { slug: "not_found" });
    if (what === "hello" && this.refuseHello) return this.refuseHello;
    if (what === "hello") return this.#hello(ask.json as { client_id: string });
    if (what === "push") return this.#push(ask.lines ?? []);
    if (what === "pull") return this.#pull(ask.json as PullAsk);
    if (what === "bootstrap") return this.#bootstrap(rest ?? "");
    if (what === "blobs") return this.uploads.take(ask, rest ?? "");
    if (what === "recovery") return this.#recovery(ask.json as { server_epoch: string; items: [] });
    if (what === "digest") return this.#digest(rest ?? "");
    return answer(404);
  }

  /** A desk's write: a record set at once, seen by every later pull. */
  write(
    scope: string,
    kind: string,
    id: string,
    set: Record<string, Value>,
    client = "server:desk",
  ): void {
    const ver: [number, string, number] = [this.now, client, 1];
    const old = this.records.get(`${kind} ${id}`);
    const row = old ?? { kind, id, scope, f: {}, ver: {}, seq: 0 };
    for (const [field, value] of Object.entries(set)) {
      row.f[field] = value;
      row.ver[field] = ver;
    }
    this.#number(row);
  }

  remove(kind: string, id: string, reason: "deleted" | "moved" = "deleted"): void {
    const row = this.records.get(`${kind} ${id}`);
    const scope = row && this.scopes.get(row.scope);
    if (!row || !scope) return;
    scope.seq += 1;
    this.records.delete(`${kind} ${id}`);
    const of = this.gone.get(row.scope) ?? new Map<string, Item>();
    this.gone.set(
      row.scope,
      of.set(`${kind} ${id}`, { k: kind, id, seq: scope.seq, gone: reason, v: [] }),
    );
  }

  decide(client: string, mid: number, outcome: string): void {
    this.decisions.push({ client, n: this.decisions.length + 1, mid, outcome, reason: null });
  }

  #number(row: Stored): void {
    const scope = this.scopes.get(row.scope);
    if (!scope) return;
    scope.seq += 1;
    row.seq = scope.seq;
    this.records.set(`${row.kind} ${row.id}`, row);
    this.gone.get(row.scope)?.delete(`${row.kind} ${row.id}`);
  }

  #facts(): { server_epoch: string; server_now: number } {
    return { server_epoch: this.epoch, server_now: this.now };
  }

  #hello({ client_id }: { client_id: string }): Answer {
    const ids = [...this.readable];
    const scopes = ids.map((id) => ({
      id,
      kind: "school",
      gen: 1,
      head: this.scopes.get(id)?.seq,
      min_seq: 0,
    }));
    const last_mid = this.ledger.get(client_id)?.size ?? 0;
    return answer(200, {
      ...this.#facts(),
      last_mid,
      backed_up_mid: null,
      state: this.shutOut ? "revoked" : "ok",
      scopes: this.shutOut ? [] : scopes,
      min_sv: 1,
    });
  }

  #push(lines: readonly string[]): Answer {
    const header = JSON.parse(lines[0] ?? "{}") as {
      client_id: string;
      server_epoch: string;
      first_mid: number;
      probe?: boolean;
    };
    const ops = lines.slice(1);
    this.#countSplit(ops.map(readOp));
    if (header.server_epoch !== this.epoch) return answer(409, { slug: "epoch", ...this.#facts() });
    const mine = this.ledger.get(header.client_id) ?? new Map<number, Entry>();
    if (header.first_mid > mine.size + 1)
      return answer(409, { slug: "gap", expected: mine.size + 1 });
    const results: PushResult[] = [];
    for (const [i, line] of ops.entries()) {
      const known = mine.get(header.first_mid + i);
      if (!known) continue;
      if (known.line !== line) {
        return answer(409, { slug: "fork", first_differing_mid: header.first_mid + i, results });
      }
      results.push(known.result);
    }
    const fresh = ops.slice(results.length).map((line) => ({ line, op: readOp(line) }));
    if (fresh.some(({ op }) => op.kind === "poison") && !header.probe)
      return answer(500, { slug: "server_error" });
    for (const { line, op } of fresh) {
      const result = header.probe ? held(op, "server_error") : this.#take(header.client_id, op);
      mine.set(op.mid, { line, result });
      results.push(result);
    }
    this.ledger.set(header.client_id, mine);
    return answer(200, { ...this.#facts(), last_mid: mine.size, results, heads: {} });
  }

  #countSplit(ops: readonly Op[]): void {
    const sizes = new Map<string, number>();
    for (const { txn } of ops) if (txn) sizes.set(txn.id, (sizes.get(txn.id) ?? 0) + 1);
    for (const { txn } of ops)
      if (txn && (sizes.get(txn.id) ?? 0) % txn.n !== 0) this.splitGroups += 1;
  }

  #take(client: string, op: Op): PushResult {
    if (op.kind === "void") return { mid: op.mid, status: "rejected", code: "malformed" };
    if (op.kind === "bad") return { mid: op.mid, status: "rejected", code: "bad_value" };
    if (op.kind === "odd") return held(op, "unknown_kind");
    if (this.shutOut || !this.readable.has(op.scope)) return held(op, "no_membership");
    const old = this.records.get(`${op.kind} ${op.id}`);
    const row = old ?? { kind: op.kind, id: op.id, scope: op.scope, f: {}, ver: {}, seq: 0 };
    const lost = Object.keys(op.set).filter((field) => !this.#set(row, client, op, field));
    this.#number(row);
    if (row.f.deleted === true) this.remove(op.kind, op.id);
    return lost.length > 0
      ? { mid: op.mid, status: "merged", fields: lost }
      : { mid: op.mid, status: "applied" };
  }

  /** Set one field; false when two values met that had not seen each other. */
  #set(row: Stored, client: string, op: Op, field: string): boolean {
    const now = row.ver[field];
    const base = op.base[field];
    const value = op.set[field] as Value;
    const fresh: [number, string, number] = [op.at, client, op.mid];
    const causal = !now || (base?.[0] === now[1] && base[1] === now[2]);
    if (causal || JSON.stringify(row.f[field]) === JSON.stringify(value)) {
      row.f[field] = value;
      row.ver[field] = fresh;
      return true;
    }
    const wins = JSON.stringify(fresh) > JSON.stringify(now);
    this.conflicts.push({ id: row.id, field, value: wins ? (row.f[field] as Value) : value });
    if (wins) {
      row.f[field] = value;
      row.ver[field] = fresh;
    }
    return false;
  }

  items(scope: string): Item[] {
    const live = [...this.records.values()].filter((row) => row.scope === scope).map(itemOf);
    const gone = [...(this.gone.get(scope)?.values() ?? [])];
    return [...live, ...gone].sort((a, b) => a.seq - b.seq);
  }

  #pull(ask: PullAsk): Answer {
    if (ask.server_epoch !== this.epoch) return answer(409, { slug: "epoch" });
    const revoked = Object.keys(ask.scopes).filter((id) => !this.readable.has(id));
    const scopes: Record<string, unknown> = {};
    const reset: string[] = [];
    for (const [id, { seq }] of Object.entries(ask.scopes)) {
      const scope = this.scopes.get(id);
      if (!scope || revoked.includes(id)) continue;
      if (seq < scope.min) {
        reset.push(id);
        continue;
      }
      const after = this.items(id).filter((item) => item.seq > seq);
      const items = after.slice(0, this.page);
      const more = after.length > items.length;
      const last = items.at(-1)?.seq ?? seq;
      scopes[id] = { gen: scope.gen, items, seq: more ? last : scope.seq, head: scope.seq, more };
    }
    const acked_mid = this.ledger.get(ask.client_id)?.size ?? 0;
    const decisions = this.decisions.filter((d) => d.client === ask.client_id && d.n > ask.decided);
    return answer(200, {
      ...this.#facts(),
      acked_mid,
      scopes,
      decisions,
      revoked,
      reset,
      added: [],
    });
  }

  #bootstrap(rest: string): Answer {
    const [id = "", query = ""] = rest.split("?after=");
    const scope = this.scopes.get(id);
    if (!scope || !this.readable.has(id)) return answer(404);
    const items = this.items(id).filter((item) => !isGone(item) && item.seq > Number(query));
    const last = { gen: scope.gen, seq: scope.seq, server_epoch: this.epoch };
    return answer(
      200,
      [...items, last].map((line) => JSON.stringify(line)),
    );
  }

  #recovery({ server_epoch, items }: { server_epoch: string; items: [] }): Answer {
    if (server_epoch !== this.epoch) return answer(409, { slug: "epoch", ...this.#facts() });
    this.told.push(...items);
    return answer(200, { ...this.#facts(), kept: items.length });
  }

  async #digest(rest: string): Promise<Answer> {
    const [id = "", query = ""] = rest.split("?seq=");
    if (this.scopes.get(id)?.seq !== Number(query)) return answer(409);
    const rows = await Promise.all(
      this.items(id).flatMap((item) => (isGone(item) ? [] : [rowOf(id, item)])),
    );
    return answer(200, { ...this.#facts(), ...digestSum(rows) });
  }
}

/** All that a tablet's own credential opens. */
const HANDED_IN = new Set(["hello", "push", "blobs"]);

function held(op: Op, code: string): PushResult {
  return { mid: op.mid, status: "held", code };
}

function itemOf(row: Stored): Item {
  const groups = new Map<string, [number, string, number, string[]]>();
  for (const field of Object.keys(row.ver).sort()) {
    const ver = row.ver[field] ?? [0, "", 0];
    const at = JSON.stringify(ver);
    const group = groups.get(at) ?? [...ver, []];
    group[3].push(field);
    groups.set(at, group);
  }
  const v: Versions = [...groups.values()];
  return { k: row.kind, id: row.id, seq: row.seq, f: { ...row.f }, v };
}
