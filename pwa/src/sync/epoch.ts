// A server restored or first met: every scope is fetched anew beside the base that stands.
import type { BlobRow, Change, Meta } from "./held";

/**
 * A new epoch: the old base stays on the screen until every scope has been fetched anew beside it.
 * The server may be older than the bytes that it was sent: those that are still here are offered again.
 */
export function newEpoch(meta: Meta, epoch: string, blobs: Iterable<BlobRow>): Change {
  const sent = [...blobs].filter(({ state, freed }) => state === "sent" && !freed);
  const blobPut = sent.map(({ sent_at: _, proof: __, ...row }): BlobRow => {
    return { ...row, state: "waiting" };
  });
  const more = { epoch, decided: 0, acked_mid: 0 };
  if (meta.epoch === null) return { blobPut, ...allAnew(meta, more) };
  return { blobPut, ...fetchedAnew(meta, more) };
}

/** The server lost something: what else it lost is told once the new base stands beside the old. */
export function fetchedAnew(meta: Meta, more: Partial<Meta>): Change {
  const seqs = Object.entries(meta.cursors).map(([scope, { seq }]) => [scope, seq] as const);
  const formers = new Set(meta.formers);
  formers.delete(meta.client_id);
  const old_seqs = Object.fromEntries(seqs);
  return allAnew(meta, { ...more, owed: [...formers], old_seqs, again: true });
}

/** Of what has left the tablet nothing can be compared: all of it would pass for a record that was gone. */
export function seqsWithout(meta: Meta, gone: ReadonlySet<string>): Pick<Meta, "old_seqs"> {
  if (!meta.old_seqs) return {};
  const left = Object.entries(meta.old_seqs).filter(([scope]) => !gone.has(scope));
  return { old_seqs: Object.fromEntries(left) };
}

function allAnew(meta: Meta, more: Partial<Meta>): Change {
  return {
    meta: { ...more, staging: null, resets: Object.keys(meta.cursors) },
    stageClear: true,
  };
}
