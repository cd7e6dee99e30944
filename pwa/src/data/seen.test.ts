// The base of an edit is what its author saw when they tapped, not what has come since.
import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { freshMeta } from "../sync/held";
import { readOp } from "../sync/op";
import { Connection } from "./connection";
import { IdbDisk } from "./disk";
import { SCHOOL, Stand, somePhoto } from "./fake-stand";

const LAPTOP = { kind: "asset", id: "a1", scope: SCHOOL };

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});

/** What each op on the laptop says it saw of its name. */
function basesOnServer(): unknown[] {
  const ops = [...(stand.server.ledger.get("client-a")?.values() ?? [])];
  const named = ops.map(({ line }) => readOp(line)).filter(({ id }) => id === LAPTOP.id);
  return named.map(({ base }) => base.name);
}

test("a value fetched while a form was open is not overwritten: it is in a conflict", async () => {
  const store = await stand.ready();
  const painted = store.get("asset", "a1") ?? null;
  stand.server.write(SCHOOL, "asset", "a1", { name: "of the desk" }, "server:later");
  await stand.round(store);
  expect(store.get("asset", "a1")?.f.name).toBe("of the desk");
  await store.edit([{ ...LAPTOP, set: { name: "typed" }, onScreen: painted }]);
  await stand.round(store);
  expect(basesOnServer()).toEqual([["server:desk", 1]]);
  expect(stand.server.conflicts).toHaveLength(1);
});

/** A disk on which the bytes of a photo take their time to be read back. */
class SlowToRead extends IdbDisk {
  go: () => void = () => {};
  readonly #gate = new Promise<void>((go) => {
    this.go = go;
  });
  override async chunk(sha256: string, n: number): Promise<ArrayBuffer | undefined> {
    await this.#gate;
    return super.chunk(sha256, n);
  }
}

test("a value fetched between a tap and its turn was not seen by who tapped", async () => {
  const disk = new SlowToRead(new Connection("slow"), () => freshMeta("client-a", "device-a"));
  const store = await stand.ready(disk);
  const photo = await somePhoto();
  const taken = { kind: "photo", id: "p1", scope: SCHOOL, set: { sha256: photo.sha256 } };
  const first = store.edit([taken], [photo]);
  const second = store.edit([{ ...LAPTOP, set: { name: "tapped" } }]);
  stand.server.write(SCHOOL, "asset", "a1", { name: "of the desk" }, "server:later");
  stand.server.uploads.refuseWith = 503;
  await stand.round(store);
  expect(store.get("asset", "a1")?.f.name).toBe("of the desk");
  disk.go();
  stand.server.uploads.refuseWith = undefined;
  expect(await Promise.all([first, second])).toEqual(["saved", "saved"]);
  await stand.round(store);
  expect(basesOnServer()).toEqual([["server:desk", 1]]);
  expect(stand.server.conflicts).toHaveLength(1);
});

test("taps that follow at once stand on each other: nobody is in conflict with themselves", async () => {
  const store = await stand.ready();
  const painted = store.get("asset", "a1") ?? null;
  const name = (value: string) =>
    store.edit([{ ...LAPTOP, set: { name: value }, onScreen: painted }]);
  await Promise.all([name("one"), name("two")]);
  await name("three");
  await stand.round(store);
  expect(basesOnServer()).toEqual([
    ["server:desk", 1],
    ["client-a", 1],
    ["client-a", 2],
  ]);
  expect(stand.server.conflicts).toEqual([]);
});

test("what others made on top of one's own edit is not seen by a form from before it", async () => {
  const store = await stand.ready();
  const painted = store.get("asset", "a1") ?? null;
  await store.edit([{ ...LAPTOP, set: { name: "mine" }, onScreen: painted }]);
  await stand.round(store);
  stand.server.write(SCHOOL, "asset", "a1", { name: "on top" }, "server:later");
  await stand.round(store);
  await store.edit([{ ...LAPTOP, set: { name: "old form" }, onScreen: painted }]);
  await stand.round(store);
  expect(basesOnServer()).toEqual([
    ["server:desk", 1],
    ["client-a", 1],
  ]);
  expect(stand.server.conflicts).toHaveLength(1);
});

test("a delete names every field that was seen, and none that came since", async () => {
  const store = await stand.ready();
  const painted = store.get("asset", "a1") ?? null;
  stand.server.write(SCHOOL, "asset", "a1", { name: "of the desk" }, "server:later");
  await stand.round(store);
  await store.edit([{ ...LAPTOP, set: { deleted: true }, onScreen: painted }]);
  await stand.round(store);
  expect(basesOnServer()).toEqual([["server:desk", 1]]);
});

test("what nobody had made when the form was opened has no base", async () => {
  const store = await stand.ready();
  stand.server.write(SCHOOL, "asset", "a9", { name: "of the desk" }, "server:later");
  await stand.round(store);
  await store.edit([{ ...LAPTOP, id: "a9", set: { name: "new" }, onScreen: null }]);
  await stand.round(store);
  expect(stand.server.conflicts).toHaveLength(1);
});
