// Writing by the Store as screens do: saved or not, sent, undone, refused, taken out.
import { beforeEach, expect, test } from "vitest";
import { sha256Hex } from "../sync/hash";
import { freshMeta } from "../sync/held";
import { SCHOOL } from "./fake-api";
import { FakeTablet } from "./fake-tablet";
import type { Edit, PhotoBytes } from "./types";

let tablet: FakeTablet;

beforeEach(() => {
  tablet = new FakeTablet();
});

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

test("an edit is called saved once it survives a cold start", async () => {
  const store = await tablet.ready();
  tablet.api.isDown = true;
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
  expect(store.sync.value).toMatchObject({ outbox: 1 });
  expect((await tablet.open()).get("asset", "a1")).toMatchObject({
    waiting: true,
    f: { condition: "D" },
  });
});

test("several edits of one tap are one group; two taps at once stand on each other", async () => {
  const store = await tablet.ready();
  await Promise.all([
    store.edit([edit({ room_id: "r2" }), edit({ seen: true }, "f1", "finding")]),
    store.edit([edit({ room_id: "r3" })]),
  ]);
  await tablet.round(store);
  const lines = [...(tablet.api.sync.ledger.get("client-a")?.values() ?? [])].map(({ line }) =>
    JSON.parse(line),
  );
  expect(lines.map(({ txn }) => txn?.n)).toEqual([2, 2, undefined]);
  expect(lines[0].txn.id).toBe(lines[1].txn.id);
  expect(lines[2].base).toEqual({ room_id: ["client-a", 1] });
  expect(tablet.api.sync.conflicts).toEqual([]);
});

test("undo writes the earlier value back as a new edit", async () => {
  const store = await tablet.ready();
  await store.edit([edit({ name: "Wrong" })]);
  await store.undo([edit({ name: "Laptop" })]);
  await tablet.round(store);
  expect(tablet.api.sync.records.get("asset a1")?.f.name).toBe("Laptop");
  expect(tablet.api.sync.ledger.get("client-a")?.size).toBe(2);
});

test("a photo and its record are saved together and its bytes reach the server", async () => {
  const store = await tablet.ready();
  const taken = await photo();
  expect(await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken])).toBe("saved");
  expect(store.sync.value).toMatchObject({ photos: 1, photoBytes: 7 });
  expect((await store.thumb(taken.sha256))?.byteLength).toBe(2);
  await tablet.round(store);
  expect(tablet.api.sync.uploads.stored.has(taken.sha256)).toBe(true);
  expect(store.sync.value).toMatchObject({ photos: 0, phase: "all_on_server" });
});

test("a full tablet refuses a photo and never a finding", async () => {
  const store = await tablet.ready();
  tablet.storage.answer = { usage: 96, quota: 100, persisted: true };
  await tablet.round(store);
  const taken = await photo();
  expect(store.sync.value.storage).toBe("full");
  expect(await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken])).toBe(
    "not_saved",
  );
  expect(await store.edit([edit({ condition: "B" })])).toBe("saved");
});

test("a finding that found no room is not called saved, until one has found it", async () => {
  const store = await tablet.ready();
  const withDb = tablet.connection.withDb;
  tablet.connection.withDb = async () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  expect(await store.edit([edit({ condition: "D" })])).toBe("not_saved");
  expect(store.sync.value).toMatchObject({ storage: "no_room", phase: "needs_you" });
  expect(store.sync.value.needs).toMatchObject([{ what: "tablet", code: "storage_none" }]);
  tablet.connection.withDb = withDb;
  tablet.storage.answer = { usage: 96, quota: 100, persisted: true };
  await tablet.round(store);
  expect(store.sync.value.storage).toBe("no_room");
  const taken = await photo();
  expect(await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken])).toBe(
    "not_saved",
  );
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
  expect(store.sync.value).toMatchObject({ storage: "full" });
  expect(store.sync.value.needs).toMatchObject([{ code: "storage_full" }]);
});

test("a photo that found no room says nothing of findings", async () => {
  const store = await tablet.ready();
  const withDb = tablet.connection.withDb;
  tablet.connection.withDb = async () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  const taken = await photo();
  expect(await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken])).toBe(
    "not_saved",
  );
  expect(store.sync.value.storage).toBe("full");
  tablet.connection.withDb = withDb;
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
});

test("room that was made takes a finding's refusal back", async () => {
  const store = await tablet.ready();
  const withDb = tablet.connection.withDb;
  tablet.connection.withDb = async () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  await store.edit([edit({ condition: "D" })]);
  tablet.connection.withDb = withDb;
  tablet.storage.answer = { usage: 1e9, quota: 1e10, persisted: true };
  await tablet.round(store);
  expect(store.sync.value.storage).toBe("fine");
});

test("a disk that fails twice is not called saved, and the next edit that holds clears the warning", async () => {
  const store = await tablet.ready();
  const withDb = tablet.connection.withDb;
  tablet.connection.withDb = async () => {
    throw new DOMException("lost", "UnknownError");
  };
  expect(await store.edit([edit({ condition: "D" })])).toBe("not_saved");
  expect(store.get("asset", "a1")?.f.condition).toBeUndefined();
  expect(store.sync.value.needs).toMatchObject([{ what: "tablet", code: "storage_lost" }]);
  tablet.connection.withDb = withDb;
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
  expect(store.sync.value.needs).toEqual([]);
});

test("a signed-out tablet reads, writes, and says so", async () => {
  const store = await tablet.ready();
  tablet.api.sync.signedIn = false;
  expect(await store.edit([edit({ condition: "D" })])).toBe("saved");
  await tablet.round(store);
  expect(store.sync.value).toMatchObject({ phase: "signed_out", outbox: 1 });
  expect(store.get("asset", "a1")?.f.condition).toBe("D");
});

test("a refused op needs the person, until they have read it", async () => {
  const store = await tablet.ready();
  await store.edit([edit({ name: "x" }, "b1", "bad")]);
  await tablet.round(store);
  expect(store.sync.value.phase).toBe("needs_you");
  const [need] = store.sync.value.needs;
  expect(need).toMatchObject({ what: "rejected", code: "bad_value", set: { name: "x" } });
  await store.dismiss(need?.mid ?? 0);
  expect(store.sync.value.needs).toEqual([]);
});

test("text that cannot be kept is mended, not refused", async () => {
  const store = await tablet.ready();
  expect(await store.edit([edit({ note: "a\0b\ud83d" })])).toBe("saved");
  expect(store.get("asset", "a1")?.f.note).toBe("ab\ufffd");
});

test("unsent work can be taken out as one zip of changes and photos", async () => {
  const store = await tablet.ready();
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
  const first = await tablet.ready();
  const second = await tablet.open();
  await first.edit([edit({ condition: "C" })]);
  const written = { change: {}, meta: { ...freshMeta("client-a", "device-a"), rev: 1e6 } };
  await second.follow(written);
  expect(second.get("asset", "a1")?.f.condition).toBe("C");
});

test("a refused photo needs the person; once read, its bytes leave the tablet", async () => {
  const store = await tablet.ready();
  const taken = await photo();
  await store.edit([edit({ sha256: taken.sha256 }, "p1", "photo")], [taken]);
  await tablet.round(store);
  tablet.api.sync.write(SCHOOL, "photo", "p1", { state: "refused" });
  await tablet.round(store);
  const [need] = store.sync.value.needs;
  expect(need).toMatchObject({ what: "photo", code: "photo_refused", mid: 1 });
  await store.dismiss(need?.mid ?? 0);
  expect(store.sync.value.needs).toEqual([]);
});
