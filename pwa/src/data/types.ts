// What screens may know of the data: records, edits and one Store; they never fetch.
import type { Signal } from "@preact/signals";
import type { VisitItem } from "../domain/generated/audits";
import type { Rag } from "../domain/generated/ratings";

export type Value = string | number | boolean | null | Value[] | { [k: string]: Value };

export interface Rec {
  kind: string;
  id: string;
  scope: string;
  f: Readonly<Record<string, Value>>;
  /** Own ops that the server has not acknowledged yet stand on this record. */
  waiting: boolean;
}

/** The base of each field is filled in by the store from what stood on the screen. */
export interface Edit {
  kind: string;
  id: string;
  scope: string;
  set: Record<string, Value>;
  /** The record as its control showed it, null for none; absent: what the store holds at the call. */
  onScreen?: Rec | null;
}

export interface PhotoBytes {
  sha256: string;
  mime: "image/jpeg";
  bytes: ArrayBuffer;
  thumb: ArrayBuffer;
}

export type SyncPhase =
  | "saved"
  | "sending"
  | "all_on_server"
  | "needs_you"
  | "signed_out"
  | "no_signal";

/** One thing that a person must look at: a refused or waiting op, a refused or lost photo. */
export interface NeedsYou {
  /** The own number of the op, of a photo's record; 0 for the tablet itself. */
  mid: number;
  /** rejected and held ops; a photo refused or lost; or the tablet itself (storage, clock, app too old). */
  what: "rejected" | "held" | "photo" | "tablet";
  /** Outcome code of the protocol, or photo_refused, photo_lost, photo_not_taken, storage_full, storage_none, storage_lost, clock, app_old, revoked. */
  code: string;
  kind: string;
  id: string;
  scope: string;
  fields: readonly string[];
  set: Readonly<Record<string, Value>>;
  at: number;
  /** Why a person refused it. */
  reason?: string;
  /** The group it was sent with: all of it was taken, or none. */
  txn?: string;
}

/**
 * Storage of this tablet: words begin at "high" (70 %), new photos are refused at "full" (95 %), and
 * at "no_room" the last finding was refused: nothing says that one can be saved.
 */
export type StorageLevel = "unknown" | "fine" | "high" | "full" | "no_room";

export interface SyncState {
  phase: SyncPhase;
  sent: number;
  total: number;
  /** When everything was last on the server, or when the phase began. UTC milliseconds. */
  at?: number;
  needs: NeedsYou[];
  outbox: number;
  photos: number;
  photoBytes: number;
  storage: StorageLevel;
  persisted: boolean | undefined;
  /** Server time minus device time, when it is more than two minutes. */
  skewMs?: number;
  /** Oldest op that has not been sent. UTC milliseconds. */
  oldestUnsentAt?: number;
  /** The server was restored: own work goes again, or what else it lost has been told. */
  restored?: "again" | "told";
}

export type SaveResult = "saved" | "not_saved";

export interface Store {
  readonly me: { user_id: string; name: string; organisation_id: string };
  /** Bumps when any view changed. */
  readonly version: Signal<number>;
  /** Memory read model, never async. */
  list(kind: string, scope?: string): readonly Rec[];
  get(kind: string, id: string): Rec | undefined;
  /** ONE strict transaction; more than one edit is one group. "saved" only once it is on the disk. */
  edit(edits: Edit[], photos?: PhotoBytes[]): Promise<SaveResult>;
  /** Writes earlier values back: a new edit, never a deletion of the old one. */
  undo(editsBefore: Edit[]): Promise<SaveResult>;
  thumb(sha256: string): Promise<ArrayBuffer | undefined>;
  /**
   * Organisation, school and visit scopes, tag index, ratings snapshot, self-test. `why` is one of
   * no_signal, signed_out, not_found, apple_tab, storage_full, counts_differ, decoder_missing,
   * app_not_kept, server_busy.
   */
  download(
    visitId: string,
    progress: (done: number, total: number) => void,
  ): Promise<{ ready: boolean; why?: string }>;
  /** Ids of visits that are ready without signal. */
  readonly downloaded: Signal<readonly string[]>;
  /** Cached from GET /api/visits. */
  readonly visits: Signal<readonly VisitItem[]>;
  codeOwner(code: string): "ours" | "sister" | "unknown";
  rating(kind: string, id: string): Rag | undefined;
  readonly ratedAt: Signal<number | undefined>;
  readonly sync: Signal<SyncState>;
  syncNow(): void;
  /** Unsent ops and photos as one zip. */
  exportUnsent(): Promise<Blob>;
  /** A refused op or photo has been read by the person: it leaves Needs you (a held op waits on). */
  dismiss(mid: number): Promise<void>;
}
