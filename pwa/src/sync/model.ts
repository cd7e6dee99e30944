// What is held, in memory: applies the same Changes as the disk, and answers every read at once.
import type { Rec, Value } from "../data/types";
import type { BaseRow, BlobRow, Change, Held, Meta, OutboxRow, SentRow } from "./held";
import { type Mark, readOp } from "./op";
import { basesFor, isShown, type OwnOp, viewOf } from "./view";

const key = (kind: string, id: string): string => `${kind} ${id}`;

export class Model {
  meta: Meta;
  readonly blobs = new Map<string, BlobRow>();
  readonly #base = new Map<string, Map<string, BaseRow>>();
  /** Record → its row in each scope that has one (two, while a move is half known). */
  readonly #byRecord = new Map<string, BaseRow[]>();
  readonly #kinds = new Map<string, Set<string>>();
  readonly #own = new Map<string, OwnOp[]>();
  readonly #outbox = new Map<number, OutboxRow>();
  readonly #sent = new Map<string, SentRow>();
  readonly #recs = new Map<string, Rec | null>();
  readonly #lists = new Map<string, readonly Rec[]>();

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
  get outboxSize(): number {
    return this.#outbox.size;
  }
  isUnsent(mid: number): boolean {
    return this.#outbox.has(mid);
  }
  sent(): SentRow[] {
    return [...this.#sent.values()];
  }
  /** Own ops on a record, oldest first: those of an earlier client come before. */
  own(kind: string, id: string): readonly OwnOp[] {
    return this.#own.get(key(kind, id)) ?? [];
  }
  allOwn(): OwnOp[] {
    return [...this.#own.values()].flat();
  }
  scopeRows(scope: string): Iterable<BaseRow> {
    return this.#base.get(scope)?.values() ?? [];
  }
  counts(scopes: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const scope of scopes) {
      for (const row of this.scopeRows(scope)) counts[row.kind] = (counts[row.kind] ?? 0) + 1;
    }
    return counts;
  }

  /** Every scope of which something is in the base. */
  get scopes(): string[] {
    return [...this.#base.keys()];
  }

  get(kind: string, id: string): Rec | undefined {
    const at = key(kind, id);
    const known = this.#recs.get(at);
    if (known !== undefined) return known ?? undefined;
    const rec = viewOf(this.#row(at), this.#own.get(at) ?? []);
    this.#recs.set(at, rec ?? null);
    return rec;
  }

  list(kind: string, scope?: string): readonly Rec[] {
    const at = key(kind, scope ?? "");
    const known = this.#lists.get(at);
    if (known) return known;
    const all = [...(this.#kinds.get(kind) ?? [])].flatMap((id) => this.get(kind, id) ?? []);
    const list = scope === undefined ? all : all.filter((rec) => rec.scope === scope);
    this.#lists.set(at, list);
    return list;
  }

  /** Who made what stands on the screen, for the fields that an edit sets. */
  bases(kind: string, id: string, set: Readonly<Record<string, Value>>): Record<string, Mark> {
    const at = key(kind, id);
    return basesFor(this.#row(at), this.#own.get(at) ?? [], set);
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

  #row(at: string): BaseRow | undefined {
    return this.#byRecord.get(at)?.at(-1);
  }
  #touch(kind: string, id: string): void {
    this.#recs.delete(key(kind, id));
    for (const at of [...this.#lists.keys()]) if (at.startsWith(`${kind} `)) this.#lists.delete(at);
  }
  #know(kind: string, id: string): void {
    const ids = this.#kinds.get(kind);
    if (ids) ids.add(id);
    else this.#kinds.set(kind, new Set([id]));
  }
  #putBase(row: BaseRow): void {
    const at = key(row.kind, row.id);
    const rows = this.#base.get(row.scope) ?? new Map<string, BaseRow>();
    this.#base.set(row.scope, rows.set(at, row));
    const others = (this.#byRecord.get(at) ?? []).filter((other) => other.scope !== row.scope);
    this.#byRecord.set(at, [...others, row]);
    this.#know(row.kind, row.id);
    this.#touch(row.kind, row.id);
  }
  #deleteBase(scope: string, kind: string, id: string): void {
    const at = key(kind, id);
    this.#base.get(scope)?.delete(at);
    const left = (this.#byRecord.get(at) ?? []).filter((row) => row.scope !== scope);
    if (left.length > 0) this.#byRecord.set(at, left);
    else this.#byRecord.delete(at);
    this.#touch(kind, id);
  }
  #clearScope(scope: string): void {
    for (const row of [...this.scopeRows(scope)]) this.#deleteBase(scope, row.kind, row.id);
    this.#base.delete(scope);
  }
  #putOwn(own: OwnOp): void {
    const at = key(own.op.kind, own.op.id);
    const rest = (this.#own.get(at) ?? []).filter(
      (other) => other.client !== own.client || other.op.mid !== own.op.mid,
    );
    const age = ({ client, op }: OwnOp): number =>
      (client === this.meta.client_id ? 2 ** 50 : 0) + op.mid;
    this.#own.set(
      at,
      [...rest, own].sort((a, b) => age(a) - age(b)),
    );
    this.#know(own.op.kind, own.op.id);
    this.#touch(own.op.kind, own.op.id);
  }
  #dropOwn(client: string, line: string): void {
    const { kind, id, mid } = readOp(line);
    const at = key(kind, id);
    const rest = (this.#own.get(at) ?? []).filter((o) => o.client !== client || o.op.mid !== mid);
    if (rest.length > 0) this.#own.set(at, rest);
    else this.#own.delete(at);
    this.#touch(kind, id);
  }
  #putOutbox(row: OutboxRow): void {
    this.#outbox.set(row.mid, row);
    this.#putOwn({ client: this.meta.client_id, op: readOp(row.line) });
  }
  #dropOutbox(mid: number): void {
    const row = this.#outbox.get(mid);
    if (!row) return;
    this.#outbox.delete(mid);
    this.#dropOwn(this.meta.client_id, row.line);
  }
  #putSent(row: SentRow): void {
    const at = key(row.client, String(row.mid));
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
    const at = key(client, String(mid));
    const row = this.#sent.get(at);
    if (!row) return;
    this.#sent.delete(at);
    this.#dropOwn(client, row.line);
  }
}
