import { expect, test } from "vitest";
import golden from "../../../sync/cases/view.json";
import type { Value } from "../data/types";
import type { BaseRow, SentRow, Versions } from "./held";
import { type Op, readOp } from "./op";
import { markOf, type OwnOp, overtaken, viewOf } from "./view";

interface Case {
  name: string;
  base: { f: Record<string, Value>; v: Versions } | null;
  own: { client: string; op: Partial<Op>; sent?: Partial<SentRow> }[];
  view: { f: Record<string, Value>; waiting: boolean } | null;
  marks: Record<string, [string, number]>;
}

const AT = { kind: "asset", id: "a1", scope: "school" };
const op = (part: Partial<Op>): Op => readOp(JSON.stringify({ ...AT, ...part }));

function own({ client, op: part, sent }: Case["own"][number]): OwnOp {
  const row = { client, mid: part.mid, line: "", sent_at: 0, ...sent } as SentRow;
  return { client, op: op(part), ...(sent ? { sent: row } : {}) };
}

test.each(golden.cases as unknown as Case[])("view: $name", ({ base, own: ops, view, marks }) => {
  const texts = base && { f: JSON.stringify(base.f), v: JSON.stringify(base.v) };
  const row: BaseRow | undefined = texts ? { ...AT, seq: 1, d: 0, ...texts } : undefined;
  const mine = ops.map(own);
  expect(viewOf(row, mine) ?? null).toEqual(view && { ...AT, ...view });
  for (const [field, mark] of Object.entries(marks)) expect(markOf(row, mine, field)).toEqual(mark);
});

test("a later op hides only the fields that the held op has; a delete hides all", () => {
  const held = own({ client: "me", op: { mid: 3, set: { note: "x" } }, sent: { status: "held" } });
  expect(overtaken(held, op({ mid: 4, set: { note: "y", name: "z" } }))).toEqual(["note"]);
  expect(overtaken(held, op({ mid: 4, set: { name: "z" } }))).toBeUndefined();
  expect(overtaken(held, op({ mid: 4, set: { deleted: true } }))).toEqual(["*"]);
});
