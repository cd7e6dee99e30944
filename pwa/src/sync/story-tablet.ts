// A tablet of the simulator's stories: the shipped engine on a disk, a clock and a wire that are told what to do.
import type { Edit, PhotoBytes } from "../data/types";
import { planEdits } from "../data/write";
import { LIMITS } from "./batch";
import { type Change, type Disk, freshMeta, type Held, type Meta, type Written } from "./held";
import { type Heard, Journal, toldOf } from "./journal";
import { Rounds } from "./loop";
import { MemoryDisk } from "./memory-disk";
import { Model } from "./model";
import type { Mutants } from "./mutants";
import { type Answer, type Ask, type Transport, Unreadable } from "./transport";

export interface Setup {
  name: string;
  client_id: string;
  device_id: string;
  organisation_id: string;
  seed: number;
  ops: number;
  page: number;
}
export interface Moment {
  wall: number;
  mono: number;
}
export interface ToldAnswer {
  status: number;
  body: string;
  headers: Readonly<Record<string, string>>;
  is_cut: boolean;
}
interface Tab {
  journal: Journal;
  rounds: Rounds;
  isBusy: boolean;
}

const TABS = 2;

/** The disk of one life: once the power is gone, nothing that still runs of it may write. */
class LifeDisk implements Disk {
  isDead = false;
  readonly #kept: MemoryDisk;
  readonly #mutants: Mutants;
  readonly #asked: (durability: string) => void;

  constructor(kept: MemoryDisk, mutants: Mutants, asked: (durability: string) => void) {
    this.#kept = kept;
    this.#mutants = mutants;
    this.#asked = asked;
  }

  load(): Promise<Held> {
    return this.#kept.load();
  }
  async write(plan: (meta: Meta) => Change | undefined): Promise<Written | undefined> {
    if (this.isDead) throw new DOMException("no power", "UnknownError");
    try {
      const written = await this.#kept.write((meta) => this.#planned(plan(meta)));
      if (written) this.#asked("strict");
      return written;
    } catch (error) {
      this.isDead ||= error instanceof DOMException;
      throw error;
    }
  }
  staged(): ReturnType<Disk["staged"]> {
    return this.#kept.staged();
  }
  sentFrom(client: string, mid: number): ReturnType<Disk["sentFrom"]> {
    return this.#kept.sentFrom(client, mid);
  }
  chunk(sha256: string, n: number): ReturnType<Disk["chunk"]> {
    return this.#kept.chunk(sha256, n);
  }
  thumb(sha256: string): ReturnType<Disk["thumb"]> {
    return this.#kept.thumb(sha256);
  }
  #planned(change: Change | undefined): Change | undefined {
    if (!change || !this.#mutants.has("no_history")) return change;
    return { ...change, sentPut: change.sentPut?.filter(({ open }) => open === 1) ?? [] };
  }
}

export class StoryTablet implements Transport {
  readonly setup: Setup;
  readonly kept: MemoryDisk;
  readonly asked = new Map<string, number>();
  readonly mutants: Mutants;
  tabs: Tab[] = [];
  /** Requests put on the table since the last look. */
  table: (Ask & { n: number })[] = [];
  /** What went wrong that no power cut explains. */
  broken: string | undefined;
  #disk: LifeDisk;
  #moment: Moment = { wall: 0, mono: 0 };
  #starts = 0;
  #drawn = 0;
  #asks = 0;
  #mismatches = 0;
  #waiting = new Map<number, (answer: Answer) => void>();

  constructor(setup: Setup, mutants: Mutants) {
    this.setup = setup;
    this.mutants = mutants;
    this.kept = new MemoryDisk(freshMeta(setup.client_id, setup.device_id));
    this.#disk = this.#newLife();
  }

  #newLife(): LifeDisk {
    return new LifeDisk(this.kept, this.mutants, (durability) => {
      this.asked.set(durability, (this.asked.get(durability) ?? 0) + 1);
    });
  }

  get isDead(): boolean {
    return this.#disk.isDead;
  }
  get model(): Model {
    return this.#tab(0).journal.model;
  }
  get rounds(): number {
    return this.tabs.filter(({ isBusy }) => isBusy).length;
  }
  get mismatches(): number {
    return this.tabs.reduce((sum, { rounds }) => sum + rounds.mismatches, this.#mismatches);
  }

  /** Start from the disk: memory, rounds and whoever waited are gone. */
  async start(moment: Moment): Promise<void> {
    this.#mismatches = this.mismatches;
    this.#disk.isDead = true;
    this.#disk = this.#newLife();
    this.kept.failNext = undefined;
    this.#moment = moment;
    this.#starts += 1;
    this.#waiting = new Map();
    this.table = [];
    this.tabs = await Promise.all(Array.from({ length: TABS }, () => this.#openTab()));
  }

  async #openTab(): Promise<Tab> {
    const disk = this.#disk;
    const load = async (): Promise<Model> => new Model(await disk.load());
    const told = (written: Written): void => this.#tell(journal, toldOf(written));
    const journal: Journal = new Journal(disk, await load(), told, load);
    const rounds = new Rounds({
      journal,
      transport: this,
      now: () => this.#moment.wall,
      organisationId: this.setup.organisation_id,
      build: "story",
      storage: async () => ({}),
      mutants: this.mutants,
      limits: { ...LIMITS, ops: this.setup.ops },
      page: this.setup.page,
    });
    return { journal, rounds, isBusy: false };
  }

  #tab(n: number): Tab {
    const tab = this.tabs[n];
    if (!tab) throw new Error("no such tab is open");
    return tab;
  }
  #tell(by: Journal, heard: Heard): void {
    for (const { journal } of this.tabs) {
      if (journal !== by) void journal.follow(structuredClone(heard));
    }
  }

  /** A uuid that hangs on this tablet's seed and on how many were drawn, on nothing else. */
  #fresh(): string {
    this.#drawn += 1;
    const hex = (n: number, width: number): string => n.toString(16).padStart(width, "0");
    const { seed } = this.setup;
    return `${hex(seed >>> 0, 8)}-0000-4000-8000-${hex(this.#drawn, 12)}`;
  }

  async edit(edits: Edit[], photos: PhotoBytes[], moment: Moment): Promise<void> {
    this.#moment = moment;
    const at = {
      at: Math.max(0, moment.wall),
      mono: [`${this.setup.name}.${this.#starts}`, moment.mono] as [string, number],
      groupId: () => this.#fresh(),
    };
    const { journal } = this.#tab(0);
    await this.#quietly(() =>
      journal.commit((meta, model) => planEdits(model, meta, edits, photos, at)),
    );
  }

  /** Rounds of two tabs may overlap. */
  begin(moment: Moment): void {
    this.#moment = moment;
    const tab = this.tabs.find(({ isBusy }) => !isBusy) ?? this.#tab(0);
    tab.isBusy = true;
    void this.#quietly(async () => {
      await subscribe(tab);
      await tab.rounds.run();
    }).then(() => {
      tab.isBusy = false;
    });
  }

  send(ask: Ask): Promise<Answer> {
    this.#asks += 1;
    const n = this.#asks;
    this.table.push({ ...ask, n });
    return new Promise((resolve) => this.#waiting.set(n, resolve));
  }

  answer(n: number, answer: ToldAnswer, moment: Moment): void {
    const resolve = this.#waiting.get(n);
    if (!resolve) return;
    this.#waiting.delete(n);
    this.#moment = moment;
    resolve(answerOf(answer));
  }

  /** Another tablet with a copy of this disk. */
  async copy(name: string, seed: number): Promise<StoryTablet> {
    const twin = new StoryTablet({ ...this.setup, name, seed }, this.mutants);
    twin.kept.become(this.kept);
    await twin.start(this.#moment);
    return twin;
  }

  async #quietly(run: () => Promise<unknown>): Promise<void> {
    const disk = this.#disk;
    try {
      await run();
    } catch (error) {
      if (!disk.isDead) this.broken ??= error instanceof Error ? `${error.stack}` : `${error}`;
    }
  }
}

/** Whoever is told of a scope downloads it: here nobody chooses. */
async function subscribe({ journal, rounds }: Tab): Promise<void> {
  await journal.commit(({ cursors, resets }) => {
    const fresh = rounds.scopes.map(({ id }) => id).filter((id) => !(id in cursors));
    if (fresh.length === 0) return undefined;
    const begun = Object.fromEntries(fresh.map((id) => [id, { gen: 0, seq: 0 }]));
    return { meta: { cursors: { ...cursors, ...begun }, resets: [...resets, ...fresh] } };
  });
}

function answerOf({ status, body, headers, is_cut }: ToldAnswer): Answer {
  const names = new Map(Object.entries(headers).map(([name, v]) => [name.toLowerCase(), v]));
  return {
    status,
    header: (name) => names.get(name.toLowerCase()) ?? null,
    json: async () => {
      if (is_cut) throw new Unreadable();
      try {
        return JSON.parse(body) as unknown;
      } catch {
        throw new Unreadable();
      }
    },
    lines: async function* () {
      const lines = body.split("\n");
      yield* is_cut ? lines.slice(0, -1) : lines;
      if (is_cut) throw new Unreadable();
    },
  };
}
