// The base of an edit is what its author saw when they tapped, not what has come since.
import { beforeEach, expect, test } from "vitest";
import { sha256Hex } from "../sync/hash";
import { readOp } from "../sync/op";
import { IdbDisk } from "./disk";
import { SCHOOL } from "./fake-api";
import { FakeTablet, freshTablet } from "./fake-tablet";
import type { TabletStore } from "./store";
import type { PhotoBytes, Rec } from "./types";

const LAPTOP = { kind: "asset", id: "a1", scope: SCHOOL };

let tablet: FakeTablet;
beforeEach(() => {
  tablet = new FakeTablet();
});

/** What each op on the laptop says it saw of its name. */
function basesOnServer(): unknown[] {
  const ops = [...(tablet.api.sync.ledger.get("client-a")?.values() ?? [])];
  const named = ops.map(({ line }) => readOp(line)).filter(({ id }) => id === LAPTOP.id);
  return named.map(({ base }) => base.name);
}

test("a value fetched while a form was open is not overwritten: it is in a conflict", async () => {
  const store = await tablet.ready();
  const painted = drawn(store);
  tablet.api.sync.write(SCHOOL, "asset", "a1", { name: "of the desk" }, "server:later");
  await tablet.round(store);
  expect(store.get("asset", "a1")?.f.name).toBe("of the desk");
  await store.edit([{ ...LAPTOP, set: { name: "typed" }, onScreen: painted }]);
  await tablet.round(store);
  expect(basesOnServer()).toEqual([["server:desk", 1]]);
  expect(tablet.api.sync.conflicts).toHaveLength(1);
});

function drawn(store: TabletStore): Rec | null {
  return store.get(LAPTOP.kind, LAPTOP.id) ?? null;
}

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

async function slowToRead(): Promise<[TabletStore, SlowToRead]> {
  const disks: SlowToRead[] = [];
  const store = await tablet.ready((connection) => {
    const disk = new SlowToRead(connection, freshTablet);
    disks.push(disk);
    return disk;
  });
  const [disk] = disks;
  if (!disk) throw new Error("the store asked for no disk");
  return [store, disk];
}

async function somePhoto(): Promise<PhotoBytes> {
  const bytes = new TextEncoder().encode("a photo").buffer as ArrayBuffer;
  return { sha256: await sha256Hex(bytes), mime: "image/jpeg", bytes, thumb: new ArrayBuffer(2) };
}

test("a value fetched between a tap and its turn was not seen by who tapped", async () => {
  const [store, disk] = await slowToRead();
  const photo = await somePhoto();
  const taken = { kind: "photo", id: "p1", scope: SCHOOL, set: { sha256: photo.sha256 } };
  const first = store.edit([taken], [photo]);
  const second = store.edit([{ ...LAPTOP, set: { name: "tapped" } }]);
  tablet.api.sync.write(SCHOOL, "asset", "a1", { name: "of the desk" }, "server:later");
  tablet.api.sync.uploads.refuseWith = 503;
  await tablet.round(store);
  expect(store.get("asset", "a1")?.f.name).toBe("of the desk");
  disk.go();
  tablet.api.sync.uploads.refuseWith = undefined;
  expect(await Promise.all([first, second])).toEqual(["saved", "saved"]);
  await tablet.round(store);
  expect(basesOnServer()).toEqual([["server:desk", 1]]);
  expect(tablet.api.sync.conflicts).toHaveLength(1);
});

test("taps that follow at once stand on each other: nobody is in conflict with themselves", async () => {
  const store = await tablet.ready();
  const painted = drawn(store);
  const name = (value: string) =>
    store.edit([{ ...LAPTOP, set: { name: value }, onScreen: painted }]);
  await Promise.all([name("one"), name("two")]);
  await name("three");
  await tablet.round(store);
  expect(basesOnServer()).toEqual([
    ["server:desk", 1],
    ["client-a", 1],
    ["client-a", 2],
  ]);
  expect(tablet.api.sync.conflicts).toEqual([]);
});

test("what others made on top of one's own edit is not seen by a form from before it", async () => {
  const store = await tablet.ready();
  const painted = drawn(store);
  await store.edit([{ ...LAPTOP, set: { name: "mine" }, onScreen: painted }]);
  await tablet.round(store);
  tablet.api.sync.write(SCHOOL, "asset", "a1", { name: "on top" }, "server:later");
  await tablet.round(store);
  await store.edit([{ ...LAPTOP, set: { name: "old form" }, onScreen: painted }]);
  await tablet.round(store);
  expect(basesOnServer()).toEqual([
    ["server:desk", 1],
    ["client-a", 1],
  ]);
  expect(tablet.api.sync.conflicts).toHaveLength(1);
});

test("an own answer that had left the screen was not seen by who answers again", async () => {
  const store = await tablet.ready();
  const odd = { kind: "odd", id: "o1", scope: SCHOOL };
  await store.edit([{ ...odd, set: { name: "waits" } }]);
  await tablet.round(store);
  tablet.api.sync.decide("client-a", 1, "refused");
  tablet.api.sync.write(SCHOOL, "odd", "o2", {});
  await tablet.round(store);
  expect(store.get("odd", "o1")).toBeUndefined();
  await store.edit([{ ...odd, set: { name: "again" } }]);
  await tablet.round(store);
  const line = tablet.api.sync.ledger.get("client-a")?.get(2)?.line ?? "{}";
  expect(readOp(line).base).toEqual({});
});

test("a form that was open while its person answered elsewhere is stale: both values stay", async () => {
  const store = await tablet.ready();
  const form = drawn(store);
  await store.edit([{ ...LAPTOP, set: { name: "elsewhere" } }]);
  await store.edit([{ ...LAPTOP, set: { name: "in the form" }, onScreen: form }]);
  await tablet.round(store);
  expect(basesOnServer()).toEqual([
    ["server:desk", 1],
    ["server:desk", 1],
  ]);
  expect(tablet.api.sync.conflicts).toHaveLength(1);
});

test("a tap that still waited when the control was drawn anew is known to who taps again", async () => {
  const [store, disk] = await slowToRead();
  const photo = await somePhoto();
  const taken = { kind: "photo", id: "p1", scope: SCHOOL, set: { sha256: photo.sha256 } };
  const first = store.edit([taken], [photo]);
  const second = store.edit([{ ...LAPTOP, set: { name: "one" }, onScreen: drawn(store) }]);
  tablet.api.sync.write(SCHOOL, "asset", "a1", { note: "of the desk" }, "server:later");
  tablet.api.sync.uploads.refuseWith = 503;
  await tablet.round(store);
  const third = store.edit([{ ...LAPTOP, set: { name: "two" }, onScreen: drawn(store) }]);
  disk.go();
  tablet.api.sync.uploads.refuseWith = undefined;
  expect(await Promise.all([first, second, third])).toEqual(["saved", "saved", "saved"]);
  await tablet.round(store);
  expect(basesOnServer()).toEqual([
    ["server:desk", 1],
    ["client-a", 2],
  ]);
  expect(tablet.api.sync.conflicts).toEqual([]);
});

test("a delete names every field that was seen, and none that came since", async () => {
  const store = await tablet.ready();
  const painted = drawn(store);
  tablet.api.sync.write(SCHOOL, "asset", "a1", { name: "of the desk" }, "server:later");
  await tablet.round(store);
  await store.edit([{ ...LAPTOP, set: { deleted: true }, onScreen: painted }]);
  await tablet.round(store);
  expect(basesOnServer()).toEqual([["server:desk", 1]]);
});

test("what nobody had made when the form was opened has no base", async () => {
  const store = await tablet.ready();
  tablet.api.sync.write(SCHOOL, "asset", "a9", { name: "of the desk" }, "server:later");
  await tablet.round(store);
  await store.edit([{ ...LAPTOP, id: "a9", set: { name: "new" }, onScreen: null }]);
  await tablet.round(store);
  expect(tablet.api.sync.conflicts).toHaveLength(1);
});
