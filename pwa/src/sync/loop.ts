// One round of sync: hello → push until empty → pull until head → bytes → digest.
import { LIMITS, type Limits } from "./batch";
import { compareScopes, resetScopes } from "./digest";
import type { Journal } from "./journal";
import { type Mutants, NO_MUTANTS } from "./mutants";
import { SCHEMA_VERSION, sizeOf } from "./op";
import { NO_PAUSE, type Pause } from "./pause";
import { pruned } from "./prune";
import { pullAll } from "./pull";
import { firstOwed, forbidden, offerAgain, Poison, pushAll, type Step, startEpoch } from "./push";
import { withoutAll } from "./shut-out";
import { retryAfterMs, type Transport, Unreadable } from "./transport";
import type { HelloReply, ScopeInfo } from "./wire";

export interface RoundPort {
  journal: Journal;
  transport: Transport;
  now: () => number;
  organisationId: string;
  build: string;
  storage: () => Promise<{
    persisted?: boolean | undefined;
    usage?: number | undefined;
    quota?: number | undefined;
  }>;
  mutants?: Mutants;
  limits?: Limits;
  page?: number;
  onProgress?: () => void;
  onStaged?: (rows: number) => void;
  pause?: Pause;
}

const PAGE = 2000;
const HOUR_MS = 3_600_000;

export class Rounds {
  readonly poison = new Poison();
  readonly #offer = { poison: new Poison(), of: "", from: 1 };
  /** The server said that this person has no place left: what was fetched is gone. */
  isShutOut = false;
  /** What the server last said this person may read. */
  scopes: readonly ScopeInfo[] = [];
  /** Scopes whose digest differed even after they were fetched anew: told, not fetched for ever. */
  readonly different = new Set<string>();
  /** How often a digest differed: never, unless a write went past the counter or a page was lost. */
  mismatches = 0;
  readonly #port: RoundPort;

  constructor(port: RoundPort) {
    this.#port = port;
  }

  async run(): Promise<Step> {
    try {
      return await this.#run();
    } catch (error) {
      if (error instanceof Unreadable) return { stop: "no_signal" };
      throw error;
    }
  }

  async #run(): Promise<Step> {
    const hello = await this.#hello();
    // An old app or an ended sign-in still sends what it has: the tablet itself may push.
    if (hello !== "done" && hello.stop !== "app_old" && hello.stop !== "signed_out") return hello;
    if (this.#port.journal.model.meta.epoch === null) return hello;
    const pushed = await this.#push();
    if (hello !== "done") return hello;
    if (pushed !== "done" && pushed.stop === "epoch") return this.#retried();
    if (pushed !== "done" && pushed.stop === "elsewhere") return pushed;
    const pulled = await this.#pull();
    if (pushed !== "done") return pushed;
    if (this.isShutOut) return this.#handedIn(pulled);
    if (pulled !== "done") return pulled.stop === "epoch" ? this.#retried() : pulled;
    const told = await this.#recover();
    const sent = await this.#blobs();
    if (sent !== "done") return sent;
    if (told !== "done") return told.stop === "epoch" ? this.#retried() : told;
    await this.#quiet();
    return "done";
  }

  /** A person shut out fetches nothing more, but the tablet still hands in their photos. */
  async #handedIn(pulled: Step): Promise<Step> {
    const sent = await this.#blobs();
    return sent === "done" ? pulled : sent;
  }

  async #retried(): Promise<Step> {
    // The server was restored between two of our requests: the next round begins with its hello.
    return { stop: "later", ms: 0 };
  }

  async #hello(): Promise<Step> {
    const { journal, transport } = this.#port;
    const { client_id, epoch } = journal.model.meta;
    const json = await this.#greeting(client_id);
    const [asked, owed] = [this.#port.now(), firstOwed(journal.model)];
    const answer = await transport.send({ method: "POST", path: "/hello", json });
    this.#rtt = Math.max(0, this.#port.now() - asked);
    if (answer.status === 0) return { stop: "no_signal" };
    if (answer.status === 401) return { stop: "signed_out" };
    if (answer.status === 426) return { stop: "app_old" };
    // Signed in to another organisation meanwhile: nothing may be sent or fetched with that.
    if (answer.status === 404) return { stop: "elsewhere" };
    if (answer.status === 403) return forbidden(answer);
    if (answer.status !== 200) return { stop: "later", ms: retryAfterMs(answer) };
    const reply = (await answer.json()) as HelloReply;
    await this.#took(reply);
    this.isShutOut = reply.state === "revoked";
    if (this.isShutOut) await journal.commit((_, model) => withoutAll(model));
    // Shut out or not: what a restored server lacks of ours it must be given again.
    const before = journal.model.outboxSize;
    // A server restored meanwhile may lack what was sent since the question too.
    const upTo = reply.server_epoch === epoch ? owed : Number.POSITIVE_INFINITY;
    const offered = await offerAgain(journal, client_id, reply.last_mid, upTo);
    if (journal.model.outboxSize > before) this.#restores += 1;
    return offered;
  }

  async #took(reply: HelloReply): Promise<void> {
    const { journal, now } = this.#port;
    this.scopes = reply.scopes;
    const skew = reply.server_now - now() + Math.round(this.#rtt / 2);
    await startEpoch(journal, reply.server_epoch);
    await journal.commit((meta) => {
      const same =
        meta.backed_up_mid === reply.backed_up_mid && Math.abs(meta.skew_ms - skew) < 1000;
      return same ? undefined : { meta: { backed_up_mid: reply.backed_up_mid, skew_ms: skew } };
    });
  }

  async #greeting(client: string): Promise<Record<string, unknown>> {
    const { journal, now, organisationId, build, storage } = this.#port;
    const outbox = journal.model.outbox();
    return {
      proto: 1,
      client_id: client,
      device_id: journal.model.meta.device_id,
      organisation_id: organisationId,
      app_build: build,
      sv: SCHEMA_VERSION,
      // Of the last hello: the server takes half of it off the clock's error.
      rtt: this.#rtt,
      device_now: now(),
      storage: await storage(),
      outbox: {
        first_mid: outbox[0]?.mid ?? null,
        last_mid: outbox.at(-1)?.mid ?? null,
        bytes: outbox.reduce((sum, row) => sum + sizeOf(row.line), 0),
        blobs: journal.model.waitingBlobs.length,
      },
    };
  }

  async #push(): Promise<Step> {
    const { journal, transport, now, mutants, limits, onProgress } = this.#port;
    const port = {
      journal,
      transport,
      organisationId: this.#port.organisationId,
      now,
      mutants: mutants ?? NO_MUTANTS,
      limits: limits ?? LIMITS,
      onProgress: onProgress ?? (() => {}),
    };
    if (journal.model.meta.owed?.length) {
      // Wanted by a tablet that once forked, after a restore.
      const { offerFormers } = await import("./formers");
      const offered = await offerFormers(port, this.#offer);
      if (offered !== "done") return offered;
    }
    return pushAll(port, this.poison);
  }

  /** What others made and the server lost; nothing of ours waits for that. */
  async #recover(): Promise<Step> {
    const { meta } = this.#port.journal.model;
    if (!meta.has_lost) return "done";
    const { isUntold, tellLost } = await import("./recovery");
    return isUntold(meta) ? tellLost(this.#port) : "done";
  }

  #pull(): Promise<Step> {
    const { journal, transport, organisationId, mutants, page, onStaged, pause } = this.#port;
    return pullAll({
      journal,
      transport,
      organisationId,
      mutants: mutants ?? NO_MUTANTS,
      page: page ?? PAGE,
      onStaged: onStaged ?? (() => {}),
      pause: pause ?? NO_PAUSE,
    });
  }

  async #blobs(): Promise<Step> {
    const { journal, transport, organisationId, now, mutants, onProgress } = this.#port;
    if (journal.model.waitingBlobs.length === 0) return "done";
    // Wanted once there is a photo to send, not at a start.
    const { sendBlobs } = await import("./blobs");
    return sendBlobs({
      journal,
      transport,
      organisationId,
      now,
      mutants: mutants ?? NO_MUTANTS,
      onProgress: onProgress ?? (() => {}),
    });
  }

  /** Nothing left to send or fetch: compare, and let go of what may go. */
  async #quiet(): Promise<void> {
    const { journal, transport } = this.#port;
    const { cursors } = journal.model.meta;
    const isSeen = (id: string): boolean => this.#seen.get(id) === this.#mark(id);
    const fresh = Object.keys(cursors).filter((id) => !isSeen(id));
    const wrong = await compareScopes(journal, transport, fresh);
    for (const id of fresh) {
      if (!wrong.includes(id)) this.different.delete(id);
      this.#seen.set(id, this.#mark(id));
    }
    this.mismatches += wrong.length;
    const again = wrong.filter((id) => !this.different.has(id));
    for (const id of again) {
      this.different.add(id);
      this.#seen.delete(id);
    }
    await resetScopes(journal, again);
    if (journal.model.meta.again) await journal.commit(() => ({ meta: { again: undefined } }));
    await this.#prune();
  }

  async #prune(): Promise<void> {
    const { journal, now } = this.#port;
    if (now() - this.#prunedAt < HOUR_MS) return;
    this.#prunedAt = now();
    await journal.commitOn(
      (model) => journal.disk.sentFrom(model.meta.client_id, 1),
      (sent, _, model) => pruned(model, sent, now()),
    );
    if (!journal.model.meta.told) return;
    const { forgetLost } = await import("./recovery");
    await journal.commitOn(
      () => journal.disk.lost(),
      (rows, meta) => forgetLost(meta, [...new Set(rows.map(({ scope }) => scope))]),
    );
  }

  #rtt = 0;
  readonly #seen = new Map<string, string>();
  /** Numbers of another epoch, or given out again after a restore, are other numbers. */
  #mark(scope: string): string {
    const { epoch, cursors } = this.#port.journal.model.meta;
    return `${epoch} ${cursors[scope]?.seq} ${this.#restores}`;
  }
  #restores = 0;
  #prunedAt = Number.NEGATIVE_INFINITY;
}
