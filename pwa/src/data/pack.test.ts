// Rows packed as text: every row comes back as it was, whatever the order of puts and deletions.
import { expect, test } from "vitest";
import type { BaseRow, StagedPage } from "../sync/held";
import { type Bundle, packedPage, patched, patchesOf, unpacked, unpackedPage } from "./pack";

const row = (id: string, over: Partial<BaseRow> = {}): BaseRow => ({
  scope: "s",
  kind: "asset",
  id,
  seq: 7,
  f: '{"name":"Llŷn \\t \\n"}',
  v: "[]",
  d: 2 ** 47 + 1,
  ...over,
});

function folded(held: Map<string, Bundle>, change: Parameters<typeof patchesOf>[0]): void {
  for (const patch of patchesOf(change)) {
    const at = `${patch.scope} ${patch.part}`;
    const bundle = patched(held.get(at), patch);
    if (bundle) held.set(at, bundle);
    else held.delete(at);
  }
}

test("rows come back as they were", () => {
  const held = new Map<string, Bundle>();
  const rows = [
    row("1-aa"),
    row("2-aa"),
    row("1-aa", { kind: "tag" }),
    row("1-aa", { scope: "t" }),
  ];
  folded(held, { basePut: rows });
  expect(unpacked([...held.values()])).toEqual(rows);
});

test("a later row replaces its earlier one, and only that", () => {
  const held = new Map<string, Bundle>();
  folded(held, { basePut: [row("1-aa"), row("2-aa")] });
  folded(held, { basePut: [row("1-aa", { seq: 8 })] });
  expect(unpacked([...held.values()]).map(({ id, seq }) => [id, seq])).toEqual([
    ["1-aa", 8],
    ["2-aa", 7],
  ]);
});

test("a row that is put and deleted in one change stays, as in any store", () => {
  const held = new Map<string, Bundle>();
  folded(held, { baseDelete: [["s", "asset", "1-aa"]], basePut: [row("1-aa")] });
  expect(unpacked([...held.values()])).toHaveLength(1);
});

test("a bundle whose last row is deleted is no more", () => {
  const held = new Map<string, Bundle>();
  folded(held, { basePut: [row("1-aa")] });
  folded(held, {
    baseDelete: [
      ["s", "asset", "1-aa"],
      ["s", "asset", "9-bb"],
    ],
  });
  expect(held.size).toBe(0);
});

test.each(["{\n}", "{\t}"])("a row that would tear its bundle or its page is refused: %j", (f) => {
  const torn = row("1", { f });
  expect(() => folded(new Map(), { basePut: [torn] })).toThrow("not a base row");
  expect(() => packedPage({ scope: "s", rows: [torn], gone: [] })).toThrow("not a base row");
});

test("a page comes back as it was, also an empty one and one that an older app staged", () => {
  const page = { scope: "s", clear: true, rows: [row("1-aa"), row("2-bb")], gone: [] };
  expect(unpackedPage(structuredClone(packedPage(page)))).toEqual(page);
  const empty: StagedPage = { scope: "s", rows: [], gone: [["asset", "1"]] };
  expect(unpackedPage(structuredClone(packedPage(empty)))).toEqual(empty);
  expect(unpackedPage(page)).toEqual(page);
});
