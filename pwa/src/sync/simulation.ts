// A seeded walk of two tablets and a desk: lost, late and doubled requests, crashes, overlaps, restores.
// What the engine reads when it wants it is here before a story begins: the same seed, the same story.
import "./blobs";
import "./bootstrap";
import "./rebase";
import type { Value } from "../data/types";
import { type Chance, chanceOf, letOthersGo, pick } from "./chance";
import { backupOf } from "./fake-backup";
import { FakeRoad } from "./fake-road";
import { FakeServer } from "./fake-server";
import { FakeTablet } from "./fake-tablet";
import { sha256Hex } from "./hash";
import type { Mutants } from "./mutants";
import { faultsOf } from "./verdict";

export const SCHOOLS = ["school-1", "school-2"];
const FIELDS = ["name", "note", "condition"];

export interface Ended {
  faults: string[];
  made: number;
}

/** Of what a story may be made besides edits, rounds and crashes. */
export interface Plot {
  /** The server is restored from a backup. */
  restores?: boolean;
  /** A tablet is restored from a copy of itself. */
  copies?: boolean;
}

export class Simulation {
  readonly server = new FakeServer();
  readonly tablets: FakeTablet[] = [];
  readonly #roads: FakeRoad[] = [];
  readonly #chance: Chance;
  readonly #plot: Plot;
  readonly #photos: string[] = [];
  readonly #copies = new Map<FakeTablet, () => void>();
  #restore: (() => void) | undefined;
  #step = 0;

  constructor(seed: number, mutants: Mutants, plot: Plot = {}) {
    this.#chance = chanceOf(seed);
    this.#plot = plot;
    for (const school of SCHOOLS) this.server.addScope(school);
    for (const client of ["client-a", "client-b"]) {
      const road = new FakeRoad(this.server, this.#chance);
      this.#roads.push(road);
      const now = (): number => this.server.now + (client === "client-b" ? -5000 : 0);
      const turns = async (): Promise<void> => {
        if (!road.isCalm) await letOthersGo(this.#chance);
      };
      const limits = { ops: 4, bytes: 4096 };
      this.tablets.push(new FakeTablet(road, { client, mutants, now, limits, turns, tabs: 2 }));
    }
  }

  async run(steps: number): Promise<Ended> {
    for (const tablet of this.tablets) {
      await tablet.open();
      await tablet.subscribe(...SCHOOLS);
    }
    for (this.#step = 0; this.#step < steps; this.#step += 1) {
      this.server.now += 1 + Math.floor(this.#chance() * 100);
      await this.#move(pick(this.#chance, this.tablets));
    }
    return this.#settle();
  }

  async #move(tablet: FakeTablet): Promise<void> {
    const luck = this.#chance();
    if (luck < 0.36) await this.#edit(tablet);
    else if (luck < 0.41) await this.#group(tablet);
    else if (luck < 0.46) await this.#photo(tablet);
    else if (luck < 0.64) await this.#round(tablet);
    else if (luck < 0.72) await Promise.all([this.#round(tablet), this.#round(tablet)]);
    else if (luck < 0.8) await Promise.all([this.#round(tablet), this.#edit(tablet)]);
    else if (luck < 0.86) this.#desk();
    else if (luck < 0.91) await this.#crash(tablet);
    else if (luck < 0.94) await tablet.open();
    else if (luck < 0.96) this.server.remove("asset", `a${Math.floor(this.#chance() * 8)}`);
    else if (luck < 0.98) await this.#copy(tablet);
    else this.#backup();
  }

  #tab(): number {
    return this.#chance() < 0.7 ? 0 : 1;
  }

  #round(tablet: FakeTablet): Promise<void> {
    return quietly(() => tablet.round(this.#tab()));
  }

  async #edit(tablet: FakeTablet): Promise<void> {
    const isOdd = this.#chance() < 0.05;
    const kind = isOdd ? pick(this.#chance, ["bad", "odd", "poison"]) : "asset";
    const id = `${kind[0]}${Math.floor(this.#chance() * 8)}`;
    const set: Record<string, Value> = { [pick(this.#chance, FIELDS)]: `v${this.#step}` };
    const edit = { kind, id, scope: schoolOf(id), set };
    await quietly(() => tablet.edit([edit], [], this.#tab()));
  }

  async #group(tablet: FakeTablet): Promise<void> {
    const edits = [0, 1, 2].map((n) => ({
      kind: "asset",
      id: `a${n}`,
      scope: schoolOf(`a${n}`),
      set: { note: `g${this.#step}` },
    }));
    await quietly(() => tablet.edit(edits, [], this.#tab()));
  }

  async #photo(tablet: FakeTablet): Promise<void> {
    const bytes = new TextEncoder().encode(`photo ${this.#step}`.repeat(20)).buffer;
    const sha256 = await sha256Hex(bytes);
    const edit = { kind: "photo", id: `p${this.#step}`, scope: "school-1", set: { sha256 } };
    const thumb = new ArrayBuffer(1);
    this.#photos.push(sha256);
    this.server.uploads.damageNext = this.#chance() < 0.5;
    await quietly(() => tablet.edit([edit], [{ sha256, mime: "image/jpeg", bytes, thumb }]));
  }

  #desk(): void {
    const id = `a${Math.floor(this.#chance() * 8)}`;
    const set = { [pick(this.#chance, FIELDS)]: `d${this.#step}` };
    this.server.write(schoolOf(id), "asset", id, set, `server:${this.#step}`);
  }

  async #crash(tablet: FakeTablet): Promise<void> {
    tablet.disk.failNext = this.#chance() < 0.5 ? "before" : "after";
    await this.#round(tablet);
    tablet.disk.failNext = undefined;
    await tablet.open();
  }

  /** A copy of the tablet is taken, or comes back in its place: numbers are given out twice. */
  async #copy(tablet: FakeTablet): Promise<void> {
    if (!this.#plot.copies) return;
    const back = this.#copies.get(tablet);
    if (!back || this.#chance() < 0.5) {
      this.#copies.set(tablet, tablet.copy());
      return;
    }
    back();
    await tablet.open();
  }

  #backup(): void {
    if (!this.#plot.restores) return;
    if (this.#restore && this.#chance() < 0.5) this.#restore();
    else this.#restore = backupOf(this.server);
  }

  async #settle(): Promise<Ended> {
    const drained: string[] = [];
    this.server.uploads.damageNext = false;
    for (const road of this.#roads) road.isCalm = true;
    for (let turn = 0; turn < 3; turn += 1) {
      for (const tablet of this.tablets) {
        await tablet.open();
        const step = await tablet.drain(60);
        if (step !== "done") drained.push(`a tablet did not drain: ${JSON.stringify(step)}`);
      }
    }
    const photos = this.#plot.copies ? [] : this.#photos;
    const faults = this.tablets.flatMap((tablet) => faultsOf(tablet, this.server, SCHOOLS));
    const named = photos.filter((sha) =>
      [...this.server.records.values()].some((row) => row.f.sha256 === sha),
    );
    if (named.some((sha) => !this.server.uploads.stored.has(sha)))
      faults.push("a photo's bytes never arrived");
    if (this.server.splitGroups > 0) faults.push("a group was sent in two pushes");
    const made = this.tablets.reduce((sum, tablet) => sum + tablet.made.length, 0);
    return { faults: [...drained, ...faults], made };
  }
}

/** Each id lives in one school, as ids do. */
function schoolOf(id: string): string {
  return Number(id.slice(1)) % 2 === 0 ? "school-1" : "school-2";
}

/** A tab that dies in the middle is the point: what it rejects with is not. */
async function quietly(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
