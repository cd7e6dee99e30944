// What the sync chip says: counts and one phase, from what is held and how the last round ended.
import type { NeedsYou, Rec, StorageLevel, SyncPhase, SyncState } from "../data/types";
import type { BlobRow, Change, Meta } from "./held";
import type { Model } from "./model";
import { readOp } from "./op";
import type { Step } from "./push";

export interface Running {
  active: boolean;
  /** How many ops and photos this drain began with, and how many of them are through. */
  total: number;
  sent: number;
  last: Step | undefined;
  doneAt: number | undefined;
}

export interface Tablet {
  level: StorageLevel;
  persisted: boolean | undefined;
  /** Edits that could not be written to the disk and are only in memory. */
  unsaved: number;
}

const SKEW_MS = 120_000;

export function stateOf(model: Model, running: Running, tablet: Tablet): SyncState {
  const blobs = model.waitingBlobs;
  const needs = needsOf(model, running, tablet);
  const outbox = model.outboxSize;
  const unsent = outbox + blobs.length;
  const first = model.firstUnsent;
  const skew = model.meta.skew_ms;
  return {
    phase: phaseOf(running, unsent, needs.length),
    sent: running.sent,
    total: Math.max(running.total, running.sent + unsent),
    ...(running.doneAt === undefined ? {} : { at: running.doneAt }),
    needs,
    outbox,
    photos: blobs.length,
    photoBytes: blobs.reduce((sum, row) => sum + row.size, 0),
    storage: tablet.level,
    persisted: tablet.persisted,
    ...(Math.abs(skew) > SKEW_MS ? { skewMs: skew } : {}),
    ...(first ? { oldestUnsentAt: readOp(first.line).at } : {}),
    ...restoredOf(model.meta),
  };
}

/** Why so much goes again that had been sent; and then, that others' lost work has been told. */
function restoredOf({ again, has_lost, told, epoch }: Meta): Pick<SyncState, "restored"> {
  if (again) return { restored: "again" };
  return has_lost && told?.epoch === epoch ? { restored: "told" } : {};
}

function phaseOf(running: Running, unsent: number, needs: number): SyncPhase {
  const stop =
    running.last === undefined || running.last === "done" ? undefined : running.last.stop;
  if (stop === "signed_out" || stop === "elsewhere") return "signed_out";
  // A retry that has reached nobody yet is no news: a banner that comes and goes with each try
  // would move the rows under a finger.
  const stillDeaf = stop === "no_signal" && running.sent === 0;
  if (running.active && unsent > 0 && !stillDeaf) return "sending";
  if (needs > 0) return "needs_you";
  if (stop === "no_signal") return "no_signal";
  return unsent === 0 && running.doneAt !== undefined ? "all_on_server" : "saved";
}

/** Refused and waiting ops, refused and lost photos, and what is wrong with the tablet itself. */
export function needsOf(model: Model, running: Running, tablet: Tablet): NeedsYou[] {
  const needs: NeedsYou[] = [];
  if (tablet.unsaved > 0) needs.push(ofTablet("storage_lost"));
  if (tablet.level === "full") needs.push(ofTablet("storage_full"));
  if (tablet.level === "no_room") needs.push(ofTablet("storage_none"));
  const stop =
    running.last === undefined || running.last === "done" ? undefined : running.last.stop;
  if (stop === "app_old") needs.push(ofTablet("app_old"));
  if (stop === "not_mine") needs.push(ofTablet("client_taken"));
  for (const row of model.sent()) {
    const refused = row.status === "rejected" || row.decision?.outcome === "refused";
    const waits = row.status === "held" && !row.decision;
    if (!refused && !waits) continue;
    const { kind, id, scope, set, at, txn } = readOp(row.line);
    const fields = row.fields ?? Object.keys(set);
    const code = row.decision?.outcome ?? row.code ?? row.status;
    needs.push({
      mid: row.mid,
      what: refused ? "rejected" : "held",
      code,
      kind,
      id,
      scope,
      fields,
      set,
      at,
      ...(row.decision?.reason ? { reason: row.decision.reason } : {}),
      ...(txn ? { txn: txn.id } : {}),
    });
  }
  return [...needs, ...refusedPhotos(model), ...unsentPhotos(model)];
}

/** What settles a need that the person has read: a refused op is closed, a refused photo's bytes go. */
export function settled(model: Model, mid: number): Change | undefined {
  const row = model.sent().find((sent) => sent.mid === mid);
  if (row?.status === "rejected" || row?.decision?.outcome === "refused") {
    const { open: _, ...closed } = row;
    return { sentPut: [closed] };
  }
  const photo = [...refusedPhotos(model), ...unsentPhotos(model)].find((need) => need.mid === mid);
  const blob = photo && model.blobs.get(String(photo.set.sha256));
  return blob && { blobPut: [{ ...blob, freed: true }], bytesDelete: [blob.sha256] };
}

function isKept(row: BlobRow | undefined): boolean {
  return row !== undefined && !row.freed;
}

/** Photos that the server looked at and refused. */
function refusedPhotos(model: Model): NeedsYou[] {
  const kept = ({ f }: Rec): BlobRow | undefined => model.blobs.get(String(f.sha256));
  return model
    .list("photo")
    .filter((rec) => rec.f.state === "refused" && isKept(kept(rec)))
    .map((rec) => ({ rec, mid: kept(rec)?.mid ?? 0 }))
    .map(({ rec, mid }) => ofPhoto("photo_refused", mid, rec));
}

/** Photos whose bytes are not here any more, or that the server will not even receive. */
function unsentPhotos(model: Model): NeedsYou[] {
  const photos = model.list("photo");
  return [...model.blobs.values()]
    .filter((row) => (row.state === "lost" || row.state === "refused") && isKept(row))
    .map((row) => ({ row, rec: photos.find(({ f }) => f.sha256 === row.sha256) }))
    .filter(({ rec }) => rec?.f.state !== "refused")
    .map(({ row, rec }) => {
      const code = row.state === "lost" ? "photo_lost" : "photo_not_taken";
      const bare = { kind: "photo", id: "", scope: "", f: { sha256: row.sha256 } };
      return ofPhoto(code, row.mid, rec ?? bare);
    });
}

function ofPhoto(code: string, mid: number, rec: Omit<Rec, "waiting">): NeedsYou {
  const { kind, id, scope, f } = rec;
  const at = typeof f.taken_at === "number" ? f.taken_at : 0;
  return { mid, what: "photo", code, kind, id, scope, fields: [], set: f, at };
}

function ofTablet(code: string): NeedsYou {
  return { mid: 0, what: "tablet", code, kind: "", id: "", scope: "", fields: [], set: {}, at: 0 };
}
