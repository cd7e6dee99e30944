import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { Connection } from "../data/connection";
import { IdbDisk } from "../data/disk";
import { freshMeta } from "./held";
import { byLease } from "./leader";

test("one tab syncs at a time, and a tab that died frees the lease after 30 seconds", async () => {
  const disk = new IdbDisk(new Connection("lease"), () => freshMeta("me", "device"));
  let now = 0;
  const [one, two] = ["one", "two"].map((holder) => byLease(disk, holder, () => now));
  let inside: boolean | undefined;
  expect(
    await one?.(async () => {
      inside = await two?.(async () => {});
    }),
  ).toBe(true);
  expect(inside).toBe(false);
  expect(await two?.(async () => {})).toBe(true);
  await disk.take("dead", now + 30_000, now);
  expect(await one?.(async () => {})).toBe(false);
  now += 30_000;
  expect(await one?.(async () => {})).toBe(true);
});
