import { expect, test } from "vitest";
import type { BaseRow, StagedPage } from "./held";
import { NO_PAUSE } from "./pause";
import { foldPages } from "./pull";

function row(scope: string, id: string, seq: number): BaseRow {
  return { scope, kind: "asset", id, seq, f: "{}", v: "[]", d: seq };
}

function page(scope: string, rows: BaseRow[], more: Partial<StagedPage> = {}): StagedPage {
  return { scope, rows, gone: [], ...more };
}

test("a scope fetched whole again forgets what was staged of it before, and no other scope's", async () => {
  const pages = [
    page("s1", [row("s1", "stale", 4)]),
    page("s2", [row("s2", "other", 2)], { gone: [["asset", "left"]] }),
    page("s1", [], { gone: [["asset", "back"]] }),
    page("s1", [row("s1", "new", 1)], { clear: true }),
  ];
  const folded = await foldPages(pages, NO_PAUSE);
  expect(folded.baseClear).toEqual(["s1"]);
  expect(folded.basePut?.map(({ id }) => id)).toEqual(["other", "new"]);
  expect(folded.baseDelete).toEqual([["s2", "asset", "left"]]);
});

test("a later row replaces an earlier one, a later removal takes it away", async () => {
  const pages = [
    page("s1", [row("s1", "a", 1), row("s1", "b", 2)]),
    page("s1", [row("s1", "a", 3)], { gone: [["asset", "b"]] }),
  ];
  const folded = await foldPages(pages, NO_PAUSE);
  expect(folded.basePut).toEqual([row("s1", "a", 3)]);
  expect(folded.baseDelete).toEqual([["s1", "asset", "b"]]);
});
