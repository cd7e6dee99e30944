// Fingers are faster than the disk: each tap stands on the last one, not on what is saved so far.

export class Ahead<T> {
  #next: { value: T } | undefined;

  /** `saved` is asked for only when no tap is still on its way to the disk. */
  async take(
    saved: () => T,
    change: (stands: T) => T,
    save: (next: T) => Promise<boolean>,
  ): Promise<void> {
    const mine = { value: change(this.#next ? this.#next.value : saved()) };
    this.#next = mine;
    await save(mine.value);
    if (this.#next === mine) this.#next = undefined;
  }
}
