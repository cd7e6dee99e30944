// A disk in memory, for tests: the same promises as IndexedDB, and a crash that loses what was not flushed.
import type { PhotoBytes } from "../data/types";
import {
  type BaseRow,
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
} from "./held";

export class MemoryDisk implements Disk {
  meta: Meta;
  readonly base = new Map<string, BaseRow>();
  readonly outbox = new Map<number, OutboxRow>();
  readonly sent = new Map<string, SentRow>();
  readonly blobs = new Map<string, BlobRow>();
  readonly bytes = new Map<string, PhotoBytes>();
  readonly lostRows = new Map<string, LostRow>();
  pages: StagedPage[] = [];
  /** Set by a test: what happens at the next write. "before" loses it, "after" keeps it; both reject. */
  failNext: "before" | "after" | undefined;

  constructor(meta: Meta) {
    this.meta = meta;
  }

  async load(): Promise<Held> {
    return structuredClone({
      meta: this.meta,
      base: [...this.base.values()],
      outbox: [...this.outbox.values()].sort((a, b) => a.mid - b.mid),
      sent: [...this.sent.values()].filter((row) => row.open === 1),
      blobs: [...this.blobs.values()],
    });
  }

  async write(plan: (meta: Meta) => Change | undefined): Promise<Written | undefined> {
    const fail = this.failNext;
    this.failNext = undefined;
    if (fail === "before") throw new DOMException("lost", "UnknownError");
    const planned = plan(structuredClone(this.meta));
    if (!planned) return undefined;
    const meta = { ...this.meta, ...planned.meta, rev: this.meta.rev + 1 };
    const change = structuredClone({ ...planned, meta });
    this.#apply(change);
    this.meta = structuredClone(meta);
    if (fail === "after") throw new DOMException("lost", "UnknownError");
    return { change, meta };
  }

  /** Copy all of it; calling the answer puts the copy back. */
  copy(): () => void {
    const { meta, base, outbox, sent, blobs, bytes, lostRows, pages } = this;
    const kept = structuredClone({ meta, base, outbox, sent, blobs, bytes, lostRows, pages });
    return () => {
      const again = structuredClone(kept);
      this.meta = again.meta;
      this.pages = again.pages;
      refill(this.base, again.base);
      refill(this.outbox, again.outbox);
      refill(this.sent, again.sent);
      refill(this.blobs, again.blobs);
      refill(this.bytes, again.bytes);
      refill(this.lostRows, again.lostRows);
    };
  }

  /** Hold from now on what another disk holds now. */
  become(other: MemoryDisk): void {
    const { meta, base, outbox, sent, blobs, bytes, lostRows, pages } = structuredClone({
      ...other,
    });
    this.meta = meta;
    this.pages = pages;
    refill(this.base, base);
    refill(this.outbox, outbox);
    refill(this.sent, sent);
    refill(this.blobs, blobs);
    refill(this.bytes, bytes);
    refill(this.lostRows, lostRows);
  }

  async staged(): Promise<StagedPage[]> {
    return structuredClone(this.pages);
  }
  async sentFrom(client: string, mid: number): Promise<SentRow[]> {
    const rows = [...this.sent.values()].filter((row) => row.client === client && row.mid >= mid);
    return structuredClone(rows.sort((a, b) => a.mid - b.mid));
  }
  async lost(): Promise<LostRow[]> {
    return structuredClone([...this.lostRows.values()]);
  }
  async chunk(sha: string, n: number): Promise<ArrayBuffer | undefined> {
    return this.bytes.get(sha)?.bytes.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
  }
  async thumb(sha: string): Promise<ArrayBuffer | undefined> {
    return this.bytes.get(sha)?.thumb;
  }

  #apply(change: Change): void {
    if (change.stageClear) this.pages = [];
    this.pages.push(...(change.stagePut ?? []));
    for (const scope of change.baseClear ?? []) {
      for (const [at, row] of this.base) if (row.scope === scope) this.base.delete(at);
    }
    for (const parts of change.baseDelete ?? []) this.base.delete(parts.join(" "));
    for (const row of change.basePut ?? [])
      this.base.set([row.scope, row.kind, row.id].join(" "), row);
    for (const [client, mid] of change.sentDelete ?? []) this.sent.delete(`${client} ${mid}`);
    for (const mid of change.outboxDelete ?? []) this.outbox.delete(mid);
    for (const row of change.sentPut ?? []) this.sent.set(`${row.client} ${row.mid}`, row);
    for (const row of change.outboxPut ?? []) this.outbox.set(row.mid, row);
    for (const row of change.blobPut ?? []) this.blobs.set(row.sha256, row);
    for (const photo of change.photos ?? []) this.bytes.set(photo.sha256, photo);
    for (const sha of change.bytesDelete ?? []) this.bytes.delete(sha);
    for (const scope of change.lostClear ?? []) {
      for (const [at, row] of this.lostRows) if (row.scope === scope) this.lostRows.delete(at);
    }
    for (const row of change.lostPut ?? []) {
      const { scope, kind, id, field, client, mid } = row;
      this.lostRows.set([scope, kind, id, field, client, mid].join(" "), row);
    }
  }
}

export function refill<K, V>(map: Map<K, V>, by: Map<K, V>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}
