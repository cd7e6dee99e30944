// An IndexedDB connection that may die: reopen once and replay; a second failure is told, never hidden.
import type { BaseRow } from "../sync/held";
import { asked, openDb } from "./idb";
import { patched, patchesOf } from "./pack";

export const STORES = [
  "meta",
  "base",
  "incoming",
  "outbox",
  "sent",
  "blobs",
  "bytes",
  "thumbs",
  "lost",
] as const;

export const VERSION = 3;
const LOST_KEY = ["scope", "kind", "id", "field", "client", "mid"];
const DEAD = new Set([
  "InvalidStateError",
  "UnknownError",
  "AbortError",
  "TransactionInactiveError",
]);

/** One database per (profile, user, organisation): another person's is never opened. */
export function databaseName(userId: string, organisationId: string): string {
  return `walkround:${userId}:${organisationId}`;
}

export function isDead(error: unknown): boolean {
  return error instanceof Error && DEAD.has(error.name);
}

export function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

export interface Watch {
  /** Another tab wants to upgrade: this one has let go and must be reloaded. */
  outdated?: () => void;
  /** An older tab holds the database: the person must close it. */
  blocked?: () => void;
}

export class Connection {
  readonly name: string;
  readonly #watch: Watch;
  #open: Promise<IDBDatabase> | undefined;

  constructor(name: string, watch: Watch = {}) {
    this.name = name;
    this.#watch = watch;
  }

  /** Run on the open database; if it is dead, open it again and run once more. */
  async withDb<T>(run: (db: IDBDatabase, again: boolean) => Promise<T>): Promise<T> {
    try {
      return await run(await this.#get(), false);
    } catch (error) {
      if (!isDead(error)) throw error;
      await this.drop();
      return run(await this.#get(), true);
    }
  }

  async drop(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    const db = await open?.catch(() => undefined);
    try {
      db?.close();
    } catch {
      // A dead connection may refuse even to be closed.
    }
  }

  #get(): Promise<IDBDatabase> {
    this.#open ??= this.#openNow().catch((error: unknown) => {
      this.#open = undefined;
      throw error;
    });
    return this.#open;
  }

  #openNow(): Promise<IDBDatabase> {
    return openDb(this.name, VERSION, {
      upgrade,
      blocked: () => this.#watch.blocked?.(),
      blocking: () => {
        void this.drop();
        this.#watch.outdated?.();
      },
      closed: () => {
        this.#open = undefined;
      },
    });
  }
}

/** Upgrades are additive; one may drop `base` and `incoming`, never outbox, sent, blobs or bytes. */
function upgrade(db: IDBDatabase, old: number, tx: IDBTransaction): void {
  if (old < 1) create(db);
  if (old < 3) db.createObjectStore("lost", { keyPath: LOST_KEY });
  if (old === 1) void repack(db, tx).catch(() => tx.abort());
}

function create(db: IDBDatabase): void {
  db.createObjectStore("meta");
  createBase(db);
  db.createObjectStore("incoming", { autoIncrement: true });
  db.createObjectStore("outbox", { keyPath: "mid" });
  db.createObjectStore("sent", { keyPath: ["client", "mid"] }).createIndex("open", "open");
  db.createObjectStore("blobs", { keyPath: "sha256" });
  db.createObjectStore("bytes");
  db.createObjectStore("thumbs");
  db.createObjectStore("cache");
}

function createBase(db: IDBDatabase): void {
  db.createObjectStore("base", { keyPath: ["scope", "part"] });
}

/** Version 1 kept a record for each row: a new app in a school without signal must still show them. */
async function repack(db: IDBDatabase, tx: IDBTransaction): Promise<void> {
  const rows: BaseRow[] = await asked(tx.objectStore("base").getAll());
  db.deleteObjectStore("base");
  createBase(db);
  const base = tx.objectStore("base");
  for (const patch of patchesOf({ basePut: rows })) base.put(patched(undefined, patch));
}
