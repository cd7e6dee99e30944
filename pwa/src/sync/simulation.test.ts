// The walk must end well for every seed, and end badly for each seeded fault: tests that can fail.
import { expect, test } from "vitest";
import { type Mutant, NO_MUTANTS } from "./mutants";
import { Simulation } from "./simulation";

const STEPS = 120;
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

test("two tablets and a desk converge, and no op is lost, for every seed", async () => {
  const failed: string[] = [];
  let made = 0;
  for (const seed of SEEDS) {
    const ended = await new Simulation(seed, NO_MUTANTS).run(STEPS);
    made += ended.made;
    for (const fault of ended.faults) failed.push(`seed ${seed}: ${fault}`);
  }
  expect(failed).toEqual([]);
  expect(made).toBeGreaterThan(1000);
});

/** What each seeded fault breaks, in the words of the check that must see it, and named seeds. */
const CAUGHT_BY: [Mutant, string, readonly number[]][] = [
  ["clear_outbox_on_send", "is missing", [1, 2, 3]],
  ["drop_on_4xx", "left early", [3, 5, 6]],
  ["blob_before_hash_check", "a photo's bytes never arrived", [1, 2, 3]],
  ["cursor_to_head", "a digest differed", [1, 2, 3]],
  ["group_split", "a group was sent in two pushes", [1, 2, 3]],
];
const EACH_SEED = CAUGHT_BY.flatMap(([mutant, says, seeds]) =>
  seeds.map((seed) => [mutant, says, seed] as const),
);

test("a stale hello that offers a number again leaves no gap inside a push (seed 118)", async () => {
  expect((await new Simulation(118, NO_MUTANTS).run(STEPS)).faults).toEqual([]);
});

test("an upload that is full is not stored before its hash was checked (seed 29)", async () => {
  expect((await new Simulation(29, NO_MUTANTS).run(STEPS)).faults).toEqual([]);
});

test.each(EACH_SEED)("the fault %s is told as '%s' by seed %i", async (mutant, says, seed) => {
  expect((await new Simulation(seed, NO_MUTANTS).run(STEPS)).faults).toEqual([]);
  const ended = await new Simulation(seed, new Set([mutant])).run(STEPS);
  expect(ended.faults).toContainEqual(expect.stringContaining(says));
});
