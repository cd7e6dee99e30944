// A tablet of the simulator's stories: the shipped engine on a disk, a clock and a wire that are told what to do.

import { type Seen, Steps, seenBy } from "../data/steps";
import type { Edit, PhotoBytes } from "../data/types";
import { writeEdits } from "../data/write";
import { LIMITS } from "./batch";
import { type Change, type Disk, freshMeta, type Held, type Meta, type Written } from "./held";
import { type Heard, Journal, toldOf } from "./journal";
import { Rounds } from "./loop";
import { Model } from "./model";
import type { Mutants } from "./mutants";
import type { Mark } from "./op";
import { answerOf, type ToldAnswer } from "./story-answer";
import { Shown } from "./story-form";
import { type Kept, KeptInIdb, KeptInMemory } from "./story-kept";
import type { Answer, Ask, Transport } from "./transport";

export interface Setup {
  name: string;
  client_id: string;
  device_id: string;
  organisation_id: string;
  seed: number;
  ops: number;
  page: number;
  /** Whether its disk is IndexedDB. */
  idb: boolean;
}
export interface Moment {
  wall: number;
  mono: number;
}
export interface FormEdit extends Edit {
  base?: Readonly<Record<string, Mark>> | undefined;
}
interface Tab {
  journal: Journal;
  rounds: Rounds;
  isBusy: boolean;
}

const TABS = 2;

/** The disk of one tab's life: once the power is gone, nothing that still runs of it may write. */
class LifeDisk implements Disk {
  readonly #disk: Disk;
  readonly #life: Life;

  constructor(disk: Disk, life: Life) {
    this.#disk = disk;
    this.#life = life;
  }

  load(): Promise<Held> {
    return this.#during(() => this.#disk.load());
  }
  write(plan: (meta: Meta) => Change | undefined): Promise<Written | undefined> {
    const life = this.#life;
    if (life.isDead) return Promise.reject(noPower());
    return this.#during(async () => {
      const written = await this.#disk.write((meta) => {
        const change = plan(meta);
        if (change && life.failNext === "before") life.isDead = true;
        if (change && life.isDead) throw noPower();
        return change;
      });
      if (written && life.failNext === "after") life.isDead = true;
      if (written && life.isDead) throw noPower();
      return written;
    });
  }
  staged(): ReturnType<Disk["staged"]> {
    return this.#during(() => this.#disk.staged());
  }
  sentFrom(client: string, mid: number): ReturnType<Disk["sentFrom"]> {
    return this.#during(() => this.#disk.sentFrom(client, mid));
  }
  lost(): ReturnType<Disk["lost"]> {
    return this.#during(() => this.#disk.lost());
  }
  chunk(sha256: string, n: number): ReturnType<Disk["chunk"]> {
    return this.#during(() => this.#disk.chunk(sha256, n));
  }
  thumb(sha256: string): ReturnType<Disk["thumb"]> {
    return this.#during(() => this.#disk.thumb(sha256));
  }

  async #during<T>(run: () => Promise<T>): Promise<T> {
    this.#life.busy += 1;
    try {
      return await run();
    } finally {
      this.#life.busy -= 1;
    }
  }
}

function noPower(): DOMException {
  return new DOMException("no power", "QuotaExceededError");
}

/** From one start to the next. */
interface Life {
  isDead: boolean;
  failNext: "before" | "after" | undefined;
  /** What the disk is doing at this moment. */
  busy: number;
}

export class StoryTablet implements Transport {
  readonly setup: Setup;
  readonly kept: Kept;
  readonly mutants: Mutants;
  tabs: Tab[] = [];
  /** Requests put on the table since the last look. */
  table: (Ask & { n: number })[] = [];
  /** What went wrong that no power cut explains. */
  broken: string | undefined;
  #life: Life = { isDead: false, failNext: undefined, busy: 0 };
  #moment: Moment = { wall: 0, mono: 0 };
  #starts = 0;
  #drawn = 0;
  #asks = 0;
  #mismatches = 0;
  #waiting = new Map<number, (answer: Answer) => void>();
  #steps = new Steps();
  readonly #shown = new Shown();

  constructor(setup: Setup, mutants: Mutants, kept?: Kept) {
    this.setup = setup;
    this.mutants = mutants;
    const fresh = freshMeta(setup.client_id, setup.device_id);
    this.kept = kept ?? (setup.idb ? new KeptInIdb(fresh, mutants) : new KeptInMemory(fresh));
  }

  get isDead(): boolean {
    return this.#life.isDead;
  }
  get isBusy(): boolean {
    return this.#life.busy > 0;
  }
  /** The power goes at the next write. */
  failNext(when: "before" | "after"): void {
    this.#life.failNext = when;
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
    this.#life.isDead = true;
    await this.kept.cut();
    this.#life = { isDead: false, failNext: undefined, busy: 0 };
    this.#moment = moment;
    this.#starts += 1;
    this.#waiting = new Map();
    this.#steps = new Steps();
    this.table = [];
    this.tabs = await Promise.all(Array.from({ length: TABS }, () => this.#openTab()));
  }

  async #openTab(): Promise<Tab> {
    const disk = new LifeDisk(this.kept.open(), this.#life);
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

  /** Remember what stands on the screen now: a form may be opened on it. */
  look(): void {
    this.#shown.look(this.model);
  }

  /** `base` with an edit: it is saved from a form that was opened when these values stood. */
  async edit(edits: FormEdit[], photos: PhotoBytes[], moment: Moment): Promise<void> {
    this.#moment = moment;
    const at = {
      at: Math.max(0, moment.wall),
      mono: [`${this.setup.name}.${this.#starts}`, moment.mono] as [string, number],
      groupId: () => this.#fresh(),
    };
    const { journal } = this.#tab(0);
    const { model } = journal;
    const seen = edits.flatMap((edit): Seen[] => {
      const { base } = edit;
      return base ? [this.#shown.form(model, edit, base)] : seenBy(model, [edit]);
    });
    const knew = { seen, steps: this.#steps };
    await this.#quietly(() => writeEdits(journal, edits, photos, at, knew));
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
    const kept = await this.kept.copy();
    const twin = new StoryTablet({ ...this.setup, name, seed }, this.mutants, kept);
    await twin.start(this.#moment);
    return twin;
  }

  async #quietly(run: () => Promise<unknown>): Promise<void> {
    const life = this.#life;
    try {
      await run();
    } catch (error) {
      if (!life.isDead) this.broken ??= error instanceof Error ? `${error.stack}` : `${error}`;
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
