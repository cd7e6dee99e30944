// What a tablet holds, and the one shape in which it changes: a Change is one strict transaction.
import type { PhotoBytes, Value } from "../data/types";

export interface Cursor {
  gen: number;
  seq: number;
}

export interface Meta {
  /** Counts every write of every tab: a gap tells a tab that its memory is behind. */
  rev: number;
  client_id: string;
  /** Who this tablet was before each fork, the first one first. */
  formers?: string[];
  device_id: string;
  next_mid: number;
  epoch: string | null;
  skew_ms: number;
  decided: number;
  acked_mid: number;
  backed_up_mid: number | null;
  /** Scopes on this tablet and how far each confirmed base has come. */
  cursors: Record<string, Cursor>;
  /** Cursors of the pages that are staged beside the base; null when nothing is staged. */
  staging: Record<string, Cursor> | null;
  /** Scopes that must be fetched whole before they can be pulled. */
  resets: string[];
  /** Who this tablet was, as far as a restored server was not yet offered what they had sent. */
  owed?: string[] | undefined;
  /** How far each base had come when the server was restored, until the new one is compared with it. */
  old_seqs?: Record<string, number> | undefined;
  /** The server was restored, and no round has come to its end since. */
  again?: boolean | undefined;
  /** There is a recovery list on the disk. */
  has_lost?: boolean | undefined;
  /** In which epoch it was told, and the op that was next then: a backup that has it has the list. */
  told?: { epoch: string; next: [client: string, mid: number] } | undefined;
  /** Names the last write, so that a write replayed on a new connection is not made twice. */
  token?: string;
}

export function freshMeta(clientId: string, deviceId: string): Meta {
  return {
    rev: 0,
    client_id: clientId,
    device_id: deviceId,
    next_mid: 1,
    epoch: null,
    skew_ms: 0,
    decided: 0,
    acked_mid: 0,
    backed_up_mid: null,
    cursors: {},
    staging: null,
    resets: [],
  };
}

export interface OutboxRow {
  mid: number;
  line: string;
}

export type Status = "applied" | "merged" | "rejected" | "held";

export interface SentRow {
  client: string;
  mid: number;
  line: string;
  status: Status;
  code?: string;
  fields?: string[];
  sent_at: number;
  /** The confirmed base holds what the server made of it. */
  folded?: boolean;
  /** Fields of a held op that a later own op has overtaken; "*" is all of them. */
  hidden?: string[];
  decision?: { outcome: string; reason: string | null };
  /** 1 while the view or Needs you depends on it; absent when only the restore needs it. */
  open?: 1;
}

/**
 * One confirmed record. Values and versions stay text until somebody asks: thousands of rows come
 * off the disk at a cold start, and most of them are never looked into.
 */
export interface BaseRow {
  scope: string;
  kind: string;
  id: string;
  seq: number;
  /** Canonical JSON of the fields. */
  f: string;
  /** Canonical JSON of Versions: who made which fields, when. */
  v: string;
  /** What this row adds to its scope's digest. */
  d: number;
}

export type Versions = [at: number, client: string, mid: number, fields: string[]][];

export interface StagedPage {
  scope: string;
  /** The first page of a bootstrap: what the base holds of this scope goes when it is folded. */
  clear?: boolean;
  rows: BaseRow[];
  gone: [kind: string, id: string][];
}

export interface BlobRow {
  sha256: string;
  size: number;
  mime: string;
  chunks: number;
  /** The op that makes its photo record: bytes follow records. */
  mid: number;
  kept_at: number;
  /** lost: the bytes are not on this tablet; refused: the server will never take them. */
  state: "waiting" | "sent" | "lost" | "refused";
  sent_at?: number;
  /** The op that was next when the photo was seen to be stored: a backup with it has the bytes. */
  proof?: [client: string, mid: number];
  /** Bytes gone from the tablet: the server has them, and the days have passed. */
  freed?: boolean;
}

/** A value that this tablet fetched and that a restored server does not show any more. */
export interface LostRow {
  scope: string;
  kind: string;
  id: string;
  field: string;
  /** Who made it; "" and 0 for a record that was gone here. */
  client: string;
  mid: number;
  value: Value;
}

export interface Change {
  meta?: Partial<Meta>;
  outboxPut?: OutboxRow[];
  outboxDelete?: number[];
  sentPut?: SentRow[];
  sentDelete?: [client: string, mid: number][];
  stagePut?: StagedPage[];
  stageClear?: boolean;
  baseClear?: string[];
  basePut?: BaseRow[];
  baseDelete?: [scope: string, kind: string, id: string][];
  blobPut?: BlobRow[];
  photos?: PhotoBytes[];
  bytesDelete?: string[];
  lostPut?: LostRow[];
  /** Scopes whose part of the recovery list goes. */
  lostClear?: string[];
}

/** Everything that fits in memory: all but bytes, staged pages and closed sent ops. */
export interface Held {
  meta: Meta;
  base: BaseRow[];
  outbox: OutboxRow[];
  sent: SentRow[];
  blobs: BlobRow[];
}

/**
 * The tablet's disk. `write` is ONE transaction with strict durability: it reads meta, asks `plan`
 * what to do, and does it; undefined from `plan` writes nothing. It rejects when nothing was written.
 */
export interface Disk {
  load(): Promise<Held>;
  write(plan: (meta: Meta) => Change | undefined): Promise<Written | undefined>;
  staged(): Promise<StagedPage[]>;
  /** Sent ops of a client from a number on, closed ones too. */
  sentFrom(client: string, mid: number): Promise<SentRow[]>;
  /** The recovery list. */
  lost(): Promise<LostRow[]>;
  chunk(sha256: string, n: number): Promise<ArrayBuffer | undefined>;
  thumb(sha256: string): Promise<ArrayBuffer | undefined>;
}

export interface Written {
  change: Change;
  meta: Meta;
}

export const CHUNK_BYTES = 512 * 1024;
