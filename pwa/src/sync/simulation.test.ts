// The walk must end well for every seed, and end badly for each seeded fault: tests that can fail.
import { expect, test, vi } from "vitest";
import { hashInTurn } from "./chance";
import { type Mutant, NO_MUTANTS } from "./mutants";
import { type Plot, Simulation } from "./simulation";

vi.spyOn(crypto.subtle, "digest").mockImplementation(hashInTurn);

const STEPS = 120;
/** Seconds of work, not of waiting: a busy machine must not fail it. */
const LONG = { timeout: 120_000 };
const PLOTS: [string, Plot, number][] = [
  ["as days go", {}, 30],
  ["with a server restored from its backups", { restores: true }, 20],
  ["with tablets restored from copies of themselves", { copies: true }, 20],
];

test.each(PLOTS)(
  "two tablets and a desk converge, and no op is lost: %s",
  LONG,
  async (_, plot, seeds) => {
    const failed: string[] = [];
    let made = 0;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const ended = await new Simulation(seed, NO_MUTANTS, plot).run(STEPS);
      made += ended.made;
      for (const fault of ended.faults) failed.push(`seed ${seed}: ${fault}`);
    }
    expect(failed).toEqual([]);
    expect(made).toBeGreaterThan(25 * seeds);
  },
);

/** Seeds that found something. */
test.each<[string, Plot, number]>([
  ["an op sent while what was kept is read is not taken for one that was pruned", {}, 45],
  ["a digest of a server restored meanwhile is no mismatch", { restores: true }, 12],
])("%s (%o, seed %i)", async (_, plot, seed) => {
  expect((await new Simulation(seed, NO_MUTANTS, plot).run(STEPS)).faults).toEqual([]);
});

/** What each seeded fault breaks, in the words of the check that must see it, and named seeds. */
const CAUGHT_BY: [Mutant, string, readonly number[]][] = [
  ["clear_outbox_on_send", "is missing", [1, 2, 3]],
  ["drop_on_4xx", "left early", [2, 3, 6]],
  ["blob_before_hash_check", "a photo's bytes never arrived", [5, 6, 7]],
  ["cursor_to_head", "a digest differed", [1, 2, 3]],
  ["group_split", "a group was sent in two pushes", [1, 2, 3]],
];
const EACH_SEED = CAUGHT_BY.flatMap(([mutant, says, seeds]) =>
  seeds.map((seed) => [mutant, says, seed] as const),
);

test.each(EACH_SEED)("the fault %s is told as '%s' by seed %i", async (mutant, says, seed) => {
  expect((await new Simulation(seed, NO_MUTANTS).run(STEPS)).faults).toEqual([]);
  const ended = await new Simulation(seed, new Set([mutant])).run(STEPS);
  expect(ended.faults).toContainEqual(expect.stringContaining(says));
});
