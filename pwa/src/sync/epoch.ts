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
  return { blobPut, ...fetchedAnew(meta, { epoch, decided: 0, acked_mid: 0 }) };
}

export function fetchedAnew(meta: Meta, more: Partial<Meta>): Change {
  return {
    meta: { ...more, staging: null, resets: Object.keys(meta.cursors) },
    stageClear: true,
  };
}
