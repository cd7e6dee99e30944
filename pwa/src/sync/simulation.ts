// A seeded walk of two tablets and a desk through lost, late and doubled requests, crashes and overlaps.
import type { Value } from "../data/types";
import { answer } from "./fake-answer";
import { FakeServer } from "./fake-server";
import { FakeTablet } from "./fake-tablet";
import { sha256Hex } from "./hash";
import type { Mutants } from "./mutants";
import { isGone } from "./rows";
import { type Answer, type Ask, NOBODY, type Transport } from "./transport";

export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The road between: loses requests and answers, doubles them, holds them back, answers 4xx and 5xx. */
class Road implements Transport {
  readonly #server: FakeServer;
  readonly #random: () => number;
  isCalm = false;

  constructor(server: FakeServer, random: () => number) {
    this.#server = server;
    this.#random = random;
  }

  async send(ask: Ask): Promise<Answer> {
    if (this.isCalm) return this.#server.send(ask);
    await this.#dawdle();
    const luck = this.#random();
    if (luck < 0.08) return NOBODY;
    if (luck < 0.12) return answer(luck < 0.1 ? 503 : 429, {}, { "Retry-After": "1" });
    if (luck < 0.15) await this.#server.send(ask);
    const reply = await this.#server.send(ask);
    await this.#dawdle();
    return luck > 0.92 ? NOBODY : reply;
  }

  /** Let others go first: overlapping rounds see answers in any order. */
  async #dawdle(): Promise<void> {
    for (let turns = Math.floor(this.#random() * 40); turns > 0; turns -= 1)
      await Promise.resolve();
  }
}

const SCHOOLS = ["school-1", "school-2"];
const FIELDS = ["name", "note", "condition"];

export interface Ended {
  faults: string[];
  made: number;
}

export class Simulation {
  readonly server = new FakeServer();
  readonly tablets: FakeTablet[] = [];
  readonly #roads: Road[] = [];
  readonly #random: () => number;
  readonly #photos: string[] = [];
  #step = 0;

  constructor(seed: number, mutants: Mutants) {
    this.#random = randomOf(seed);
    for (const school of SCHOOLS) this.server.addScope(school);
    for (const client of ["client-a", "client-b"]) {
      const road = new Road(this.server, this.#random);
      this.#roads.push(road);
      const now = (): number => this.server.now + (client === "client-b" ? -5000 : 0);
      this.tablets.push(
        new FakeTablet(road, { client, mutants, now, limits: { ops: 4, bytes: 4096 } }),
      );
    }
  }

  async run(steps: number): Promise<Ended> {
    for (const tablet of this.tablets) {
      await tablet.open();
      await tablet.subscribe(...SCHOOLS);
    }
    for (this.#step = 0; this.#step < steps; this.#step += 1) {
      this.server.now += 1 + Math.floor(this.#random() * 100);
      await this.#move(this.#pick(this.tablets));
    }
    return this.#settle();
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  async #move(tablet: FakeTablet): Promise<void> {
    const luck = this.#random();
    if (luck < 0.4) await this.#edit(tablet);
    else if (luck < 0.45) await this.#group(tablet);
    else if (luck < 0.5) await this.#photo(tablet);
    else if (luck < 0.7) await this.#quietly(() => tablet.round());
    else if (luck < 0.8) await Promise.all([1, 2].map(() => this.#quietly(() => tablet.round())));
    else if (luck < 0.88) this.#desk();
    else if (luck < 0.93) await this.#crash(tablet);
    else if (luck < 0.96) await this.#restart(tablet);
    else this.server.remove("asset", `a${Math.floor(this.#random() * 8)}`);
  }

  async #edit(tablet: FakeTablet): Promise<void> {
    const kind = this.#random() < 0.05 ? this.#pick(["bad", "odd", "poison"]) : "asset";
    const id = `${kind[0]}${Math.floor(this.#random() * 8)}`;
    const set: Record<string, Value> = { [this.#pick(FIELDS)]: `v${this.#step}` };
    await this.#quietly(() => tablet.edit([{ kind, id, scope: this.#schoolOf(id), set }]));
  }

  async #group(tablet: FakeTablet): Promise<void> {
    const edits = [0, 1, 2].map((n) => ({
      kind: "asset",
      id: `a${n}`,
      scope: this.#schoolOf(`a${n}`),
      set: { note: `g${this.#step}` },
    }));
    await this.#quietly(() => tablet.edit(edits));
  }

  async #photo(tablet: FakeTablet): Promise<void> {
    const bytes = new TextEncoder().encode(`photo ${this.#step}`.repeat(20)).buffer;
    const sha256 = await sha256Hex(bytes);
    const edit = { kind: "photo", id: `p${this.#step}`, scope: "school-1", set: { sha256 } };
    const thumb = new ArrayBuffer(1);
    this.#photos.push(sha256);
    this.server.uploads.damageNext = this.#random() < 0.5;
    await this.#quietly(() => tablet.edit([edit], [{ sha256, mime: "image/jpeg", bytes, thumb }]));
  }

  /** Each id lives in one school, as ids do. */
  #schoolOf(id: string): string {
    return Number(id.slice(1)) % 2 === 0 ? "school-1" : "school-2";
  }

  #desk(): void {
    const id = `a${Math.floor(this.#random() * 8)}`;
    const client = `server:${this.#step}`;
    this.server.write(
      this.#schoolOf(id),
      "asset",
      id,
      { [this.#pick(FIELDS)]: `d${this.#step}` },
      client,
    );
  }

  async #crash(tablet: FakeTablet): Promise<void> {
    tablet.disk.failNext = this.#random() < 0.5 ? "before" : "after";
    await this.#quietly(() => tablet.round());
    tablet.disk.failNext = undefined;
    await tablet.open();
  }

  async #restart(tablet: FakeTablet): Promise<void> {
    await tablet.open();
  }

  /** A tab that dies in the middle is the point: what it rejects with is not. */
  async #quietly(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  async #settle(): Promise<Ended> {
    const faults: string[] = [];
    this.server.uploads.damageNext = false;
    for (const road of this.#roads) road.isCalm = true;
    for (let turn = 0; turn < 3; turn += 1) {
      for (const tablet of this.tablets) {
        await tablet.open();
        const step = await tablet.drain(60);
        if (step !== "done") faults.push(`a tablet did not drain: ${JSON.stringify(step)}`);
      }
    }
    for (const tablet of this.tablets) this.#check(tablet, faults);
    this.#checkGroups(faults);
    for (const sha of this.#photos) {
      const isNamed = [...this.server.records.values()].some((row) => row.f.sha256 === sha);
      if (isNamed && !this.server.uploads.stored.has(sha))
        faults.push("a photo's bytes never arrived");
    }
    return { faults, made: this.tablets.reduce((sum, tablet) => sum + tablet.made.length, 0) };
  }

  #check(tablet: FakeTablet, faults: string[]): void {
    // I1: each op that was ever saved is in the ledger, byte for byte, and still known here.
    for (const { client, mid, line } of tablet.made) {
      const entry = this.server.ledger.get(client)?.get(mid);
      if (entry?.line !== line) faults.push(`op ${mid} of ${client} is missing`);
      if (tablet.disk.sent.get(`${client} ${mid}`)?.line !== line)
        faults.push(`op ${mid} left early`);
    }
    if (tablet.mismatches > 0) faults.push("a digest differed");
    // I5: with nothing unsent and the cursor at the head, tablet and server hold the same.
    for (const school of SCHOOLS) {
      const theirs = this.server.items(school).filter((item) => !isGone(item));
      const ours = [...tablet.model.scopeRows(school)].map(({ kind, id, seq, f }) => [
        kind,
        id,
        seq,
        sorted(JSON.parse(f)),
      ]);
      const wanted = theirs.map((item) => [
        item.k,
        item.id,
        item.seq,
        "f" in item ? sorted(item.f) : "",
      ]);
      if (JSON.stringify(ours.sort()) !== JSON.stringify(wanted.sort()))
        faults.push(`${school} differs`);
    }
  }

  #checkGroups(faults: string[]): void {
    if (this.server.splitGroups > 0) faults.push("a group was sent in two pushes");
  }
}

function sorted(f: Readonly<Record<string, Value>>): string {
  return JSON.stringify(Object.entries(f).sort());
}
