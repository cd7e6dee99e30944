// A storage fake for tests: IndexedDB that loses, when the power goes, what was not asked to be flushed.
import { openDB } from "idb";

type Rows = Map<string, [key: IDBValidKey | undefined, value: unknown][]>;

/** Watches every writing transaction of fake-indexeddb, and what durability it was asked for. */
export class PowerCut {
  readonly asked: string[] = [];
  /** What the disk held before the first write that was not flushed. */
  #before: Rows | undefined;

  constructor() {
    const asked = this.asked;
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function watched(stores, mode, options) {
      if (mode === "readwrite") asked.push(options?.durability ?? "default");
      return transaction.call(this, stores, mode, options);
    };
  }

  forget(): void {
    this.asked.length = 0;
    this.#before = undefined;
  }

  /** Run something that writes: all of it is on the disk when its last write was strict. */
  async around<T>(name: string, run: () => Promise<T>): Promise<T> {
    const before = this.#before ?? (await rowsOf(name));
    const first = this.asked.length;
    const result = await run();
    const writes = this.asked.slice(first);
    if (writes.length > 0) this.#before = writes.at(-1) === "strict" ? undefined : before;
    return result;
  }

  /** The power goes. */
  async cut(name: string): Promise<void> {
    if (this.#before) await refill(name, this.#before);
    this.#before = undefined;
  }
}

async function rowsOf(name: string): Promise<Rows> {
  const db = await openDB(name);
  const rows: Rows = new Map();
  for (const store of db.objectStoreNames) {
    const tx = db.transaction(store, "readonly");
    const [keys, values] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
    const named = tx.store.keyPath === null;
    rows.set(
      store,
      values.map((value, i) => [named ? keys[i] : undefined, value]),
    );
  }
  db.close();
  return rows;
}

async function refill(name: string, rows: Rows): Promise<void> {
  const db = await openDB(name);
  for (const [store, all] of rows) {
    const tx = db.transaction(store, "readwrite");
    await tx.store.clear();
    for (const [key, value] of all) await tx.store.put(value, key);
    await tx.done;
  }
  db.close();
}
