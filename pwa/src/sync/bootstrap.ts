// Fetches one scope whole, as NDJSON, page by page; a cut stream goes on where it ended.
import { seqsWithout } from "./epoch";
import type { Change, Cursor, Meta } from "./held";
import { type PullPort, stopFor } from "./pull";
import type { Step } from "./push";
import { type Item, pageOf } from "./rows";

export async function bootstrap(port: PullPort, scope: string): Promise<Step> {
  const { journal, transport } = port;
  const from = journal.model.meta.staging?.[scope];
  const after = from?.seq ?? 0;
  const answer = await transport.send({
    method: "GET",
    path: `/bootstrap/${scope}?after=${after}`,
  });
  if (answer.status === 403 || answer.status === 404) {
    await journal.commit((meta) => dropScope(meta, scope));
    return "done";
  }
  if (answer.status !== 200) return stopFor(answer);
  const stream = new Bootstrap(port, scope, from);
  try {
    for await (const line of answer.lines()) await stream.take(line);
  } catch {
    await stream.flush(false);
    return { stop: "no_signal" };
  }
  return stream.finish();
}

/** A scope that is not there for us: its base goes, its cursor too; own work stays. */
function dropScope(meta: Meta, scope: string): Change {
  const without = (all: Record<string, Cursor>): Record<string, Cursor> =>
    Object.fromEntries(Object.entries(all).filter(([id]) => id !== scope));
  return {
    meta: {
      cursors: without(meta.cursors),
      staging: meta.staging && without(meta.staging),
      resets: meta.resets.filter((id) => id !== scope),
      ...seqsWithout(meta, new Set([scope])),
    },
    baseClear: [scope],
    lostClear: [scope],
  };
}

interface Trailer {
  gen: number;
  seq: number;
  /** Below it tombstones were collected. */
  min_seq?: number;
  server_epoch?: string;
}

/** One bootstrap stream: items, one a line, and a last line without `k` that says gen and seq. */
class Bootstrap {
  readonly #port: PullPort;
  readonly #scope: string;
  readonly #epoch: string | null;
  readonly #start: Cursor | undefined;
  #from: Cursor | undefined;
  #items: Item[] = [];
  #trailer: Trailer | undefined;

  constructor(port: PullPort, scope: string, from: Cursor | undefined) {
    this.#port = port;
    this.#scope = scope;
    this.#from = from;
    this.#start = from;
    this.#epoch = port.journal.model.meta.epoch;
  }

  async take(line: string): Promise<void> {
    if (line === "") return;
    const read = JSON.parse(line) as Item | Trailer;
    if (!("k" in read)) {
      this.#trailer = { ...this.#trailer, ...read };
      return;
    }
    this.#items.push(read);
    if (this.#items.length >= this.#port.page) await this.flush(false);
  }

  async flush(whole: boolean): Promise<boolean> {
    const items = this.#items;
    if (!whole && items.length === 0) return true;
    this.#items = [];
    const first = this.#from === undefined;
    const page = { ...(await pageOf(this.#scope, items)), ...(first ? { clear: true } : {}) };
    const lastSeq = items.reduce((most, { seq }) => Math.max(most, seq), this.#from?.seq ?? 0);
    const gen = this.#trailer?.gen ?? this.#from?.gen ?? 0;
    const next = { gen, seq: whole ? Math.max(lastSeq, this.#trailer?.seq ?? 0) : lastSeq };
    const before = this.#from;
    const done = await this.#port.journal.commit((meta) => {
      const now = meta.staging?.[this.#scope];
      if (meta.epoch !== this.#epoch || now?.seq !== before?.seq) return undefined;
      return {
        stagePut: [page],
        meta: {
          staging: { ...meta.staging, [this.#scope]: next },
          ...(whole ? { resets: meta.resets.filter((id) => id !== this.#scope) } : {}),
        },
      };
    });
    this.#from = next;
    this.#port.onStaged(page.rows.length);
    return done;
  }

  /** Tombstones between the first part of a cut stream and this one may have been collected. */
  #isBehind({ gen, min_seq = 0 }: Trailer): boolean {
    const start = this.#start;
    if (!start) return false;
    return start.seq < min_seq || (start.gen !== 0 && start.gen !== gen);
  }

  async #beginAnew(): Promise<Step> {
    await this.#port.journal.commit((meta) => {
      const { [this.#scope]: _, ...staging } = meta.staging ?? {};
      return meta.epoch === this.#epoch ? { meta: { staging } } : undefined;
    });
    return { stop: "later", ms: 0 };
  }

  async finish(): Promise<Step> {
    if (!this.#trailer) {
      await this.flush(false);
      return { stop: "no_signal" };
    }
    const epoch = this.#trailer.server_epoch;
    if (epoch !== undefined && epoch !== this.#epoch) return { stop: "epoch" };
    if (this.#isBehind(this.#trailer)) return this.#beginAnew();
    return (await this.flush(true)) ? "done" : { stop: "later", ms: undefined };
  }
}
