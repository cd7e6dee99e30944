// What is held, in memory: applies the same Changes as the disk, and answers every read at once.
import type { Rec } from "../data/types";
import type { BaseRow, BlobRow, Change, Held, Meta, OutboxRow, SentRow } from "./held";
import { type Mark, readOp } from "./op";
import { fieldsOf, isShown, markOf, type OwnOp, viewOf } from "./view";

const NONE: readonly never[] = [];

/** All that is known of one record. */
interface Entry {
  /** Its row in each scope that has one (two, while a move is half known), the newest last. */
  rows: readonly BaseRow[];
  /** Own ops on it, oldest first: those of an earlier client come before. */
  own: readonly OwnOp[];
  /** As it stands, once somebody has asked; null is no record. */
  rec: Rec | null | undefined;
}

/** One record as it stood at one moment: what a person saw, and who had made it. */
export interface Sight {
  /** Who this tablet was: after a fork the same marks may be the twin's. */
  client: string;
  /** The last write before it. */
  rev: number;
  row: BaseRow | undefined;
  own: readonly OwnOp[];
}

const sights = new WeakMap<Rec, Sight>();

/** What stood behind a record that was handed to a screen. */
export function sightOf(rec: Rec): Sight | undefined {
  return sights.get(rec);
}

/** Who made what was seen of a field. */
export function markIn({ row, own }: Sight, field: string): Mark | undefined {
  return markOf(row, own, field);
}

/** Every field that was seen: what a delete must say. */
export function fieldsIn({ row, own }: Sight): string[] {
  return fieldsOf(row, own);
}

export class Model {
  meta: Meta;
  readonly blobs = new Map<string, BlobRow>();
  readonly #records = new Map<string, Map<string, Entry>>();
  readonly #outbox = new Map<number, OutboxRow>();
  #first: OutboxRow | undefined;
  readonly #sent = new Map<string, SentRow>();
  /** Kind → the lists that were asked for, by scope. */
  readonly #lists = new Map<string, Map<string | undefined, readonly Rec[]>>();

  constructor(held: Held) {
    this.meta = held.meta;
    for (const row of held.base) this.#putBase(row);
    for (const row of held.sent) this.#putSent(row);
    for (const row of held.outbox) this.#putOutbox(row);
    for (const row of held.blobs) this.blobs.set(row.sha256, row);
  }

  outbox(): OutboxRow[] {
    return [...this.#outbox.values()].sort((a, b) => a.mid - b.mid);
  }
  /** Photos whose bytes this tablet still has to send. */
  get waitingBlobs(): BlobRow[] {
    return [...this.blobs.values()].filter((row) => row.state === "waiting" && !row.freed);
  }
  /** The one that has waited longest: asked for at every edit, so kept at hand. */
  get firstUnsent(): OutboxRow | undefined {
    this.#first ??= this.outbox()[0];
    return this.#first;
  }
  get outboxSize(): number {
    return this.#outbox.size;
  }
  lineOf(mid: number): string | undefined {
    return this.#outbox.get(mid)?.line;
  }
  isUnsent(mid: number): boolean {
    return this.#outbox.has(mid);
  }
  sent(): SentRow[] {
    return [...this.#sent.values()];
  }
  /** Whether anything is known of a record, in any scope: a row of the base, an own op. */
  isKnown(kind: string, id: string): boolean {
    return this.#known(kind, id) !== undefined;
  }
  own(kind: string, id: string): readonly OwnOp[] {
    return this.#known(kind, id)?.own ?? NONE;
  }
  allOwn(): OwnOp[] {
    const entries = [...this.#records.values()].flatMap((records) => [...records.values()]);
    return entries.flatMap(({ own }) => own);
  }
  *scopeRows(scope: string): Iterable<BaseRow> {
    for (const row of this.#rows()) if (row.scope === scope) yield row;
  }
  /** Of each record that the base knows its row, the newest one where it has two. */
  *newestRows(): Iterable<BaseRow> {
    for (const records of this.#records.values()) {
      for (const { rows } of records.values()) yield* rows.slice(-1);
    }
  }
  counts(scopes: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { scope, kind } of this.#rows()) {
      if (scopes.includes(scope)) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  /** Every record of which anything is known. */
  *known(): Iterable<[kind: string, id: string]> {
    for (const [kind, records] of this.#records) for (const id of records.keys()) yield [kind, id];
  }
  /** Every scope of which something is in the base. */
  get scopes(): string[] {
    return [...new Set([...this.#rows()].map(({ scope }) => scope))];
  }

  get(kind: string, id: string): Rec | undefined {
    const entry = this.#known(kind, id);
    return entry && this.#recOf(entry);
  }

  /** A record as it stands now, one that is deleted too. */
  sight(kind: string, id: string): Sight {
    const entry = this.#known(kind, id);
    return this.#sight(entry?.rows.at(-1), entry?.own ?? NONE);
  }

  /** Every record of a kind, in no order that means anything. */
  list(kind: string, scope?: string): readonly Rec[] {
    let lists = this.#lists.get(kind);
    if (!lists) {
      lists = new Map();
      this.#lists.set(kind, lists);
    }
    const known = lists.get(scope);
    if (known) return known;
    const list: Rec[] = [];
    for (const entry of this.#records.get(kind)?.values() ?? NONE) {
      const rec = this.#recOf(entry);
      if (rec && (scope === undefined || rec.scope === scope)) list.push(rec);
    }
    lists.set(scope, list);
    return list;
  }

  apply(change: Change): void {
    // What leaves, leaves under the old name: a fork changes the client in the same change.
    for (const [client, mid] of change.sentDelete ?? []) this.#dropSent(client, mid);
    for (const mid of change.outboxDelete ?? []) this.#dropOutbox(mid);
    if (change.meta) this.meta = { ...this.meta, ...change.meta };
    for (const scope of change.baseClear ?? []) this.#clearScope(scope);
    for (const [scope, kind, id] of change.baseDelete ?? []) this.#deleteBase(scope, kind, id);
    for (const row of change.basePut ?? []) this.#putBase(row);
    for (const row of change.sentPut ?? []) this.#putSent(row);
    for (const row of change.outboxPut ?? []) this.#putOutbox(row);
    for (const row of change.blobPut ?? []) this.blobs.set(row.sha256, row);
  }

  #sight(row: BaseRow | undefined, own: readonly OwnOp[]): Sight {
    const { client_id: client, rev } = this.meta;
    return { client, rev, row, own };
  }
  #recOf(entry: Entry): Rec | undefined {
    if (entry.rec === undefined) {
      const [row, own] = [entry.rows.at(-1), entry.own];
      entry.rec = viewOf(row, own) ?? null;
      if (entry.rec) sights.set(entry.rec, this.#sight(row, own));
    }
    return entry.rec ?? undefined;
  }
  #known(kind: string, id: string): Entry | undefined {
    return this.#records.get(kind)?.get(id);
  }
  *#rows(): Iterable<BaseRow> {
    for (const records of this.#records.values()) {
      for (const { rows } of records.values()) yield* rows;
    }
  }
  /** Put what is known of a record; of nothing nothing is kept. */
  #set(kind: string, id: string, part: Partial<Entry>): void {
    this.#lists.delete(kind);
    let records = this.#records.get(kind);
    if (!records) {
      records = new Map();
      this.#records.set(kind, records);
    }
    const entry = records.get(id);
    const rows = part.rows ?? entry?.rows ?? NONE;
    const own = part.own ?? entry?.own ?? NONE;
    if (rows.length === 0 && own.length === 0) records.delete(id);
    else if (entry) Object.assign(entry, { rows, own, rec: undefined });
    else records.set(id, { rows, own, rec: undefined });
  }
  #putBase(row: BaseRow): void {
    const others = this.#known(row.kind, row.id)?.rows.filter(({ scope }) => scope !== row.scope);
    this.#set(row.kind, row.id, { rows: others ? [...others, row] : [row] });
  }
  #deleteBase(scope: string, kind: string, id: string): void {
    const rows = this.#known(kind, id)?.rows ?? NONE;
    this.#set(kind, id, { rows: rows.filter((row) => row.scope !== scope) });
  }
  #clearScope(scope: string): void {
    for (const row of [...this.scopeRows(scope)]) this.#deleteBase(scope, row.kind, row.id);
  }
  #putOwn(own: OwnOp): void {
    const { kind, id, mid } = own.op;
    const rest = this.own(kind, id).filter((o) => o.client !== own.client || o.op.mid !== mid);
    const clients = [...(this.meta.formers ?? []), this.meta.client_id];
    const age = (a: OwnOp, b: OwnOp): number =>
      clients.lastIndexOf(a.client) - clients.lastIndexOf(b.client) || a.op.mid - b.op.mid;
    this.#set(kind, id, { own: [...rest, own].sort(age) });
  }
  #dropOwn(client: string, line: string): void {
    const { kind, id, mid } = readOp(line);
    const rest = this.own(kind, id).filter((o) => o.client !== client || o.op.mid !== mid);
    this.#set(kind, id, { own: rest });
  }
  #putOutbox(row: OutboxRow): void {
    this.#outbox.set(row.mid, row);
    if (this.#first && row.mid <= this.#first.mid) this.#first = row;
    this.#putOwn({ client: this.meta.client_id, op: readOp(row.line) });
  }
  #dropOutbox(mid: number): void {
    const row = this.#outbox.get(mid);
    if (!row) return;
    this.#outbox.delete(mid);
    if (this.#first?.mid === mid) this.#first = undefined;
    this.#dropOwn(this.meta.client_id, row.line);
  }
  #putSent(row: SentRow): void {
    const at = `${row.client} ${row.mid}`;
    if (row.open !== 1) {
      this.#dropSent(row.client, row.mid);
      return;
    }
    this.#sent.set(at, row);
    const own: OwnOp = { client: row.client, op: readOp(row.line), sent: row };
    if (isShown(own)) this.#putOwn(own);
    else this.#dropOwn(row.client, row.line);
  }
  #dropSent(client: string, mid: number): void {
    const at = `${client} ${mid}`;
    const row = this.#sent.get(at);
    if (!row) return;
    this.#sent.delete(at);
    this.#dropOwn(client, row.line);
  }
}
