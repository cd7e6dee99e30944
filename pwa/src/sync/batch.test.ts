import { expect, test } from "vitest";
import { firstHalf, groupsOf, isOneGroup, nextBatch } from "./batch";
import type { OutboxRow } from "./held";

function row(mid: number, group?: string, n = 3, size = 0): OutboxRow {
  const txn = group ? { txn: { id: group, n } } : {};
  return {
    mid,
    line: JSON.stringify({ mid, kind: "asset", set: { note: "x".repeat(size) }, ...txn }),
  };
}
const mids = (rows: OutboxRow[]): number[] => rows.map(({ mid }) => mid);

test("a batch holds at most 500 ops", () => {
  const outbox = Array.from({ length: 1200 }, (_, i) => row(i + 1));
  expect(nextBatch(outbox)).toHaveLength(500);
});

test("a batch holds at most a mebibyte", () => {
  const outbox = Array.from({ length: 10 }, (_, i) => row(i + 1, undefined, 1, 300_000));
  expect(mids(nextBatch(outbox))).toEqual([1, 2, 3]);
});

test("a group at the edge moves to the next batch whole", () => {
  const outbox = [row(1), row(2), row(3, "g"), row(4, "g"), row(5, "g"), row(6)];
  expect(mids(nextBatch(outbox, { ops: 4, bytes: 1e6 }))).toEqual([1, 2]);
  expect(mids(nextBatch(outbox.slice(2), { ops: 4, bytes: 1e6 }))).toEqual([3, 4, 5, 6]);
});

test("a group larger than the limit travels alone and whole", () => {
  const outbox = [row(1, "g"), row(2, "g"), row(3, "g"), row(4)];
  expect(mids(nextBatch(outbox, { ops: 2, bytes: 1e6 }))).toEqual([1, 2, 3]);
});

test("two groups side by side are two", () => {
  const outbox = [row(1, "g", 2), row(2, "g", 2), row(3, "h", 2), row(4, "h", 2)];
  expect(groupsOf(outbox).map(mids)).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("a batch ends where the outbox has a gap, because lines are numbered from the first", () => {
  expect(mids(nextBatch([row(4), row(9), row(10)]))).toEqual([4]);
});

test("halving cuts between groups and never below one", () => {
  const outbox = [row(1), row(2, "g"), row(3, "g"), row(4, "g"), row(5)];
  expect(mids(firstHalf(outbox))).toEqual([1]);
  expect(mids(firstHalf(outbox.slice(1, 4)))).toEqual([2, 3, 4]);
  expect(isOneGroup(outbox.slice(1, 4))).toBe(true);
  expect(isOneGroup(outbox)).toBe(false);
});
