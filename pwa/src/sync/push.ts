// Sends the outbox, batch by batch, until it is empty; no op's outcome can block a later one.
import { firstHalf, isOneGroup, type Limits, nextBatch } from "./batch";
import { newEpoch } from "./epoch";
import type { OutboxRow } from "./held";
import type { Journal } from "./journal";
import type { Model } from "./model";
import type { Mutants } from "./mutants";
import { settle } from "./outcome";
import { type Answer, problemOf, retryAfterMs, type Transport } from "./transport";
import type { PushReply, PushResult } from "./wire";

export type Stop =
  | { stop: "no_signal" | "signed_out" | "elsewhere" | "not_mine" | "app_old" | "epoch" }
  | { stop: "later"; ms?: number | undefined };
export type Step = "done" | Stop;

export interface PushPort {
  journal: Journal;
  transport: Transport;
  organisationId: string;
  now: () => number;
  mutants: Mutants;
  limits: Limits;
  onProgress: () => void;
}

const EQUAL_FAILURES = 3;
const IDLE_TURNS = 2;

function tailOf({ model }: Journal): string {
  return `${model.meta.client_id} ${model.firstUnsent?.mid} ${model.outboxSize}`;
}

/** What a failing batch is remembered by while it is cut down to the op that the server cannot take. */
export class Poison {
  #first = 0;
  #size = 0;
  #times = 0;
  /** Ops to send at most, while looking for the poisoned one. */
  most: number | undefined;
  probe = false;

  failed(batch: readonly OutboxRow[]): void {
    const first = batch[0]?.mid ?? 0;
    const same = this.#first === first && this.#size === batch.length;
    this.#times = same ? this.#times + 1 : 1;
    this.#first = first;
    this.#size = batch.length;
    // Once it is known that something in here fails, its parts need no three tries each.
    if (this.#times < EQUAL_FAILURES && this.most === undefined) return;
    if (isOneGroup(batch)) this.probe = true;
    else this.most = firstHalf(batch).length;
  }
  /** A gateway that fails, or a server without room or breath, says nothing of the ops. */
  async judge(answer: Answer, batch: readonly OutboxRow[]): Promise<void> {
    if (answer.status !== 500) return;
    if ((await problemOf(answer)).slug === "server_error") this.failed(batch);
  }
  passed(): void {
    this.#times = 0;
    this.most = undefined;
    this.probe = false;
  }
}

export async function pushAll(port: PushPort, poison: Poison): Promise<Step> {
  const { journal } = port;
  for (let idle = 0; journal.model.outboxSize > 0; ) {
    const before = tailOf(journal);
    const limits = { ...port.limits, ops: poison.most ?? port.limits.ops };
    const batch = nextBatch(journal.model.outbox(), limits, port.mutants);
    const step = await pushBatch(port, batch, poison);
    port.onProgress();
    if (step !== "done") return step;
    // A server that answers without results must not keep us turning.
    idle = before === tailOf(journal) ? idle + 1 : 0;
    if (idle >= IDLE_TURNS) return { stop: "later", ms: undefined };
  }
  return "done";
}

/** Ask the server to take rows as `client`'s. */
export function sendRows(
  port: PushPort,
  client: string,
  rows: readonly OutboxRow[],
  poison: Poison,
): Promise<Answer> {
  const header = {
    client_id: client,
    server_epoch: port.journal.model.meta.epoch,
    organisation_id: port.organisationId,
    device_now: port.now(),
    first_mid: rows[0]?.mid,
    n: rows.length,
    ...(poison.probe ? { probe: true } : {}),
  };
  const lines = [JSON.stringify(header), ...rows.map((row) => row.line)];
  return port.transport.send({ method: "POST", path: "/push", lines });
}

async function pushBatch(port: PushPort, batch: OutboxRow[], poison: Poison): Promise<Step> {
  const { journal, mutants } = port;
  const { client_id } = journal.model.meta;
  if (mutants.has("clear_outbox_on_send")) await forget(journal, batch);
  const answer = await sendRows(port, client_id, batch, poison);
  if (answer.status === 200) {
    poison.passed();
    const reply = (await answer.json()) as PushReply;
    await store(port, client_id, batch, reply.results);
    return "done";
  }
  await poison.judge(answer, batch);
  if (mutants.has("drop_on_4xx") && answer.status >= 400 && answer.status < 500) {
    await forget(journal, batch);
    return "done";
  }
  return refused(port, client_id, batch, answer);
}

/** Seeded faults only: ops leave the outbox without a durable result. */
async function forget(journal: Journal, batch: readonly OutboxRow[]): Promise<void> {
  await journal.commit(() => ({ outboxDelete: batch.map((row) => row.mid) }));
}

/** The results of what `client` sent: a fork meanwhile has given these numbers to other ops. */
async function store(
  { journal, now }: PushPort,
  client: string,
  batch: readonly OutboxRow[],
  results: readonly PushResult[],
): Promise<void> {
  await journal.commit((meta, model) =>
    meta.client_id === client ? settle(model, batch, results, now()) : undefined,
  );
}

async function refused(
  port: PushPort,
  client: string,
  batch: OutboxRow[],
  answer: Answer,
): Promise<Step> {
  if (answer.status === 409) return disagreed(port, client, batch, answer);
  if (answer.status === 413 && !isOneGroup(batch)) {
    return pushBatch(port, firstHalf(batch), new Poison());
  }
  return turnedAway(answer);
}

/** What an answer means that is neither taken nor about the numbers. */
export async function turnedAway(answer: Answer): Promise<Stop> {
  if (answer.status === 0) return { stop: "no_signal" };
  if (answer.status === 401) return { stop: "signed_out" };
  if (answer.status === 403) return forbidden(answer);
  if (answer.status === 404) return { stop: "elsewhere" };
  if (answer.status === 426) return { stop: "app_old" };
  return { stop: "later", ms: retryAfterMs(answer) };
}

/** Another person's database stops for good; anything else that is forbidden may pass. */
export async function forbidden(answer: Answer): Promise<Stop> {
  const { slug } = await problemOf(answer);
  return slug === "client_taken" ? { stop: "not_mine" } : { stop: "later", ms: undefined };
}

/** 409: the server holds other numbers, another history, or another tablet's ops under our name. */
async function disagreed(
  port: PushPort,
  client: string,
  batch: OutboxRow[],
  answer: Answer,
): Promise<Step> {
  const { journal } = port;
  const problem = await problemOf(answer);
  if (problem.slug === "gap" && typeof problem.expected === "number") {
    return offerAgain(journal, client, problem.expected - 1, batch[0]?.mid ?? 0);
  }
  if (problem.slug === "fork" && typeof problem.first_differing_mid === "number") {
    await store(port, client, batch, (problem.results ?? []) as PushResult[]);
    const { fork } = await import("./rebase");
    await fork(journal, client, problem.first_differing_mid);
    return "done";
  }
  return problem.slug === "epoch" ? { stop: "epoch" } : { stop: "later", ms: undefined };
}

/**
 * Bring back into the outbox what the server said that it lacks: all of `client` above `lastMid`. Of
 * numbers from `asked` on, which had no result when it was asked, it said nothing.
 */
export async function offerAgain(
  journal: Journal,
  client: string,
  lastMid: number,
  asked: number,
): Promise<Step> {
  if (lastMid + 1 >= Math.min(asked, firstOwed(journal.model))) return "done";
  const { offeredAgain } = await import("./rebase");
  await journal.commitOn(
    async (model) =>
      // The server has all of ours, or more than we know it has: pushing again brings its results.
      lastMid + 1 < firstOwed(model) ? journal.disk.sentFrom(client, lastMid + 1) : undefined,
    (kept, meta, model) =>
      kept && meta.client_id === client
        ? offeredAgain(meta, firstOwed(model), kept, lastMid)
        : undefined,
  );
  return "done";
}

/** The lowest number that has no result. */
export function firstOwed(model: Model): number {
  return model.firstUnsent?.mid ?? model.meta.next_mid;
}

export async function startEpoch(journal: Journal, epoch: string): Promise<void> {
  await journal.commit((meta, { blobs }) =>
    meta.epoch === epoch ? undefined : newEpoch(meta, epoch, blobs.values()),
  );
}
