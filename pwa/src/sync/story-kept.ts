// What a story's tablet keeps through a power cut: in memory, or in IndexedDB as the app has it.
import { Connection } from "../data/connection";
import { IdbDisk } from "../data/disk";
import { asked } from "../data/idb";
import { type Bundle, unpacked } from "../data/pack";
import type { BaseRow, BlobRow, Disk, Meta, OutboxRow, SentRow } from "./held";
import { MemoryDisk } from "./memory-disk";
import type { Mutants } from "./mutants";

export interface Rows {
  meta: Meta;
  base: Iterable<BaseRow>;
  outbox: Iterable<OutboxRow>;
  sent: Iterable<SentRow>;
  blobs: Iterable<BlobRow>;
  /** Hashes whose bytes are here. */
  bytes: Iterable<string>;
}

export interface Kept {
  /** How often each durability was asked for. */
  readonly asked: Map<string, number>;
  /** Each tab opens the disk for itself. */
  open(): Disk;
  rows(): Promise<Rows>;
  copy(): Promise<Kept>;
  /** The power goes: what was not asked to be flushed is gone. */
  cut(): Promise<void>;
}

export class KeptInMemory implements Kept {
  readonly asked = new Map<string, number>();
  readonly #disk: MemoryDisk;

  constructor(fresh: Meta) {
    this.#disk = new MemoryDisk(fresh);
  }
  open(): Disk {
    return this.#disk;
  }
  async rows(): Promise<Rows> {
    const { meta, base, outbox, sent, blobs, bytes } = this.#disk;
    const [a, b, c, d] = [base.values(), outbox.values(), sent.values(), blobs.values()];
    return { meta, base: a, outbox: b, sent: c, blobs: d, bytes: bytes.keys() };
  }
  async copy(): Promise<Kept> {
    const twin = new KeptInMemory(this.#disk.meta);
    twin.#disk.become(this.#disk);
    return twin;
  }
  async cut(): Promise<void> {}
}

type Image = Map<string, [key: IDBValidKey | undefined, value: unknown][]>;
const watching = new Map<string, (durability: string) => void>();

/** Hear what durability every write is asked for. */
export function watchDurability(): void {
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function watched(stores, mode, options) {
    if (mode === "readwrite") watching.get(this.name)?.(options?.durability ?? "default");
    return transaction.call(this, stores, mode, options);
  };
}

export class KeptInIdb implements Kept {
  readonly asked = new Map<string, number>();
  readonly #name: string;
  readonly #fresh: Meta;
  readonly #mutants: Mutants;
  /** As of the end of the last call, and as of the last write that was flushed. */
  #image: Image = new Map();
  #flushed: Image | undefined;
  static #many = 0;

  constructor(fresh: Meta, mutants: Mutants) {
    KeptInIdb.#many += 1;
    this.#name = `story-${KeptInIdb.#many}`;
    this.#fresh = fresh;
    this.#mutants = mutants;
    watching.set(this.#name, (durability) => this.#heard(durability));
  }

  #heard(durability: string): void {
    this.asked.set(durability, (this.asked.get(durability) ?? 0) + 1);
    if (durability === "strict") this.#flushed = undefined;
    else this.#flushed ??= this.#image;
  }
  open(): Disk {
    return new IdbDisk(new Connection(this.#name), () => this.#fresh, this.#mutants);
  }

  async rows(): Promise<Rows> {
    this.#image = await imageOf(this.#name);
    const of = <T>(store: string): T[] =>
      (this.#image.get(store) ?? []).map(([, value]) => value as T);
    return {
      meta: of<Meta>("meta")[0] ?? this.#fresh,
      base: unpacked(of<Bundle>("base")),
      outbox: of("outbox"),
      sent: of("sent"),
      blobs: of("blobs"),
      bytes: new Set((this.#image.get("bytes") ?? []).map(([key]) => String([key].flat()[0]))),
    };
  }

  async copy(): Promise<Kept> {
    const twin = new KeptInIdb(this.#fresh, this.#mutants);
    await twin.open().load();
    await refill(twin.#name, await imageOf(this.#name));
    twin.asked.clear();
    return twin;
  }

  async cut(): Promise<void> {
    if (this.#flushed) await refill(this.#name, this.#flushed);
    this.#flushed = undefined;
  }
}

async function imageOf(name: string): Promise<Image> {
  const db = await asked(indexedDB.open(name));
  const stores = [...db.objectStoreNames].filter((store) => store !== "cache");
  const tx = db.transaction(stores, "readonly");
  const image: Image = new Map();
  for (const store of stores) {
    const from = tx.objectStore(store);
    const [keys, values] = await Promise.all([asked(from.getAllKeys()), asked(from.getAll())]);
    const named = from.keyPath === null;
    image.set(
      store,
      values.map((value, i) => [named ? keys[i] : undefined, value]),
    );
  }
  db.close();
  return image;
}

async function refill(name: string, image: Image): Promise<void> {
  const db = await asked(indexedDB.open(name));
  const heard = watching.get(name);
  watching.delete(name);
  for (const [store, rows] of image) {
    const to = db.transaction(store, "readwrite").objectStore(store);
    await asked(to.clear());
    for (const [key, value] of rows) await asked(to.put(value, key));
  }
  db.close();
  if (heard) watching.set(name, heard);
}
