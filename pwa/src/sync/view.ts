// What the person sees of one record: the confirmed base, and over it their own ops in order.
import type { Rec, Value } from "../data/types";
import type { BaseRow, SentRow } from "./held";
import type { Mark, Op } from "./op";
import { valuesOf, versionsOf } from "./rows";

export interface OwnOp {
  client: string;
  op: Op;
  /** Undefined while the op is in the outbox. */
  sent?: SentRow;
}

const EVERY = "*";

/** Whether the view shows this op at all (protocol: client stores). */
export function isShown({ sent }: OwnOp): boolean {
  if (!sent) return true;
  if (sent.status === "rejected") return false;
  if (sent.status === "held" && sent.decision === undefined) return !sent.hidden?.includes(EVERY);
  return sent.folded !== true;
}

function shows(own: OwnOp, field: string): boolean {
  if (!isShown(own) || !(field in own.op.set)) return false;
  const hidden = own.sent?.hidden;
  return hidden === undefined || !(hidden.includes(field) || hidden.includes(EVERY));
}

/** Return the record as it stands, or undefined when there is none or it is deleted. */
export function viewOf(base: BaseRow | undefined, own: readonly OwnOp[]): Rec | undefined {
  if (base && own.length === 0) return confirmed(base);
  const shown = own.filter(isShown);
  const first = base ?? shown[0]?.op;
  if (!first) return undefined;
  const f: Record<string, Value> = base ? valuesOf(base) : {};
  for (const one of shown) {
    for (const [field, value] of Object.entries(one.op.set)) {
      if (shows(one, field)) f[field] = value;
    }
  }
  if (f.deleted === true) return undefined;
  const waiting = shown.some(({ sent }) => sent?.status !== "applied" && sent?.status !== "merged");
  return { kind: first.kind, id: first.id, scope: first.scope, f, waiting };
}

/** Nearly every record of a visit, at a cold start: nothing of our own stands on it. */
function confirmed(base: BaseRow): Rec | undefined {
  const f = valuesOf(base);
  if (f.deleted === true) return undefined;
  return { kind: base.kind, id: base.id, scope: base.scope, f, waiting: false };
}

/** Return who made the value that stands in a field, own unsent edits included. */
export function markOf(
  base: BaseRow | undefined,
  own: readonly OwnOp[],
  field: string,
): Mark | undefined {
  const last = own.findLast((one) => shows(one, field));
  if (last) return [last.client, last.op.mid];
  const group = base && versionsOf(base).find(([, , , fields]) => fields.includes(field));
  return group && [group[1], group[2]];
}

/** Every field that has a value on the screen: what a delete must say it saw. */
export function fieldsOf(base: BaseRow | undefined, own: readonly OwnOp[]): string[] {
  const names = new Set(base && versionsOf(base).flatMap(([, , , fields]) => fields));
  for (const one of own) {
    for (const field of Object.keys(one.op.set)) if (shows(one, field)) names.add(field);
  }
  return [...names].sort();
}

/** A later own op that took effect overtakes what a held op still shows of the same fields. */
export function overtaken(held: OwnOp, later: Op): string[] | undefined {
  const before = held.sent?.hidden ?? [];
  const now = later.set.deleted === true ? [EVERY] : Object.keys(later.set);
  const fresh = now.filter((field) => field === EVERY || field in held.op.set);
  const all = new Set([...before, ...fresh]);
  return all.size > before.length ? [...all].sort() : undefined;
}
