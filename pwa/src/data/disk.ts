// The tablet's disk on IndexedDB: each Change is one readwrite transaction with strict durability.
import {
  type BlobRow,
  CHUNK_BYTES,
  type Change,
  type Disk,
  type Held,
  type LostRow,
  type Meta,
  type OutboxRow,
  type SentRow,
  type StagedPage,
  type Written,
} from "../sync/held";
import { type Mutants, NO_MUTANTS } from "../sync/mutants";
import { type Connection, STORES } from "./connection";
import { asked, ended } from "./idb";
import { type Bundle, patched, patchesOf, unpacked } from "./pack";

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
      const all = <T>(store: string): Promise<T[]> => asked(tx.objectStore(store).getAll());
      const [meta, base, outbox, sent, blobs] = await Promise.all([
        asked<Meta | undefined>(tx.objectStore("meta").get(META)),
        all<Bundle>("base"),
        all<OutboxRow>("outbox"),
        asked<SentRow[]>(tx.objectStore("sent").index("open").getAll(1)),
        all<BlobRow>("blobs"),
      ]);
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
      const done = ended(tx).catch((error: unknown) => ({ failed: error }));
      try {
        const held: Meta | undefined = await asked(tx.objectStore("meta").get(META));
        const meta = held ?? this.#fresh();
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
    return this.#ask("incoming", (store) => store.getAll());
  }

  sentFrom(client: string, mid: number): Promise<SentRow[]> {
    const range = IDBKeyRange.bound([client, mid], [client, Number.MAX_SAFE_INTEGER]);
    return this.#ask("sent", (store) => store.getAll(range));
  }

  lost(): Promise<LostRow[]> {
    return this.#ask("lost", (store) => store.getAll());
  }

  chunk(sha256: string, n: number): Promise<ArrayBuffer | undefined> {
    return this.#ask("bytes", (store) => store.get([sha256, n]));
  }

  thumb(sha256: string): Promise<ArrayBuffer | undefined> {
    return this.#ask("thumbs", (store) => store.get(sha256));
  }

  /** Small things that can be fetched again: the visits, the tag index, the ratings. */
  cached<T>(name: string): Promise<T | undefined> {
    return this.#ask("cache", (store) => store.get(name));
  }

  /** Values whose name begins so. */
  cachedUnder<T>(prefix: string): Promise<T[]> {
    return this.#ask("cache", (store) => store.getAll(under(prefix)));
  }

  cache(name: string, value: unknown): Promise<void> {
    return this.#change("cache", async (store) => void store.put(value, name));
  }

  /** Values whose name begins with one of these are no more, all of them or none. */
  uncache(prefixes: readonly string[]): Promise<void> {
    return this.#change("cache", async (store) => {
      for (const prefix of prefixes) store.delete(under(prefix));
    });
  }

  /** The sync lease, for browsers without Web Locks: taken if free, ended or ours. */
  take(holder: string, until: number, now: number): Promise<boolean> {
    return this.#change("cache", async (store) => {
      const held: Lease | undefined = await asked(store.get(LEASE));
      const isFree = !held || held.until <= now || held.holder === holder;
      if (isFree) store.put({ holder, until } satisfies Lease, LEASE);
      return isFree;
    });
  }

  #ask<T>(store: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return this.#connection.withDb(async (db) =>
      asked(ask(db.transaction(store).objectStore(store))),
    );
  }

  #change<T>(
    store: string,
    work: (store: IDBObjectStore) => Promise<T>,
    durability: IDBTransactionDurability = "default",
  ): Promise<T> {
    return this.#connection.withDb(async (db) => {
      const tx = db.transaction(store, "readwrite", { durability });
      const [result] = await Promise.all([work(tx.objectStore(store)), ended(tx)]);
      return result;
    });
  }

  /** The client id must be on the disk before the first op names it. */
  #birth(): Promise<void> {
    const work = async (store: IDBObjectStore): Promise<void> => {
      if ((await asked(store.get(META))) === undefined) store.put(this.#fresh(), META);
    };
    return this.#change("meta", work, "strict");
  }
}

function under(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function abort(tx: IDBTransaction): void {
  try {
    tx.abort();
  } catch {
    // Already over: there is nothing left to take back.
  }
}

/** Queue every request of a change; the transaction's own end says whether they were kept. */
function put(tx: IDBTransaction, change: Change, meta: Meta, mutants: Mutants): void {
  tx.objectStore("meta").put(meta, META);
  const outbox = tx.objectStore("outbox");
  const sent = tx.objectStore("sent");
  for (const mid of change.outboxDelete ?? []) outbox.delete(mid);
  for (const key of change.sentDelete ?? []) sent.delete(key);
  for (const row of change.outboxPut ?? []) outbox.put(row);
  for (const row of change.sentPut ?? []) {
    const forgets = mutants.has("no_history") && row.open !== 1;
    forgets ? sent.delete([row.client, row.mid]) : sent.put(row);
  }
  const lost = tx.objectStore("lost");
  for (const scope of change.lostClear ?? []) lost.delete(IDBKeyRange.bound([scope], [scope, []]));
  for (const row of change.lostPut ?? []) lost.put(row);
  putPages(tx, change);
  putBytes(tx, change);
}

function putPages(tx: IDBTransaction, change: Change): void {
  const incoming = tx.objectStore("incoming");
  if (change.stageClear) incoming.clear();
  for (const page of change.stagePut ?? []) incoming.add(page);
}

/** Bundles are read and written again inside the transaction: what the disk holds counts, in any tab. */
async function foldBase(tx: IDBTransaction, change: Change): Promise<void> {
  const base = tx.objectStore("base");
  for (const scope of change.baseClear ?? []) {
    base.delete(IDBKeyRange.bound([scope], [scope, []]));
  }
  const folding = patchesOf(change).map(async (patch) => {
    const key: [string, string] = [patch.scope, patch.part];
    const bundle = patched(await asked<Bundle | undefined>(base.get(key)), patch);
    if (bundle) base.put(bundle);
    else base.delete(key);
  });
  await Promise.all(folding);
}

function putBytes(tx: IDBTransaction, change: Change): void {
  const bytes = tx.objectStore("bytes");
  for (const row of change.blobPut ?? []) tx.objectStore("blobs").put(row);
  for (const sha of change.bytesDelete ?? []) {
    bytes.delete(IDBKeyRange.bound([sha], [sha, []]));
  }
  for (const photo of change.photos ?? []) {
    tx.objectStore("thumbs").put(photo.thumb, photo.sha256);
    for (let n = 0; n * CHUNK_BYTES < photo.bytes.byteLength; n += 1) {
      const chunk = photo.bytes.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
      bytes.put(chunk, [photo.sha256, n]);
    }
  }
}
