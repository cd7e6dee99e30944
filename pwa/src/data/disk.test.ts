// The tablet's disk on a real IndexedDB (in memory), connections killed included.
import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, expect, test } from "vitest";
import { type Disk, freshMeta } from "../sync/held";
import { MemoryDisk } from "../sync/memory-disk";
import { Connection, databaseName, isFull } from "./connection";
import { IdbDisk } from "./disk";

let names = 0;
let name = "";
beforeEach(() => {
  names += 1;
  name = `test-${names}`;
});

function idb(): { disk: IdbDisk; connection: Connection } {
  const connection = new Connection(name);
  return { connection, disk: new IdbDisk(connection, () => freshMeta("me", "device")) };
}
const DISKS: [string, () => Disk][] = [
  ["memory", () => new MemoryDisk(freshMeta("me", "device"))],
  ["IndexedDB", () => idb().disk],
];
const op = (mid: number) => ({ mid, line: `{"id":"a","kind":"asset","mid":${mid}}` });
const base = (scope: string, id: string) => ({
  scope,
  kind: "asset",
  id,
  seq: 1,
  f: "{}",
  v: "[]",
  d: 0,
});

test.each(DISKS)("%s: an edit and its number are one transaction", async (_, make) => {
  const disk = make();
  await disk.load();
  for (let i = 0; i < 3; i += 1) {
    await disk.write((meta) => ({
      meta: { next_mid: meta.next_mid + 1 },
      outboxPut: [op(meta.next_mid)],
    }));
  }
  const held = await disk.load();
  expect(held.outbox.map(({ mid }) => mid)).toEqual([1, 2, 3]);
  expect(held.meta).toMatchObject({ next_mid: 4, rev: 3, client_id: "me" });
});

test.each(DISKS)("%s: two writers at once get numbers of their own", async (_, make) => {
  const disk = make();
  await disk.load();
  const one = () =>
    disk.write((meta) => ({
      meta: { next_mid: meta.next_mid + 1 },
      outboxPut: [op(meta.next_mid)],
    }));
  await Promise.all([one(), one(), one(), one()]);
  expect((await disk.load()).outbox.map(({ mid }) => mid)).toEqual([1, 2, 3, 4]);
});

test.each(DISKS)("%s: clearing a scope leaves the others", async (_, make) => {
  const disk = make();
  await disk.write(() => ({ basePut: [base("s1", "a"), base("s1", "b"), base("s10", "c")] }));
  await disk.write(() => ({ baseClear: ["s1"], basePut: [base("s1", "d")] }));
  expect((await disk.load()).base.map(({ id }) => id).sort()).toEqual(["c", "d"]);
});

test.each(DISKS)("%s: closed sent ops stay for a restore but are not loaded", async (_, make) => {
  const disk = make();
  const sent = { client: "me", line: "x", status: "applied" as const, sent_at: 1 };
  await disk.write(() => ({
    sentPut: [
      { ...sent, mid: 1 },
      { ...sent, mid: 2, open: 1 as const },
    ],
  }));
  expect((await disk.load()).sent.map(({ mid }) => mid)).toEqual([2]);
  expect((await disk.sentFrom("me", 1)).map(({ mid }) => mid)).toEqual([1, 2]);
});

test.each(DISKS)("%s: photo bytes come back in chunks as they were", async (_, make) => {
  const disk = make();
  const bytes = new Uint8Array(1_200_000).map((_, i) => i % 253).buffer;
  const photo = { sha256: "s", mime: "image/jpeg" as const, bytes, thumb: new ArrayBuffer(3) };
  await disk.write(() => ({ photos: [photo] }));
  const parts = await Promise.all([0, 1, 2].map((n) => disk.chunk("s", n)));
  const whole = await new Blob(parts.map((part) => part ?? "")).arrayBuffer();
  expect(new Uint8Array(whole)).toEqual(new Uint8Array(bytes));
  expect((await disk.thumb("s"))?.byteLength).toBe(3);
  await disk.write(() => ({ bytesDelete: ["s"] }));
  expect(await disk.chunk("s", 0)).toBeUndefined();
});

test.each(DISKS)("%s: a plan that declines writes nothing", async (_, make) => {
  const disk = make();
  expect(await disk.write(() => undefined)).toBeUndefined();
  expect((await disk.load()).meta.rev).toBe(0);
});

test("a connection that was closed under us is opened again and the write is made once", async () => {
  const { disk, connection } = idb();
  await disk.load();
  await connection.withDb(async (db) => db.close());
  await disk.write((meta) => ({
    meta: { next_mid: meta.next_mid + 1 },
    outboxPut: [op(meta.next_mid)],
  }));
  expect((await disk.load()).outbox).toHaveLength(1);
});

test("a write that was kept although its connection died is not made twice", async () => {
  const { disk, connection } = idb();
  await disk.load();
  const withDb = connection.withDb.bind(connection);
  let isFirst = true;
  connection.withDb = async (run) =>
    withDb(async (db, again) => {
      const result = await run(db, again);
      if (!isFirst) return result;
      isFirst = false;
      db.close();
      throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    });
  await disk.write((meta) => ({
    meta: { next_mid: meta.next_mid + 1 },
    outboxPut: [op(meta.next_mid)],
  }));
  expect((await disk.load()).outbox.map(({ mid }) => mid)).toEqual([1]);
});

test("a second failure is told, not hidden, and nothing was half written", async () => {
  const { disk, connection } = idb();
  await disk.load();
  const withDb = connection.withDb.bind(connection);
  connection.withDb = async () => {
    throw new DOMException("still lost", "UnknownError");
  };
  await expect(disk.write(() => ({ outboxPut: [op(1)] }))).rejects.toThrow("still lost");
  connection.withDb = withDb;
  expect((await disk.load()).outbox).toEqual([]);
});

test("a plan that throws takes its whole transaction back", async () => {
  const { disk } = idb();
  await disk.load();
  const bad = { ...base("s", "x"), f: (() => {}) as never };
  await expect(disk.write(() => ({ outboxPut: [op(1)], basePut: [bad] }))).rejects.toThrow();
  expect((await disk.load()).outbox).toEqual([]);
});

test("a newer version elsewhere makes this tab let go", async () => {
  let told = false;
  const connection = new Connection(name, {
    outdated: () => {
      told = true;
    },
  });
  await new IdbDisk(connection, () => freshMeta("me", "device")).load();
  const newer = await openDB(name, 2);
  expect(told).toBe(true);
  newer.close();
});

test("a database belongs to one person in one organisation, by name", () => {
  expect(databaseName("u1", "o1")).not.toBe(databaseName("u1", "o2"));
  expect(isFull(new DOMException("full", "QuotaExceededError"))).toBe(true);
});
