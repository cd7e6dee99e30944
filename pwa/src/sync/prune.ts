// What may leave the tablet: sent ops after 30 days, photo bytes after 7, both only once backed up.
import type { BlobRow, Change, Meta, SentRow } from "./held";
import type { Model } from "./model";

const DAY_MS = 86_400_000;
export const OP_DAYS = 30;
export const BYTE_DAYS = 7;

function isBackedUp(meta: Meta, mid: number): boolean {
  return meta.backed_up_mid === null || mid <= meta.backed_up_mid;
}

/** A closed op, 30 days after the server stored it, and inside a verified backup where there is one. */
export function mayForget(row: SentRow, meta: Meta, now: number): boolean {
  if (row.open === 1 || now - row.sent_at < OP_DAYS * DAY_MS) return false;
  return row.client !== meta.client_id || isBackedUp(meta, row.mid);
}

/** Bytes that the server has stored with a checked hash, named by a photo record that it applied. */
export function mayFree(row: BlobRow, model: Model, now: number): boolean {
  if (row.freed || row.state !== "sent" || row.sent_at === undefined) return false;
  if (now - row.sent_at < BYTE_DAYS * DAY_MS || !isBackedUp(model.meta, row.mid)) return false;
  return model
    .list("photo")
    .some(({ f, waiting }) => !waiting && f.sha256 === row.sha256 && f.state === "stored");
}

/** Everything that may go now. `sent` are the rows of this client, closed ones too. */
export function pruned(model: Model, sent: readonly SentRow[], now: number): Change | undefined {
  const old = sent.filter((row) => mayForget(row, model.meta, now));
  const free = [...model.blobs.values()].filter((row) => mayFree(row, model, now));
  if (old.length === 0 && free.length === 0) return undefined;
  return {
    sentDelete: old.map((row) => [row.client, row.mid]),
    blobPut: free.map((row) => ({ ...row, freed: true })),
    bytesDelete: free.map((row) => row.sha256),
  };
}
