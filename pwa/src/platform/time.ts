// The wall clock, which people and networks move, and a clock of this page, which nobody moves.
import type { Timer } from "../sync/schedule";
import type { TimePort } from "./ports";

const JUMP_MS = 5_000;

/** Readings of the two clocks, so that a test can move either. */
export interface Clocks {
  wall: () => number;
  mono: () => number;
}
const BROWSER: Clocks = { wall: () => Date.now(), mono: () => performance.now() };

/**
 * A session is a stretch of time in which both clocks ran alike. When the wall clock jumps, a new
 * session begins: to whoever reads the ops, that is the mark of the jump.
 */
export class BrowserTime implements TimePort {
  readonly #clocks: Clocks;
  #session = crypto.randomUUID();
  #offset: number;

  constructor(clocks: Clocks = BROWSER) {
    this.#clocks = clocks;
    this.#offset = clocks.wall() - clocks.mono();
  }

  wall(): number {
    return this.#clocks.wall();
  }

  mono(): [session: string, ms: number] {
    const offset = this.#clocks.wall() - this.#clocks.mono();
    if (Math.abs(offset - this.#offset) > JUMP_MS) {
      this.#offset = offset;
      this.#session = crypto.randomUUID();
    }
    return [this.#session, Math.round(this.#clocks.mono())];
  }
}

export const browserTimer: Timer = {
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
};

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** After whatever else wants its turn: a paint, a tap. Timers would wait four milliseconds each. */
export function turn(): Promise<void> {
  return new Promise((done) => {
    waiting.push(done);
    port2.postMessage(0);
  });
}
