// The one place where disk and memory change together: memory follows the commit, never leads it.
import type { Change, Disk, Meta, Written } from "./held";
import type { Model } from "./model";

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
  async follow(written: Written): Promise<void> {
    const gap = written.meta.rev - this.model.meta.rev;
    if (gap <= 0) return;
    if (gap === 1) this.model.apply(written.change);
    else this.model = await this.#fell();
  }
}
