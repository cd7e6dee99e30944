// A tablet for tests: memory disk, journal and rounds, with edits made as the Store makes them.

import type { Edit, PhotoBytes } from "../data/types";
import { planEdits } from "../data/write";
import type { Limits } from "./batch";
import { type Change, freshMeta, type Meta } from "./held";
import { type Heard, Journal, toldOf } from "./journal";
import { Rounds } from "./loop";
import { MemoryDisk } from "./memory-disk";
import { Model } from "./model";
import type { Mutants } from "./mutants";
import type { Step } from "./push";
import { SlowDisk } from "./slow-disk";
import type { Transport } from "./transport";

export interface TabletOptions {
  client?: string;
  tabs?: number;
  mutants?: Mutants;
  limits?: Limits;
  now?: () => number;
  /** Lets others go first, around everything that the disk does. */
  turns?: () => Promise<void>;
}

export class FakeTablet {
  readonly disk: MemoryDisk;
  made: { client: string; mid: number; line: string }[] = [];
  /** Pages that are open at once on the one disk; the first is what most tests speak of. */
  tabs: { journal: Journal; rounds: Rounds }[] = [];
  now: () => number;
  readonly name: string;
  /** It was replaced by a copy of itself at least once. */
  isCopied = false;
  readonly #transport: Transport;
  readonly #options: TabletOptions;
  #mismatches = 0;

  constructor(transport: Transport, options: TabletOptions = {}) {
    this.#transport = transport;
    this.#options = options;
    this.now = options.now ?? (() => 1_795_000_000_000);
    this.name = options.client ?? "client-a";
    this.disk = new MemoryDisk(freshMeta(this.name, "device-a"));
  }

  /** Copy the tablet now; calling the answer puts the copy in its place, later work is gone with it. */
  copy(): () => void {
    const back = this.disk.copy();
    const made = [...this.made];
    return () => {
      back();
      this.made = [...made];
      this.isCopied = true;
    };
  }

  /** Cold start: all that is left is what the disk holds. */
  async open(): Promise<this> {
    this.#mismatches = this.mismatches;
    this.tabs = [];
    const many = this.#options.tabs ?? 1;
    this.tabs = await Promise.all(Array.from({ length: many }, () => this.#openTab()));
    return this;
  }

  async #openTab(): Promise<{ journal: Journal; rounds: Rounds }> {
    const { turns, mutants, limits } = this.#options;
    const disk = turns ? new SlowDisk(this.disk, turns) : this.disk;
    const load = async (): Promise<Model> => new Model(await disk.load());
    const journal: Journal = new Journal(
      disk,
      await load(),
      (written) => this.#tell(journal, toldOf(written)),
      load,
    );
    const rounds = new Rounds({
      journal,
      transport: this.#transport,
      now: () => this.now(),
      organisationId: "organisation",
      build: "test",
      storage: async () => ({}),
      ...(mutants ? { mutants } : {}),
      ...(limits ? { limits } : {}),
    });
    return { journal, rounds };
  }

  /** What one page wrote the others hear of in their own time. */
  #tell(by: Journal, heard: Heard): void {
    for (const { journal } of this.tabs) {
      const turns = this.#options.turns ?? (() => Promise.resolve());
      if (journal !== by) void turns().then(() => journal.follow(structuredClone(heard)));
    }
  }

  get journal(): Journal {
    return this.#tab(0).journal;
  }
  get rounds(): Rounds {
    return this.#tab(0).rounds;
  }
  #tab(n: number): { journal: Journal; rounds: Rounds } {
    const tab = this.tabs[n];
    if (!tab) throw new Error("no such page is open");
    return tab;
  }

  get mismatches(): number {
    return this.tabs.reduce((sum, { rounds }) => sum + rounds.mismatches, this.#mismatches);
  }

  get model(): Model {
    return this.journal.model;
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

  async edit(edits: Edit[], photos: PhotoBytes[] = [], tab = 0): Promise<void> {
    const moment = {
      at: this.now(),
      mono: ["session", 1] as [string, number],
      groupId: () => `group-${this.made.length}`,
    };
    let client = "";
    let change: Change = {};
    const { journal } = this.#tab(tab);
    const planned = (meta: Meta, model: Model): Change => {
      client = meta.client_id;
      change = planEdits(model, meta, edits, photos, moment);
      return change;
    };
    try {
      await journal.commit(planned);
    } finally {
      // A write that was kept although it was not told counts too: it will be sent.
      for (const { mid, line } of change.outboxPut ?? []) {
        const kept = this.disk.meta.client_id === client && this.disk.outbox.get(mid)?.line;
        if (kept === line || this.disk.sent.get(`${client} ${mid}`)?.line === line)
          this.made.push({ client, mid, line });
      }
    }
  }

  round(tab = 0): Promise<Step> {
    return this.#tab(tab).rounds.run();
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
