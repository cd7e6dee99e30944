// A tablet for tests: memory disk, journal and rounds, with edits made as the Store makes them.

import type { Edit, PhotoBytes } from "../data/types";
import { planEdits } from "../data/write";
import type { Limits } from "./batch";
import { freshMeta } from "./held";
import { Journal } from "./journal";
import { Rounds } from "./loop";
import { MemoryDisk } from "./memory-disk";
import { Model } from "./model";
import type { Mutants } from "./mutants";
import type { Step } from "./push";
import type { Transport } from "./transport";

export interface TabletOptions {
  client?: string;
  mutants?: Mutants;
  limits?: Limits;
  now?: () => number;
}

export class FakeTablet {
  readonly disk: MemoryDisk;
  readonly made: { client: string; mid: number; line: string }[] = [];
  journal!: Journal;
  rounds!: Rounds;
  now: () => number;
  readonly #transport: Transport;
  readonly #options: TabletOptions;
  #clients = 0;
  #mismatches = 0;

  constructor(transport: Transport, options: TabletOptions = {}) {
    this.#transport = transport;
    this.#options = options;
    this.now = options.now ?? (() => 1_795_000_000_000);
    this.disk = new MemoryDisk(freshMeta(options.client ?? "client-a", "device-a"));
  }

  /** Cold start: all that is left is what the disk holds. */
  async open(): Promise<this> {
    this.#mismatches += this.rounds?.mismatches ?? 0;
    const load = async (): Promise<Model> => new Model(await this.disk.load());
    this.journal = new Journal(this.disk, await load(), () => {}, load);
    this.rounds = new Rounds({
      journal: this.journal,
      transport: this.#transport,
      now: () => this.now(),
      newClient: () => this.#newClient(),
      organisationId: "organisation",
      build: "test",
      storage: async () => ({}),
      ...(this.#options.mutants ? { mutants: this.#options.mutants } : {}),
      ...(this.#options.limits ? { limits: this.#options.limits } : {}),
    });
    return this;
  }

  get mismatches(): number {
    return this.#mismatches + this.rounds.mismatches;
  }

  get model(): Model {
    return this.journal.model;
  }

  #newClient(): string {
    this.#clients += 1;
    return `${this.#options.client ?? "client-a"}-${this.#clients}`;
  }

  async subscribe(...scopes: string[]): Promise<void> {
    await this.journal.commit((meta) => ({
      meta: {
        cursors: {
          ...meta.cursors,
          ...Object.fromEntries(scopes.map((id) => [id, { gen: 0, seq: 0 }])),
        },
        resets: [...meta.resets, ...scopes],
      },
    }));
  }

  async edit(edits: Edit[], photos: PhotoBytes[] = []): Promise<void> {
    const moment = {
      at: this.now(),
      mono: ["session", 1] as [string, number],
      groupId: () => `group-${this.made.length}`,
    };
    await this.journal.commit((meta) => {
      const change = planEdits(this.model, meta, edits, photos, moment);
      const client = meta.client_id;
      for (const { mid, line } of change.outboxPut ?? []) this.made.push({ client, mid, line });
      return change;
    });
  }

  round(): Promise<Step> {
    return this.rounds.run();
  }

  /** Run rounds until one ends well; the last end otherwise. */
  async drain(most = 30): Promise<Step> {
    let step: Step = "done";
    for (let i = 0; i < most; i += 1) {
      step = await this.round();
      if (step === "done" && this.model.outboxSize === 0 && this.model.meta.resets.length === 0)
        return step;
    }
    return step;
  }
}
