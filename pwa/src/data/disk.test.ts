// The tablet's disk on a real IndexedDB (in memory), connections killed included.
import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, expect, test } from "vitest";
import { type Disk, freshMeta } from "../sync/held";
import { MemoryDisk } from "../sync/memory-disk";
import { Connection, databaseName, isFull, VERSION } from "./connection";
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
  const bad = { ...base("s", "x"), f: "{\n}" };
  const write = disk.write(() => ({ outboxPut: [op(1)], basePut: [base("s", "y"), bad] }));
  await expect(write).rejects.toThrow("not a base row");
  expect(await disk.load()).toMatchObject({ outbox: [], base: [], meta: { rev: 0 } });
});

test("a request that fails takes its whole change back, and says why", async () => {
  const { disk, connection } = idb();
  await disk.write(() => ({ basePut: [base("s", "x")] }));
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...args: Parameters<typeof put>) {
    if (this.name !== "base") return put.apply(this, args);
    throw new DOMException("no room", "QuotaExceededError");
  };
  const write = disk.write(() => ({ outboxPut: [op(1)], basePut: [base("s", "y")] }));
  await expect(write.finally(() => (IDBObjectStore.prototype.put = put))).rejects.toSatisfy(isFull);
  await connection.drop();
  const held = await disk.load();
  expect(held.outbox).toEqual([]);
  expect(held.base.map(({ id }) => id)).toEqual(["x"]);
});

test("two tabs that fold rows of one bundle both keep theirs", async () => {
  const [one, two] = [idb().disk, idb().disk];
  await one.load();
  await Promise.all([
    one.write(() => ({ basePut: [base("s", "1-aa"), base("s", "2-aa")] })),
    two.write(() => ({ basePut: [base("s", "3-aa")], baseDelete: [["s", "asset", "1-aa"]] })),
  ]);
  expect((await one.load()).base.map(({ id }) => id).sort()).toEqual(["2-aa", "3-aa"]);
});

test.each(DISKS)(
  "%s: a recovery list is kept, told once each, and goes by scope",
  async (_, make) => {
    const disk = make();
    await disk.load();
    const one = { kind: "asset", id: "a", field: "note", mid: 0, value: "x" };
    const lost = (scope: string, client: string) => ({ ...one, scope, client });
    await disk.write(() => ({ lostPut: [lost("s", ""), lost("s", "them"), lost("t", "them")] }));
    await disk.write(() => ({ lostPut: [lost("s", "them")] }));
    expect(await disk.lost()).toHaveLength(3);
    await disk.write(() => ({ lostClear: ["s"] }));
    expect(await disk.lost()).toEqual([lost("t", "them")]);
  },
);

test("rows that a version 1 kept one by one come along, and own work stays", async () => {
  const old = await openDB(name, 1, {
    upgrade: (db) => {
      db.createObjectStore("meta");
      db.createObjectStore("base", { keyPath: ["scope", "kind", "id"] });
      db.createObjectStore("incoming", { autoIncrement: true });
      db.createObjectStore("outbox", { keyPath: "mid" });
      const sent = db.createObjectStore("sent", { keyPath: ["client", "mid"] });
      sent.createIndex("open", "open");
      for (const plain of ["bytes", "thumbs", "cache"]) db.createObjectStore(plain);
      db.createObjectStore("blobs", { keyPath: "sha256" });
    },
  });
  await old.put("meta", { ...freshMeta("me", "device"), next_mid: 2 }, "meta");
  await old.put("outbox", op(1));
  const rows = ["1-aa", "2-aa", "3-bb"].map((id) => ({ ...base("s", id), f: `{"name":"${id}"}` }));
  for (const row of rows) await old.put("base", row);
  old.close();
  const { disk } = idb();
  const held = await disk.load();
  expect(held.base.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(rows);
  expect(held).toMatchObject({ outbox: [op(1)], meta: { next_mid: 2 } });
  await disk.write(() => ({ baseDelete: [["s", "asset", "2-aa"]] }));
  expect((await disk.load()).base.map(({ id }) => id).sort()).toEqual(["1-aa", "3-bb"]);
  expect(await disk.lost()).toEqual([]);
});

test("a newer version elsewhere makes this tab let go", async () => {
  let told = false;
  const connection = new Connection(name, {
    outdated: () => {
      told = true;
    },
  });
  await new IdbDisk(connection, () => freshMeta("me", "device")).load();
  const newer = await openDB(name, VERSION + 1);
  expect(told).toBe(true);
  newer.close();
});

test("a database belongs to one person in one organisation, by name", () => {
  expect(databaseName("u1", "o1")).not.toBe(databaseName("u1", "o2"));
  expect(isFull(new DOMException("full", "QuotaExceededError"))).toBe(true);
});
