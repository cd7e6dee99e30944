// Two taps before the first is saved: the second stands on the first.
import { expect, test } from "vitest";
import { Ahead } from "./ahead";

const add = (n: number) => (list: readonly number[]) => [...list, n];

test("a tap stands on the one before it while that is on its way to the disk", async () => {
  const ahead = new Ahead<readonly number[]>();
  const saves: (readonly number[])[] = [];
  let held: readonly number[] = [];
  const save = async (next: readonly number[]): Promise<boolean> => {
    saves.push(next);
    await Promise.resolve();
    held = next;
    return true;
  };
  const first = ahead.take(() => held, add(1), save);
  const second = ahead.take(() => held, add(2), save);
  await Promise.all([first, second]);
  expect(saves).toEqual([[1], [1, 2]]);
});

test("once all is saved, or was refused, the next tap stands on what is held", async () => {
  const ahead = new Ahead<readonly number[]>();
  await ahead.take(
    () => [],
    add(1),
    async () => false,
  );
  let next: readonly number[] = [];
  await ahead.take(
    () => [7],
    add(2),
    async (value) => {
      next = value;
      return true;
    },
  );
  expect(next).toEqual([7, 2]);
});
