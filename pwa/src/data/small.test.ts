import { expect, test } from "vitest";
import { freshMeta, type Meta } from "../sync/held";
import { Model } from "../sync/model";
import { GROUP_BYTES, readOp } from "../sync/op";
import { isStale, levelOf } from "./level";
import { packTags, TagIndex } from "./tag-index";
import { planEdits } from "./write";
import { crc32 } from "./zip";

const GB = 1024 ** 3;

test.each([
  [{ usage: 0, quota: 10 * GB }, "fine"],
  [{ usage: 7 * GB, quota: 10 * GB }, "high"],
  [{ usage: 0.6 * GB, quota: GB }, "high"],
  [{ usage: 9.5 * GB, quota: 10 * GB }, "full"],
  [{ usage: undefined, quota: undefined }, "unknown"],
])("storage %o is %s", (now, level) => {
  expect(levelOf({ ...now, persisted: true })).toBe(level);
});

test("work is stale once it was unsent for five days", () => {
  const day = 86_400_000;
  expect(isStale(undefined, 9 * day)).toBe(false);
  expect(isStale(day, 6 * day - 1)).toBe(false);
  expect(isStale(day, 6 * day)).toBe(true);
});

test("a packed tag index still knows aliases of any length", () => {
  const packed = packTags({
    as_at: 1,
    codes: [
      ["K7M42QXZ", "s"],
      ["SN 12", "s"],
      ["P3TD8W65", null],
    ],
  });
  expect(JSON.parse(JSON.stringify(packed)).codes).toEqual(["K7M42QXZ", "P3TD8W65"]);
  const index = new TagIndex(packed);
  expect(index.ownerOf("SN 12", new Set(["s"]))).toBe("ours");
  expect(index.ownerOf("SN 12", new Set())).toBe("sister");
  expect(index.ownerOf("P3TD8W65", new Set())).toBe("ours");
});

test("the check of a zip entry is the one that every unzip program makes", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

const META: Meta = { ...freshMeta("me", "device"), next_mid: 7 };
const MOMENT = { at: 5, mono: ["s", 1] as [string, number], groupId: () => "g" };
const model = () => new Model({ meta: META, base: [], outbox: [], sent: [], blobs: [] });
const asset = (id: string, note = "x") => ({ kind: "asset", id, scope: "s", set: { note } });

test("ops are numbered from the next free number and leave it behind them", () => {
  const change = planEdits(model(), META, [asset("a"), asset("b")], [], MOMENT);
  expect(change.outboxPut?.map(({ mid }) => mid)).toEqual([7, 8]);
  expect(change.meta?.next_mid).toBe(9);
});

test("two edits of one field in one tap stand on each other", () => {
  const change = planEdits(model(), META, [asset("a"), asset("a", "y")], [], MOMENT);
  expect(change.outboxPut?.map(({ line }) => readOp(line).base)).toEqual([{}, { note: ["me", 7] }]);
});

test("what is too much for one group becomes several, each within the limits", () => {
  const many = Array.from({ length: 450 }, (_, i) => asset(`a${i}`));
  const ids = ["g1", "g2", "g3", "g4"];
  const change = planEdits(model(), META, many, [], {
    ...MOMENT,
    groupId: () => ids.shift() ?? "",
  });
  const sizes = new Map<string, number>();
  for (const { line } of change.outboxPut ?? []) {
    const { id = "", n = 0 } = readOp(line).txn ?? {};
    sizes.set(id, n);
  }
  expect([...sizes.values()]).toEqual([200, 200, 50]);
  const large = [0, 1, 2].map((i) => asset(`b${i}`, "x".repeat(GROUP_BYTES / 2)));
  const parts = planEdits(model(), META, large, [], MOMENT).outboxPut ?? [];
  expect(parts.every(({ line }) => readOp(line).txn === undefined)).toBe(true);
});
