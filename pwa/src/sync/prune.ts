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

/** A photo record that the server applied says that it has these bytes, hash checked. */
function isStored(row: BlobRow, model: Model): boolean {
  return model
    .list("photo")
    .some(({ f, waiting }) => !waiting && f.sha256 === row.sha256 && f.state === "stored");
}

/**
 * Bytes that the server has stored, 7 days ago. Where there are backups, one must have them: one that
 * holds their record may be older than they are, so it must hold an op made after they were stored.
 */
export function mayFree(row: BlobRow, model: Model, now: number): boolean {
  if (row.freed || row.state !== "sent" || row.sent_at === undefined) return false;
  if (now - row.sent_at < BYTE_DAYS * DAY_MS || !isStored(row, model)) return false;
  const { backed_up_mid, client_id } = model.meta;
  if (backed_up_mid === null) return true;
  return row.proof?.[0] === client_id && row.proof[1] <= backed_up_mid;
}

/** Bytes now seen to be stored remember which op is next. */
function proved(model: Model): BlobRow[] {
  const { client_id, next_mid } = model.meta;
  return [...model.blobs.values()]
    .filter((row) => row.state === "sent" && !row.freed && row.proof?.[0] !== client_id)
    .filter((row) => isStored(row, model))
    .map((row) => ({ ...row, proof: [client_id, next_mid] }));
}

/** Everything that may go now. `sent` are the rows of this client, closed ones too. */
export function pruned(model: Model, sent: readonly SentRow[], now: number): Change | undefined {
  const old = sent.filter((row) => mayForget(row, model.meta, now));
  const free = [...model.blobs.values()].filter((row) => mayFree(row, model, now));
  const fresh = proved(model).filter(({ sha256 }) => !free.some((row) => row.sha256 === sha256));
  if (old.length === 0 && free.length === 0 && fresh.length === 0) return undefined;
  return {
    sentDelete: old.map((row) => [row.client, row.mid]),
    blobPut: [...fresh, ...free.map((row) => ({ ...row, freed: true }))],
    bytesDelete: free.map((row) => row.sha256),
  };
}
