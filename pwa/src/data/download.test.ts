// Downloads of a visit: when it is called ready, what is there after a cold start, and what goes.
import { beforeEach, expect, test } from "vitest";
import { CARD, SCHOOL, VISIT } from "./fake-api";
import { FakeTablet } from "./fake-tablet";

let tablet: FakeTablet;

beforeEach(() => {
  tablet = new FakeTablet();
});

test("a download makes a visit ready, with progress, tag index and ratings", async () => {
  const store = await tablet.open();
  await tablet.round(store);
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
  tablet.api.ratings = { as_at: null, items: [] };
  const store = await tablet.ready();
  expect(store.ratedAt.value).toBeUndefined();
});

test("after a cold start with the server dead all of it is still there", async () => {
  await tablet.ready();
  tablet.api.isDown = true;
  const store = await tablet.open();
  expect(store.visits.value).toEqual([CARD]);
  expect(store.downloaded.value).toEqual([VISIT]);
  expect(store.get("asset", "a1")?.f.name).toBe("Laptop");
  expect(store.codeOwner("K7M42QXZ")).toBe("ours");
  expect(store.rating("asset", "a1")).toBe("red");
});

test.each<[string, () => void, string]>([
  ["counts differ from the server's", () => (tablet.api.counts = { asset: 3 }), "counts_differ"],
  ["the decoder does not start", () => (tablet.hasDecoder = false), "decoder_missing"],
  [
    "the page is an Apple tab that may lose data",
    () => (tablet.storage.appleTab = true),
    "apple_tab",
  ],
  ["there is no signal", () => (tablet.api.isDown = true), "no_signal"],
  ["the sign-in has ended", () => (tablet.api.sync.signedIn = false), "signed_out"],
  [
    "the tablet is full",
    () => (tablet.storage.answer = { usage: 96, quota: 100, persisted: true }),
    "storage_full",
  ],
])("a visit is not called ready when %s", async (_, spoil, why) => {
  const store = await tablet.open();
  await tablet.round(store);
  spoil();
  expect(await store.download(VISIT, () => {})).toEqual({ ready: false, why });
  expect(store.downloaded.value).toEqual([]);
});

test("a person shut out finds nothing of what was fetched, even after a cold start", async () => {
  const before = await tablet.ready();
  tablet.api.sync.shutOut = true;
  await tablet.round(before);
  for (const store of [before, await tablet.open()]) {
    expect(store.visits.value).toEqual([]);
    expect(store.downloaded.value).toEqual([]);
    expect(store.list("asset")).toEqual([]);
    expect(store.codeOwner("K7M42QXZ")).toBe("unknown");
    expect(store.rating("asset", "a1")).toBeUndefined();
    expect(store.ratedAt.value).toBeUndefined();
  }
});

test("a visit that was taken away is not called ready any more", async () => {
  const store = await tablet.ready();
  tablet.api.sync.readable.delete(VISIT);
  await tablet.round(store);
  expect(store.downloaded.value).toEqual([]);
  expect((await tablet.open()).downloaded.value).toEqual([]);
});
