// The Store as screens use it: real engine, real IndexedDB (in memory), a server in memory.
import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import type { Session } from "../domain/generated/accounts";
import { FakeNetwork, FakeStorage, FakeTime, FakeTimer } from "../platform/fakes";
import { sha256Hex } from "../sync/hash";
import { freshMeta } from "../sync/held";
import { Connection } from "./connection";
import { IdbDisk } from "./disk";
import { CARD, FakeApi, ORGANISATION, SCHOOL, VISIT } from "./fake-api";
import { TabletStore } from "./store";
import type { Edit, PhotoBytes } from "./types";

const SESSION: Session = {
  user: { id: "user", name: "A. Walker", email: "a@example.org" },
  organisation: { id: ORGANISATION, name: "Trust", kind: "trust" },
  organisations: [],
  roles: ["consultant"],
  schools: [],
};
let names = 0;
let name = "";
let api: FakeApi;
let storage: FakeStorage;
let time: FakeTime;
let decoder = true;
let connection: Connection;
let timer: FakeTimer;

beforeEach(() => {
  names += 1;
  name = `store-${names}`;
  api = new FakeApi();
  storage = new FakeStorage();
  time = new FakeTime();
  timer = new FakeTimer();
  decoder = true;
});

function open(): Promise<TabletStore> {
  connection = new Connection(name);
  return TabletStore.open({
    session: SESSION,
    disk: new IdbDisk(connection, () => freshMeta("client-a", "device-a")),
    transport: api,
    storage,
    network: new FakeNetwork(),
    time,
    timer,
    random: () => 1,
    alone: async (work) => {
      await work();
      return true;
    },
    precached: async () => true,
    decoder: async () => decoder,
    build: "test",
  });
}

/** Let the round that a timer starts come to its end. */
async function round(store: TabletStore): Promise<void> {
  store.syncNow();
  timer.fire();
  while (timer.waiting.length === 0) await new Promise((go) => setTimeout(go));
}

async function ready(): Promise<TabletStore> {
  const store = await open();
  await round(store);
  expect(await store.download(VISIT, () => {})).toEqual({ ready: true });
  return store;
}

const edit = (set: Edit["set"], id = "a1", kind = "asset"): Edit => ({
  kind,
  id,
  scope: SCHOOL,
  set,
});

async function photo(): Promise<PhotoBytes> {
  const bytes = new TextEncoder().encode("a photo").buffer as ArrayBuffer;
  return { sha256: await sha256Hex(bytes), mime: "image/jpeg", bytes, thumb: new ArrayBuffer(2) };
}

test("a download makes a visit ready, with progress, tag index and ratings", async () => {
  const store = await open();
  await round(store);
  const steps: number[] = [];
  expect(await store.download(VISIT, (done) => steps.push(done))).toEqual({ ready: true });
  expect(steps.at(-1)).toBe(6);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(store.downloaded.value).toEqual([VISIT]);
  expect(store.list("asset", SCHOOL)).toHaveLength(2);
  expect(["K7M42QXZ", "P3TD8W65", "R5NF4HJW", "00000001"].map(store.codeOwner)).toEqual([
    "ours",
    "sister",
    "ours",
    "unknown",
  ]);
  expect(store.rating("asset", "a1")).toBe("red");
  expect(store.ratedAt.value).toBe(7);
});

test("a school in which nothing was rated yet gives no date to the ratings", async () => {
  api.ratings = { as_at: null, items: [] };
  const store = await ready();
  expect(store.ratedAt.value).toBeUndefined();
});

test("after a cold start with the server dead all of it is still there", async () => {
  await ready();
  api.isDown = true;
  const store = await open();
  expect(store.visits.value).toEqual([CARD]);
  expect(store.downloaded.value).toEqual([VISIT]);
  expect(store.get("asset", "a1")?.f.name).toBe("Laptop");
  expect(store.codeOwner("K7M42QXZ")).toBe("ours");
  expect(store.rating("asset", "a1")).toBe("red");
});

test.each<[string, () => void, string]>([
  ["counts differ from the server's", () => (api.counts = { asset: 3 }), "counts_differ"],
  ["the decoder does not start", () => (decoder = false), "decoder_missing"],
  ["the page is an Apple tab that may lose data", () => (storage.appleTab = true), "apple_tab"],
  ["there is no signal", () => (api.isDown = true), "no_signal"],
  ["the sign-in has ended", () => (api.sync.signedIn = false), "signed_out"],
  [
    "the tablet is full",
    () => (storage.answer = { usage: 96, quota: 100, persisted: true }),
    "storage_full",
  ],
])("a visit is not called ready when %s", async (_, spoil, why) => {
  const store = await open();
  await round(store);
  spoil();
  expect(await store.download(VISIT, () => {})).toEqual({ ready: false, why });
  expect(store.downloaded.value).toEqual([]);
});

test("a person shut out finds nothing of what was fetched, even after a cold start", async () => {
  const before = await ready();
  api.sync.shutOut = true;
  await round(before);
  for (const store of [before, await open()]) {
    expect(store.visits.value).toEqual([]);
    expect(store.downloaded.value).toEqual([]);
    expect(store.list("asset")).toEqual([]);
    expect(store.codeOwner("K7M42QXZ")).toBe("unknown");
    expect(store.rating("asset", "a1")).toBeUndefined();
    expect(store.ratedAt.value).toBeUndefined();
  }
});

test("an edit is called saved once it survives a cold start", async () => {
  const store = await ready();
  api.isDown = true;
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
  expect(store.sync.value).toMatchObject({ outbox: 1 });
  expect((await open()).get("asset", "a1")).toMatchObject({ waiting: true, f: { condition: "D" } });
});

test("several edits of one tap are one group; two taps at once stand on each other", async () => {
  const store = await ready();
  await Promise.all([
    store.edit([edit({ room_id: "r2" }), edit({ seen: true }, "f1", "finding")]),
    store.edit([edit({ room_id: "r3" })]),
  ]);
  await round(store);
  const lines = [...(api.sync.ledger.get("client-a")?.values() ?? [])].map(({ line }) =>
    JSON.parse(line),
  );
  expect(lines.map(({ txn }) => txn?.n)).toEqual([2, 2, undefined]);
  expect(lines[0].txn.id).toBe(lines[1].txn.id);
  expect(lines[2].base).toEqual({ room_id: ["client-a", 1] });
  expect(api.sync.conflicts).toEqual([]);
});

test("undo writes the earlier value back as a new edit", async () => {
  const store = await ready();
  await store.edit([edit({ name: "Wrong" })]);
  await store.undo([edit({ name: "Laptop" })]);
  await round(store);
  expect(api.sync.records.get("asset a1")?.f.name).toBe("Laptop");
  expect(api.sync.ledger.get("client-a")?.size).toBe(2);
});

test("a photo and its record are saved together and its bytes reach the server", async () => {
  const store = await ready();
  const taken = await photo();
  expect(await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken])).toBe("saved");
  expect(store.sync.value).toMatchObject({ photos: 1, photoBytes: 7 });
  expect((await store.thumb(taken.sha256))?.byteLength).toBe(2);
  await round(store);
  expect(api.sync.uploads.stored.has(taken.sha256)).toBe(true);
  expect(store.sync.value).toMatchObject({ photos: 0, phase: "all_on_server" });
});

test("a full tablet refuses a photo and never a finding", async () => {
  const store = await ready();
  storage.answer = { usage: 96, quota: 100, persisted: true };
  await round(store);
  const taken = await photo();
  expect(store.sync.value.storage).toBe("full");
  expect(await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken])).toBe(
    "not_saved",
  );
  expect(await store.edit([edit({ condition: "B" })])).toBe("saved");
});

test("a disk that fails twice is not called saved, and the next edit that holds clears the warning", async () => {
  const store = await ready();
  const withDb = connection.withDb;
  connection.withDb = async () => {
    throw new DOMException("lost", "UnknownError");
  };
  expect(await store.edit([edit({ condition: "D" })])).toBe("not_saved");
  expect(store.get("asset", "a1")?.f.condition).toBeUndefined();
  expect(store.sync.value.needs).toMatchObject([{ what: "tablet", code: "storage_lost" }]);
  connection.withDb = withDb;
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
  expect(store.sync.value.needs).toEqual([]);
});

test("a signed-out tablet reads, writes, and says so", async () => {
  const store = await ready();
  api.sync.signedIn = false;
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
  await round(store);
  expect(store.sync.value).toMatchObject({ phase: "signed_out", outbox: 1 });
  expect(store.get("asset", "a1")?.f.condition).toBe("D");
});

test("a refused op needs the person, until they have read it", async () => {
  const store = await ready();
  await store.edit([edit({ name: "x" }, "b1", "bad")]);
  await round(store);
  expect(store.sync.value.phase).toBe("needs_you");
  const [need] = store.sync.value.needs;
  expect(need).toMatchObject({ what: "rejected", code: "bad_value", set: { name: "x" } });
  await store.dismiss(need?.mid ?? 0);
  expect(store.sync.value.needs).toEqual([]);
});

test("text that cannot be kept is mended, not refused", async () => {
  const store = await ready();
  expect(await store.edit([edit({ note: "a\0b\ud83d" })])).toBe("saved");
  expect(store.get("asset", "a1")?.f.note).toBe("ab\ufffd");
});

test("unsent work can be taken out as one zip of changes and photos", async () => {
  const store = await ready();
  const taken = await photo();
  await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken]);
  const bytes = new Uint8Array(await (await store.exportUnsent()).arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  expect(text.startsWith("PK")).toBe(true);
  expect(text).toContain("changes.ndjson");
  expect(text).toContain('"first_mid":1');
  expect(text).toContain(`photos/${taken.sha256}.jpg`);
});

test("a tab that hears of another tab's write shows it", async () => {
  const first = await ready();
  const second = await open();
  await first.edit([edit({ condition: "C" })]);
  const written = { change: {}, meta: { ...freshMeta("client-a", "device-a"), rev: 1e6 } };
  await second.follow(written);
  expect(second.get("asset", "a1")?.f.condition).toBe("C");
});

test("a refused photo needs the person; once read, its bytes leave the tablet", async () => {
  const store = await ready();
  const taken = await photo();
  await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken]);
  await round(store);
  api.sync.write(SCHOOL, "photo", "p1", { state: "refused" });
  await round(store);
  const [need] = store.sync.value.needs;
  expect(need).toMatchObject({ what: "photo", code: "photo_refused", mid: 1 });
  await store.dismiss(need?.mid ?? 0);
  expect(store.sync.value.needs).toEqual([]);
});

test("a visit that was taken away is not called ready any more", async () => {
  const store = await ready();
  api.sync.readable.delete(VISIT);
  await round(store);
  expect(store.downloaded.value).toEqual([]);
  expect((await open()).downloaded.value).toEqual([]);
});
