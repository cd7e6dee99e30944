// A disk for tests that takes its time: others get their turn before and after everything it does.
import type { Change, Disk, Held, LostRow, Meta, SentRow, StagedPage, Written } from "./held";

export class SlowDisk implements Disk {
  readonly #disk: Disk;
  readonly #turns: () => Promise<void>;

  constructor(disk: Disk, turns: () => Promise<void>) {
    this.#disk = disk;
    this.#turns = turns;
  }

  load(): Promise<Held> {
    return this.#slowly(() => this.#disk.load());
  }
  write(plan: (meta: Meta) => Change | undefined): Promise<Written | undefined> {
    return this.#slowly(() => this.#disk.write(plan));
  }
  staged(): Promise<StagedPage[]> {
    return this.#slowly(() => this.#disk.staged());
  }
  sentFrom(client: string, mid: number): Promise<SentRow[]> {
    return this.#slowly(() => this.#disk.sentFrom(client, mid));
  }
  lost(): Promise<LostRow[]> {
    return this.#slowly(() => this.#disk.lost());
  }
  chunk(sha256: string, n: number): Promise<ArrayBuffer | undefined> {
    return this.#slowly(() => this.#disk.chunk(sha256, n));
  }
  thumb(sha256: string): Promise<ArrayBuffer | undefined> {
    return this.#slowly(() => this.#disk.thumb(sha256));
  }

  async #slowly<T>(run: () => Promise<T>): Promise<T> {
    await this.#turns();
    try {
      return await run();
    } finally {
      await this.#turns();
    }
  }
}
