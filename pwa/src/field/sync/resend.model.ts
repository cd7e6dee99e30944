// A refused change, edited and sent again: which may be, what of it a person can change, what is sent.
import type { Edit, NeedsYou, Value } from "../../data/types";

/** Refusals that another value, or another day, may cure. The others only a person at the desk can. */
const CURABLE = new Set(["bad_value", "txn_failed", "deleted", "refused"]);

export function mayResend(need: NeedsYou): boolean {
  return need.what === "rejected" && need.mid > 0 && CURABLE.has(need.code);
}

/** What was sent together is sent again together: all of it was refused. */
export function groupOf(need: NeedsYou, needs: readonly NeedsYou[]): readonly NeedsYou[] {
  if (need.txn === undefined) return [need];
  return needs.filter((one) => one.txn === need.txn && one.what === "rejected");
}

export interface Editable {
  need: NeedsYou;
  field: string;
  value: Value;
  as: "text" | "number" | "yes_no" | "grade";
  /** The server named this field: it is the one that did not fit. */
  isWrong: boolean;
}

const GRADES = new Set(["A", "B", "C", "D"]);
/** Fields that name a record or are chosen where the thing is: they go again as they are. */
const FIXED = /(_id|_at|_kind|_on)$|^(code|sha256|size|resolution|state|deleted|drawing)$/;

/** The parts of a group that a person can change here; the rest goes again as it was. */
export function editableOf(group: readonly NeedsYou[]): Editable[] {
  return group.flatMap((need) =>
    Object.entries(need.set)
      .filter(([field]) => !FIXED.test(field) || wrong(need, field))
      .map(([field, value]) => ({
        need,
        field,
        value,
        as: shapeOf(field, value),
        isWrong: wrong(need, field),
      })),
  );
}

function wrong(need: NeedsYou, field: string): boolean {
  return need.code === "bad_value" && need.fields.includes(field);
}

function shapeOf(field: string, value: Value): Editable["as"] {
  if (typeof value === "boolean") return "yes_no";
  if (typeof value === "number") return "number";
  return field === "condition" && GRADES.has(String(value)) ? "grade" : "text";
}

export type Changed = Readonly<Record<string, Value>>;

export function keyOf(need: NeedsYou, field: string): string {
  return `${need.mid} ${field}`;
}

/** The edits of the whole group with what was changed; a removed record is brought back. */
export function resendOf(group: readonly NeedsYou[], changed: Changed): Edit[] {
  return group.map((need) => {
    const set: Record<string, Value> = {};
    for (const [field, value] of Object.entries(need.set)) {
      set[field] = changed[keyOf(need, field)] ?? value;
    }
    if (need.code === "deleted") set.deleted = false;
    return { kind: need.kind, id: need.id, scope: need.scope, set };
  });
}
