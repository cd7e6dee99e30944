// Ports that a test moves by hand.
import type { Timer } from "../sync/schedule";
import type { NetworkPort, StorageNow, StoragePort, TimePort } from "./ports";

export class FakeTime implements TimePort {
  now = 1_795_000_000_000;
  wall(): number {
    return this.now;
  }
  mono(): [string, number] {
    return ["00000000-0000-4000-8000-00000000000a", this.now % 1_000_000];
  }
}

export class FakeStorage implements StoragePort {
  answer: StorageNow = { usage: 0, quota: 10 * 1024 ** 3, persisted: true };
  appleTab = false;
  async persist(): Promise<boolean | undefined> {
    return this.answer.persisted;
  }
  async now(): Promise<StorageNow> {
    return this.answer;
  }
  isUninstalledAppleTab(): boolean {
    return this.appleTab;
  }
  isInstalled(): boolean {
    return !this.appleTab;
  }
}

export class FakeNetwork implements NetworkPort {
  isVisible = true;
  readonly #wakes = new Set<() => void>();
  online(): boolean {
    return true;
  }
  visible(): boolean {
    return this.isVisible;
  }
  onWake(run: () => void): () => void {
    this.#wakes.add(run);
    return () => this.#wakes.delete(run);
  }
  wake(): void {
    for (const run of this.#wakes) run();
  }
}

/** Timers wait until the test lets them run. */
export class FakeTimer implements Timer {
  readonly waiting: { ms: number; run: () => void }[] = [];
  after(ms: number, run: () => void): () => void {
    const entry = { ms, run };
    this.waiting.push(entry);
    return () => {
      const at = this.waiting.indexOf(entry);
      if (at >= 0) this.waiting.splice(at, 1);
    };
  }
  /** Run the one that waits; its delay. */
  fire(): number | undefined {
    const entry = this.waiting.shift();
    entry?.run();
    return entry?.ms;
  }
}
