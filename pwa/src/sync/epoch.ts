// A server restored or first met: every scope is fetched anew beside the base that stands.
import type { Change, Meta } from "./held";

/** A new epoch: the old base stays on the screen until every scope has been fetched anew beside it. */
export function newEpoch(meta: Meta, epoch: string): Change {
  return fetchedAnew(meta, { epoch, decided: 0, acked_mid: 0 });
}

export function fetchedAnew(meta: Meta, more: Partial<Meta>): Change {
  return {
    meta: { ...more, staging: null, resets: Object.keys(meta.cursors) },
    stageClear: true,
  };
}
