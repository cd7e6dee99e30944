// When a round runs: on opening, back online, seen again, after an edit, each minute; after a failure with jitter.
import type { NetworkPort } from "../platform/ports";
import type { Step } from "./push";

export interface Timer {
  /** Returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface SchedulePort {
  round: () => Promise<Step>;
  network: NetworkPort;
  timer: Timer;
  random: () => number;
  /** Runs `work` if no other tab is syncing; false when one is. */
  alone: (work: () => Promise<void>) => Promise<boolean>;
}

const MINUTE_MS = 60_000;
/** When another tab is at it: what it does not know of, or leaves when it is closed, is sent then. */
const BUSY_MS = 2_000;
const FIRST_MS = 1_000;
const MOST_VISIBLE_MS = 30_000;
const MOST_HIDDEN_MS = 300_000;

/** Full jitter: anywhere between nothing and a limit that doubles with each failure. */
export function backoffMs(failures: number, visible: boolean, random: number): number {
  const most = visible ? MOST_VISIBLE_MS : MOST_HIDDEN_MS;
  return Math.round(random * Math.min(most, FIRST_MS * 2 ** Math.max(0, failures - 1)));
}

export class Schedule {
  readonly #port: SchedulePort;
  #failures = 0;
  #running = false;
  #again = false;
  #notBefore = 0;
  #cancel: (() => void) | undefined;
  #unwake: (() => void) | undefined;

  constructor(port: SchedulePort) {
    this.#port = port;
  }

  start(): void {
    this.#unwake = this.#port.network.onWake(() => this.soon());
    this.soon();
  }
  stop(): void {
    this.#unwake?.();
    this.#cancel?.();
  }
  /** There is something new to send. Where nobody answered, it goes along with the next try. */
  fresh(): void {
    if (this.#running || this.#failures === 0) this.soon();
  }
  /** A person asked, or the network is back. A Retry-After still holds. */
  soon(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#wait(this.#notBefore);
  }

  #wait(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#port.timer.after(ms, () => void this.#run());
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#again = false;
    let step: Step = "done";
    const led = await this.#port.alone(async () => {
      step = await this.#port.round();
    });
    this.#running = false;
    this.#wait(led ? this.#next(step) : BUSY_MS);
  }

  #next(step: Step): number {
    this.#notBefore = 0;
    if (step === "done") {
      this.#failures = 0;
      return this.#again ? 0 : MINUTE_MS;
    }
    this.#failures += 1;
    const backoff = backoffMs(this.#failures, this.#port.network.visible(), this.#port.random());
    const asked = "ms" in step ? (step.ms ?? 0) : 0;
    this.#notBefore = asked;
    // A request that had to wait stays a wish: it is granted at the next turn, never before.
    return Math.max(backoff, asked);
  }
}
