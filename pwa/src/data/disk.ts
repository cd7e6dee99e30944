// The tablet's disk on IndexedDB: each Change is one readwrite transaction with strict durability.
import type { IDBPTransaction } from "idb";
import {
  CHUNK_BYTES,
  type Change,
  type Disk,
  type Held,
  type Meta,
  type SentRow,
  type StagedPage,
  type Written,
} from "../sync/held";
import { type Mutants, NO_MUTANTS } from "../sync/mutants";
import { type Connection, type Schema, STORES } from "./connection";
import { patched, patchesOf, unpacked } from "./pack";

type Writing = IDBPTransaction<Schema, (typeof STORES)[number][], "readwrite">;
const META = "meta";
const LEASE = "lease";
interface Lease {
  holder: string;
  until: number;
}

export class IdbDisk implements Disk {
  readonly #connection: Connection;
  readonly #fresh: () => Meta;
  readonly #tab = crypto.randomUUID();
  readonly #mutants: Mutants;
  #writes = 0;

  constructor(connection: Connection, fresh: () => Meta, mutants: Mutants = NO_MUTANTS) {
    this.#connection = connection;
    this.#fresh = fresh;
    this.#mutants = mutants;
  }

  async load(): Promise<Held> {
    const held = await this.#read();
    if (held) return held;
    await this.#birth();
    return this.load();
  }

  #read(): Promise<Held | undefined> {
    return this.#connection.withDb(async (db) => {
      const tx = db.transaction(["meta", "base", "outbox", "sent", "blobs"], "readonly");
      const [meta, base, outbox, sent, blobs] = await Promise.all([
        tx.objectStore("meta").get(META),
        tx.objectStore("base").getAll(),
        tx.objectStore("outbox").getAll(),
        tx.objectStore("sent").index("open").getAll(1),
        tx.objectStore("blobs").getAll(),
      ]);
      await tx.done;
      return meta && { meta, base: unpacked(base), outbox, sent, blobs };
    });
  }

  async write(plan: (meta: Meta) => Change | undefined): Promise<Written | undefined> {
    this.#writes += 1;
    const token = `${this.#tab}:${this.#writes}`;
    let before: Written | undefined;
    return this.#connection.withDb(async (db, again) => {
      const durability = this.#mutants.has("relaxed_durability") ? "relaxed" : "strict";
      const tx = db.transaction([...STORES], "readwrite", { durability });
      // Settled here and awaited below: a failed request must not go unhandled meanwhile.
      const done = tx.done.catch((error: unknown) => ({ failed: error }));
      try {
        const meta = (await tx.objectStore("meta").get(META)) ?? this.#fresh();
        if (again && before && meta.token === token) return before;
        const planned = plan(meta);
        if (!planned) return undefined;
        const next = { ...meta, ...planned.meta, rev: meta.rev + 1, token };
        before = { change: { ...planned, meta: next }, meta: next };
        put(tx, before.change, next, this.#mutants);
        await foldBase(tx, before.change);
      } catch (error) {
        abort(tx);
        const end = await done;
        // A request that its transaction took along does not know why: the transaction's end does.
        throw end && "failed" in end && isAborted(error) ? end.failed : error;
      }
      const end = await done;
      if (end && "failed" in end) throw end.failed;
      return before;
    });
  }

  staged(): Promise<StagedPage[]> {
    return this.#connection.withDb((db) => db.getAll("incoming"));
  }

  sentFrom(client: string, mid: number): Promise<SentRow[]> {
    const range = IDBKeyRange.bound([client, mid], [client, Number.MAX_SAFE_INTEGER]);
    return this.#connection.withDb((db) => db.getAll("sent", range));
  }

  chunk(sha256: string, n: number): Promise<ArrayBuffer | undefined> {
    return this.#connection.withDb((db) => db.get("bytes", [sha256, n]));
  }

  thumb(sha256: string): Promise<ArrayBuffer | undefined> {
    return this.#connection.withDb((db) => db.get("thumbs", sha256));
  }

  /** Small things that can be fetched again: the visits, the tag index, the ratings. */
  cached<T>(name: string): Promise<T | undefined> {
    return this.#connection.withDb((db) => db.get("cache", name) as Promise<T | undefined>);
  }

  /** Values whose name begins so. */
  cachedUnder<T>(prefix: string): Promise<T[]> {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    return this.#connection.withDb((db) => db.getAll("cache", range) as Promise<T[]>);
  }

  cache(name: string, value: unknown): Promise<void> {
    return this.#connection.withDb(async (db) => {
      await db.put("cache", value, name);
    });
  }

  /** Values whose name begins with one of these are no more, all of them or none. */
  uncache(prefixes: readonly string[]): Promise<void> {
    return this.#connection.withDb(async (db) => {
      const tx = db.transaction("cache", "readwrite");
      for (const prefix of prefixes) {
        void tx.store.delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
      }
      await tx.done;
    });
  }

  /** The sync lease, for browsers without Web Locks: taken if free, ended or ours. */
  take(holder: string, until: number, now: number): Promise<boolean> {
    return this.#connection.withDb(async (db) => {
      const tx = db.transaction("cache", "readwrite");
      const held = (await tx.store.get(LEASE)) as Lease | undefined;
      const isFree = !held || held.until <= now || held.holder === holder;
      if (isFree) await tx.store.put({ holder, until } satisfies Lease, LEASE);
      await tx.done;
      return isFree;
    });
  }

  /** The client id must be on the disk before the first op names it. */
  #birth(): Promise<void> {
    return this.#connection.withDb(async (db) => {
      const tx = db.transaction("meta", "readwrite", { durability: "strict" });
      if ((await tx.store.get(META)) === undefined) await tx.store.put(this.#fresh(), META);
      await tx.done;
    });
  }
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function abort(tx: Writing): void {
  try {
    tx.abort();
  } catch {
    // Already over: there is nothing left to take back.
  }
}

/** A request's own failure is its transaction's: that end is awaited, this one must not go loose. */
function ask(request: Promise<unknown>): void {
  request.catch(() => undefined);
}

/** Queue every request of a change; the transaction's own end says whether they were kept. */
function put(tx: Writing, change: Change, meta: Meta, mutants: Mutants): void {
  ask(tx.objectStore("meta").put(meta, META));
  const outbox = tx.objectStore("outbox");
  const sent = tx.objectStore("sent");
  for (const mid of change.outboxDelete ?? []) ask(outbox.delete(mid));
  for (const key of change.sentDelete ?? []) ask(sent.delete(key));
  for (const row of change.outboxPut ?? []) ask(outbox.put(row));
  for (const row of change.sentPut ?? []) {
    const forgets = mutants.has("no_history") && row.open !== 1;
    ask(forgets ? sent.delete([row.client, row.mid]) : sent.put(row));
  }
  putPages(tx, change);
  putBytes(tx, change);
}

function putPages(tx: Writing, change: Change): void {
  const incoming = tx.objectStore("incoming");
  if (change.stageClear) ask(incoming.clear());
  for (const page of change.stagePut ?? []) ask(incoming.add(page));
}

/** Bundles are read and written again inside the transaction: what the disk holds counts, in any tab. */
async function foldBase(tx: Writing, change: Change): Promise<void> {
  const base = tx.objectStore("base");
  for (const scope of change.baseClear ?? []) {
    ask(base.delete(IDBKeyRange.bound([scope], [scope, []])));
  }
  const folding = patchesOf(change).map(async (patch) => {
    const key: [string, string] = [patch.scope, patch.part];
    const bundle = patched(await base.get(key), patch);
    if (bundle) await base.put(bundle);
    else await base.delete(key);
  });
  await Promise.all(folding);
}

function putBytes(tx: Writing, change: Change): void {
  const bytes = tx.objectStore("bytes");
  for (const row of change.blobPut ?? []) ask(tx.objectStore("blobs").put(row));
  for (const sha of change.bytesDelete ?? []) {
    ask(bytes.delete(IDBKeyRange.bound([sha], [sha, []])));
  }
  for (const photo of change.photos ?? []) {
    ask(tx.objectStore("thumbs").put(photo.thumb, photo.sha256));
    for (let n = 0; n * CHUNK_BYTES < photo.bytes.byteLength; n += 1) {
      const chunk = photo.bytes.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
      ask(bytes.put(chunk, [photo.sha256, n]));
    }
  }
}
