// Questions to a worker by number; a worker that dies answers all that still waits, and is begun anew.

interface Numbered {
  id: number;
}

export class WorkerCalls<Ask extends Numbered, Answer extends Numbered> {
  readonly #begin: () => Worker;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #worker: Worker | undefined;
  #last = 0;

  constructor(begin: () => Worker) {
    this.#begin = begin;
  }

  /** The worker's answer, or undefined when it died over the question. */
  call(ask: (id: number) => Ask, transfer: Transferable[] = []): Promise<Answer | undefined> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((done) => {
      this.#waiting.set(id, done);
      try {
        this.#running().postMessage(ask(id), transfer);
      } catch {
        this.#died();
      }
    });
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = this.#begin();
    worker.addEventListener("message", (event: MessageEvent<Answer>) => {
      this.#waiting.get(event.data.id)?.(event.data);
      this.#waiting.delete(event.data.id);
    });
    worker.addEventListener("error", () => this.#died());
    worker.addEventListener("messageerror", () => this.#died());
    this.#worker = worker;
    return worker;
  }

  #died(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const done of waiting) done(undefined);
  }
}
