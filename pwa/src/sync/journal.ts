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

export class Journal {
  readonly disk: Disk;
  model: Model;
  readonly #changed: (written: Written) => void;
  readonly #fell: () => Promise<Model>;

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
  async commit(plan: (meta: Meta) => Change | undefined): Promise<boolean> {
    const written = await this.disk.write(plan);
    if (!written) return false;
    await this.follow(written);
    this.#changed(written);
    return true;
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
