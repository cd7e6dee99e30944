// The wall clock, which people and networks move, and a clock of this page, which nobody moves.
import type { Timer } from "../sync/schedule";
import type { TimePort } from "./ports";

export class BrowserTime implements TimePort {
  readonly #session = crypto.randomUUID();

  wall(): number {
    return Date.now();
  }
  mono(): [session: string, ms: number] {
    return [this.#session, Math.round(performance.now())];
  }
}

export const browserTimer: Timer = {
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
};
