// Seeded faults of the tablet's disk: each must be caught by named seeds, in the words of what was lost.
import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { FakeServer } from "../sync/fake-server";
import { freshMeta } from "../sync/held";
import { Journal } from "../sync/journal";
import { Rounds } from "../sync/loop";
import { Model } from "../sync/model";
import { type Mutant, type Mutants, NO_MUTANTS } from "../sync/mutants";
import { Connection } from "./connection";
import { IdbDisk } from "./disk";
import { PowerCut } from "./power-cut";
import { planEdits } from "./write";

const SEEDS = [1, 2, 3];
const SCHOOL = "school-1";
const STEPS = 24;

let names = 0;
const power = new PowerCut();
beforeEach(() => {
  names += 1;
  power.forget();
});

function randomOf(seed: number): () => number {
  let state = seed * 7919 + 17;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

class Story {
  readonly server = new FakeServer();
  readonly #random: () => number;
  readonly #mutants: Mutants;
  readonly #name = `mutants-${names}`;
  readonly #saved = new Map<number, string>();
  #journal!: Journal;
  #rounds!: Rounds;
  #disk!: IdbDisk;

  constructor(seed: number, mutants: Mutants) {
    this.#random = randomOf(seed);
    this.#mutants = mutants;
    this.server.addScope(SCHOOL);
  }

  /** Start the app from what its disk holds. */
  async open(): Promise<void> {
    const connection = new Connection(this.#name);
    this.#disk = new IdbDisk(connection, () => freshMeta("client-a", "device-a"), this.#mutants);
    const load = async (): Promise<Model> => new Model(await this.#disk.load());
    this.#journal = new Journal(this.#disk, await load(), () => {}, load);
    this.#rounds = new Rounds({
      journal: this.#journal,
      transport: this.server,
      now: () => this.server.now,
      organisationId: "organisation",
      build: "test",
      storage: async () => ({}),
    });
  }

  async edit(step: number): Promise<void> {
    const id = `a${Math.floor(this.#random() * 4)}`;
    const edits = [{ kind: "asset", id, scope: SCHOOL, set: { note: `v${step}` } }];
    const moment = {
      at: this.server.now,
      mono: ["s", step] as [string, number],
      groupId: () => "g",
    };
    await power.around(this.#name, () =>
      this.#journal.commit((meta) => planEdits(this.#journal.model, meta, edits, [], moment)),
    );
    const last = this.#journal.model.outbox().at(-1);
    if (last) this.#saved.set(last.mid, last.line);
  }

  round(): Promise<unknown> {
    return power.around(this.#name, () => this.#rounds.run());
  }

  /** The battery is gone: what was not on the disk never was. */
  async cut(): Promise<void> {
    await power.cut(this.#name);
    await this.open();
  }

  async #download(): Promise<void> {
    const cursors = { [SCHOOL]: { gen: 0, seq: 0 } };
    await this.#journal.commit(() => ({ meta: { cursors, resets: [SCHOOL] } }));
  }

  /** A walk of edits, rounds and power cuts. */
  async walk(): Promise<void> {
    await this.open();
    await power.around(this.#name, () => this.#download());
    for (let step = 0; step < STEPS; step += 1) {
      this.server.now += 1000;
      const luck = this.#random();
      if (luck < 0.6) await this.edit(step);
      else if (luck < 0.85) await this.round();
      else await this.cut();
    }
    await this.cut();
  }

  /** The server is put back to what it held at its beginning, under a new epoch. */
  restore(): void {
    this.server.ledger.clear();
    this.server.records.clear();
    this.server.gone.clear();
    this.server.scopes.set(SCHOOL, { seq: 0, gen: 1, min: 0 });
    this.server.epoch = "epoch-2";
  }

  async lost(): Promise<string[]> {
    for (let turn = 0; turn < 6; turn += 1) await this.round();
    const ledger = this.server.ledger.get("client-a");
    return [...this.#saved]
      .filter(([mid, line]) => ledger?.get(mid)?.line !== line)
      .map(([mid]) => `op ${mid} was saved and is not in the ledger`);
  }
}

async function lostBy(seed: number, mutants: Mutants): Promise<string[]> {
  const story = new Story(seed, mutants);
  await story.walk();
  await story.round();
  if (!mutants.has("relaxed_durability")) story.restore();
  return story.lost();
}

test.each(SEEDS)(
  "no saved op is lost, by power cuts or a restored server: seed %i",
  async (seed) => {
    expect(await lostBy(seed, NO_MUTANTS)).toEqual([]);
    expect(power.asked).not.toContain("relaxed");
    expect(power.asked.length).toBeGreaterThan(STEPS / 2);
  },
);

const FAULTS: Mutant[] = ["relaxed_durability", "no_history"];
for (const mutant of FAULTS) {
  test.each(SEEDS)(`the fault ${mutant} is caught by seed %i`, async (seed) => {
    const lost = await lostBy(seed, new Set([mutant]));
    expect(lost.join()).toContain("was saved and is not in the ledger");
    expect(power.asked.includes("relaxed")).toBe(mutant === "relaxed_durability");
  });
}
