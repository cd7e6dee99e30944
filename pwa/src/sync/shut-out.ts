// What a tablet lets go of when its person has no place left: all that was fetched, none of their own.
import type { Change } from "./held";
import type { Model } from "./model";

/** Outbox, sent ops and photo bytes stay, and are still sent. */
export function withoutAll({ meta, scopes }: Model): Change | undefined {
  const { cursors, staging, resets } = meta;
  const known = [...scopes, ...Object.keys(cursors), ...Object.keys(staging ?? {}), ...resets];
  if (known.length === 0) return undefined;
  return {
    meta: { cursors: {}, staging: null, resets: [], old_seqs: undefined, again: undefined },
    baseClear: [...new Set(known)],
    lostClear: [...new Set(known)],
    stageClear: true,
  };
}
