// The one place where disk and memory change together: memory follows the commit, never leads it.
import type { Change, Disk, Meta, Written } from "./held";
import type { Model } from "./model";

/** What one tab tells the others: a large change only by its number, they read it from the disk. */
export interface Heard {
  meta: Meta;
  change: Change | undefined;
}

const SMALL_ROWS = 200;

export function toldOf({ meta, change }: Written): Heard {
  const { photos: _, ...rest } = change;
  return { meta, change: (rest.basePut?.length ?? 0) > SMALL_ROWS ? undefined : rest };
}

/** Decides what to write on what the disk and the memory both hold: they are of one mind when it is asked. */
export type Plan = (meta: Meta, model: Model) => Change | undefined;

/** How often others may write while we read before we give up for this round. */
const MOST_READS = 20;

export class Journal {
  readonly disk: Disk;
  model: Model;
  readonly #changed: (written: Written) => void;
  readonly #fell: () => Promise<Model>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    disk: Disk,
    model: Model,
    changed: (written: Written) => void,
    reload: () => Promise<Model>,
  ) {
    this.disk = disk;
    this.model = model;
    this.#changed = changed;
    this.#fell = reload;
  }

  /** Plan on the newest meta, write it in one transaction, then show it. False: nothing to do. */
  commit(plan: Plan): Promise<boolean> {
    // One after the other: what one wrote is in memory before the next is planned.
    const mine = this.#last.then(() => this.#commit(plan));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** The same, on something read from the disk: it is read again if anybody wrote meanwhile. */
  async commitOn<T>(
    read: (model: Model) => Promise<T>,
    plan: (held: T, meta: Meta, model: Model) => Change | undefined,
  ): Promise<boolean> {
    for (let tries = 0; tries < MOST_READS; tries += 1) {
      const { rev } = this.model.meta;
      const held = await read(this.model);
      let isStale = false;
      const done = await this.commit((meta, model) => {
        isStale = meta.rev !== rev;
        return isStale ? undefined : plan(held, meta, model);
      });
      if (!isStale) return done;
    }
    return false;
  }

  async #commit(plan: Plan): Promise<boolean> {
    for (;;) {
      let isBehind = false;
      const written = await this.disk.write((meta) => {
        const { model } = this;
        isBehind = meta.rev !== model.meta.rev;
        return isBehind ? undefined : plan(meta, model);
      });
      if (written) {
        await this.follow(written);
        this.#changed(written);
        return true;
      }
      if (!isBehind) return false;
      // Another tab wrote and we have not heard of it yet, or the disk was emptied under us.
      this.model = await this.#fell();
    }
  }

  /** Take over a change that is on the disk, ours or another tab's. */
  async follow({ meta, change }: Heard): Promise<void> {
    const gap = meta.rev - this.model.meta.rev;
    if (gap <= 0) return;
    if (gap === 1 && change) {
      this.model.apply(change);
      return;
    }
    const fresh = await this.#fell();
    // Two reloads may overlap; the one that read earlier must not win.
    if (fresh.meta.rev > this.model.meta.rev) this.model = fresh;
  }
}
