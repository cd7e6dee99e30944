import { expect, test } from "vitest";
import { freshMeta, type Meta } from "./held";
import { Journal, toldOf } from "./journal";
import { MemoryDisk } from "./memory-disk";
import { Model } from "./model";

const at = (rev: number): Meta => ({ ...freshMeta("me", "device"), rev });
const modelAt = (rev: number) =>
  new Model({ meta: at(rev), base: [], outbox: [], sent: [], blobs: [] });

function journal(...loads: Promise<Model>[]): Journal {
  const load = () => loads.shift() ?? Promise.reject(new Error("no more reloads were expected"));
  return new Journal(new MemoryDisk(at(1)), modelAt(1), () => {}, load);
}

test("the next change of another tab is followed without reading the disk", async () => {
  const tab = journal();
  const row = { mid: 1, line: '{"id":"a","kind":"asset","mid":1,"set":{"note":"x"}}' };
  await tab.follow({ meta: at(2), change: { meta: at(2), outboxPut: [row] } });
  expect(tab.model.get("asset", "a")?.f).toEqual({ note: "x" });
});

test("a missed change is read from the disk, and an older reading never wins over a newer", async () => {
  let late: (model: Model) => void = () => {};
  const slow = new Promise<Model>((done) => {
    late = done;
  });
  const tab = journal(slow, Promise.resolve(modelAt(9)));
  const first = tab.follow({ meta: at(7), change: {} });
  await tab.follow({ meta: at(9), change: {} });
  late(modelAt(7));
  await first;
  expect(tab.model.meta.rev).toBe(9);
});

test("other tabs hear of a large change by its number, and never get photo bytes", async () => {
  const row = { scope: "s", kind: "asset", id: "a", seq: 1, f: "{}", v: "[]", d: 0 };
  const large = toldOf({ meta: at(2), change: { basePut: Array(500).fill(row) } });
  expect(large.change).toBeUndefined();
  const photo = {
    sha256: "s",
    mime: "image/jpeg" as const,
    bytes: new ArrayBuffer(9),
    thumb: new ArrayBuffer(1),
  };
  expect(toldOf({ meta: at(2), change: { photos: [photo] } }).change).toEqual({});
  const tab = journal(Promise.resolve(modelAt(2)));
  await tab.follow(large);
  expect(tab.model.meta.rev).toBe(2);
});
