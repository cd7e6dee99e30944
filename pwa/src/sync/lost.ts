// What a restored server does not show any more: found when the new base is folded over the old one.
import type { Value } from "../data/types";
import type { BaseRow, Change, LostRow, Meta } from "./held";
import type { Model } from "./model";
import type { Mark } from "./op";
import { valuesOf, versionsOf } from "./rows";

/**
 * Every value of the old base whose mark the new one lacks, and every record that was gone here and
 * stands again. The server leaves out what its ledger has: this tablet cannot know.
 */
export function lostBy(model: Model, folded: Change): LostRow[] {
  const { old_seqs: seqs = {} } = model.meta;
  const fresh = new Map((folded.basePut ?? []).map((row) => [nameOf(row), row]));
  const lost: LostRow[] = [];
  for (const scope of folded.baseClear ?? []) {
    if (!(scope in seqs)) continue;
    for (const old of model.scopeRows(scope)) lost.push(...missing(old, fresh.get(nameOf(old))));
  }
  for (const row of fresh.values()) {
    if (row.seq > (seqs[row.scope] ?? 0)) continue;
    // Known in another scope: it had moved. Our own: it was not fetched yet.
    if (model.isKnown(row.kind, row.id)) continue;
    const { scope, kind, id } = row;
    lost.push({ scope, kind, id, field: "deleted", client: "", mid: 0, value: true });
  }
  return lost;
}

/** The meta that goes with it. */
export function comparedMeta(lost: readonly LostRow[]): Partial<Meta> {
  const compared = { old_seqs: undefined };
  return lost.length > 0 ? { ...compared, has_lost: true, told: undefined } : compared;
}

function* missing(old: BaseRow, now: BaseRow | undefined): Iterable<LostRow> {
  if (now?.v === old.v) return;
  const marks = now ? marksOf(now) : new Map<string, Mark>();
  const values = valuesOf(old);
  const { scope, kind, id } = old;
  for (const [field, [client, mid]] of marksOf(old)) {
    const stands = marks.get(field);
    if (stands?.[0] === client && stands[1] === mid) continue;
    const value: Value = values[field] ?? null;
    yield { scope, kind, id, field, client, mid, value };
  }
}

function marksOf(row: BaseRow): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const [, client, mid, fields] of versionsOf(row)) {
    for (const field of fields) marks.set(field, [client, mid]);
  }
  return marks;
}

function nameOf({ scope, kind, id }: BaseRow): string {
  return `${scope} ${kind} ${id}`;
}
