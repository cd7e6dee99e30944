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

const CAUGHT_BY: [Mutant, number][] = [
  ["clear_outbox_on_send", 1],
  ["drop_on_4xx", 3],
  ["blob_before_hash_check", 1],
  ["cursor_to_head", 1],
  ["group_split", 1],
];

test("a stale hello that offers a number again leaves no gap inside a push (seed 118)", async () => {
  expect((await new Simulation(118, NO_MUTANTS).run(STEPS)).faults).toEqual([]);
});

test("an upload that is full is not stored before its hash was checked (seed 29)", async () => {
  expect((await new Simulation(29, NO_MUTANTS).run(STEPS)).faults).toEqual([]);
});

test.each(CAUGHT_BY)("the fault %s is caught by seed %i", async (mutant, seed) => {
  const ended = await new Simulation(seed, new Set([mutant])).run(STEPS);
  expect(ended.faults).not.toEqual([]);
});
