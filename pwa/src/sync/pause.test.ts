// Long work gives way once its slice is used up, and begins a new one when it has its turn again.
import { expect, test } from "vitest";
import { sliced } from "./pause";

test("work goes on within its slice, gives way after it, and then has a whole one again", async () => {
  let now = 0;
  let turns = 0;
  const pause = sliced(
    () => now,
    async () => {
      turns += 1;
      now += 500;
    },
  );
  await pause();
  expect(turns).toBe(1);
  now += 11;
  expect(pause()).toBeUndefined();
  now += 1;
  await pause();
  expect(turns).toBe(2);
  expect(pause()).toBeUndefined();
});
